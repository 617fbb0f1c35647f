import type { Id, Kind, Kinds, LiveStatus, RoomView } from '@tillcast/client';
import { useEffect, useSyncExternalStore } from 'react';
import { live } from './services.ts';

const nothing: readonly never[] = Object.freeze([]);
const closed: RoomView = Object.freeze({ phase: 'idle', loaded: false, revision: 0 });
const never = () => () => undefined;

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(live.subscribe, live.getStatus);
}

/** Keeps the room in step while the component is on the screen. No name: no room. */
export function useRoom(name: string | undefined): RoomView {
  useEffect(() => (name === undefined ? undefined : live.hold(name)), [name]);
  const room = name === undefined ? undefined : live.room(name);
  return useSyncExternalStore(room?.subscribe ?? never, room?.getView ?? (() => closed));
}

/** All records of a kind in a room that somebody holds; the same array until one changes. */
export function useRecords<K extends Kind>(name: string | undefined, kind: K): readonly Kinds[K][] {
  const room = name === undefined ? undefined : live.room(name);
  return useSyncExternalStore(room?.subscribe ?? never, () => room?.list(kind) ?? nothing);
}

export function useRecord<K extends Kind>(name: string, kind: K, id: Id): Kinds[K] | undefined {
  const room = live.room(name);
  return useSyncExternalStore(room.subscribe, () => room.find(kind, id));
}
