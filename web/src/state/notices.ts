import type { Notification } from '@tillcast/client';
import { useEffect, useRef } from 'react';
import { useRecords, useRoom } from './rooms.ts';
import { toast, type Tone } from './toasts.ts';

const toneOf: Readonly<Record<string, Tone>> = {
  new_order: 'ok',
  order_status: 'info',
  low_stock: 'warn',
};

/** After an absence more news than this is told as a number. */
const ONE_BY_ONE_MAX = 3;

/**
 * Shows a toast for each notification that joins the room while it is looked at. Those that were
 * there when the room was opened are not news.
 */
function useNotices(room: string | undefined, types: readonly string[]): void {
  const { loaded } = useRoom(room);
  const all = useRecords(room, 'notification');
  const known = useRef<{ room: string | undefined; ids: Set<string> }>(undefined);
  useEffect(() => {
    if (!loaded) return;
    if (!known.current || known.current.room !== room) {
      known.current = { room, ids: new Set(all.map(({ id }) => id)) };
      return;
    }
    const { ids } = known.current;
    const fresh = all.filter((each) => !ids.has(each.id) && types.includes(each.type));
    for (const { id } of all) ids.add(id);
    tell(fresh);
  }, [room, loaded, all, types]);
}

function tell(fresh: readonly Notification[]): void {
  if (fresh.length <= ONE_BY_ONE_MAX) {
    for (const { type, message } of fresh) toast(toneOf[type] ?? 'info', message);
  } else {
    toast('info', `${fresh.length} new notifications while you were away.`);
  }
}

const buyerTypes = ['order_status'];
const deskTypes = ['new_order', 'low_stock'];

export function useOrderNotices(userRoom: string | undefined): void {
  useNotices(userRoom, buyerTypes);
}

export function useDeskNotices(deskRoom: string): void {
  useNotices(deskRoom, deskTypes);
}
