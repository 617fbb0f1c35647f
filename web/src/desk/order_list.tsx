import type { Order } from '@tillcast/client';
import { useMemo, useState } from 'react';
import { isOpen } from '../format.ts';
import { useRecords } from '../state/rooms.ts';
import { OrderSlip } from './order_slip.tsx';

const DONE_SHOWN = 20;

interface Props {
  room: string;
  currency: string;
  now: number;
}

function newestFirst(a: Order, b: Order): number {
  return b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id);
}

/** The orders of the shop: those to work on, and those that are done. */
export function OrderList({ room, currency, now }: Props) {
  const orders = useRecords(room, 'order');
  const [which, setWhich] = useState<'open' | 'done'>('open');
  const [shown, setShown] = useState(DONE_SHOWN);
  const [open, done] = useMemo(() => {
    const sorted = [...orders].sort(newestFirst);
    return [
      sorted.filter(({ status }) => isOpen(status)),
      sorted.filter(({ status }) => !isOpen(status)),
    ];
  }, [orders]);
  const list = which === 'open' ? open : done.slice(0, shown);
  return (
    <section className="desk-orders" aria-labelledby="orders-title">
      <div className="section-head">
        <h2 id="orders-title">Orders</h2>
        <div className="switch" role="group" aria-label="Which orders">
          <button type="button" aria-pressed={which === 'open'} onClick={() => setWhich('open')}>
            Open <b>{open.length}</b>
          </button>
          <button type="button" aria-pressed={which === 'done'} onClick={() => setWhich('done')}>
            Done <b>{done.length}</b>
          </button>
        </div>
      </div>
      {list.length === 0 && (
        <p className="quiet desk-none">
          {which === 'open'
            ? 'No open orders. A new one appears here by itself.'
            : 'No order is done yet.'}
        </p>
      )}
      <ul className="slips">
        {list.map((order) => (
          <li key={order.id}>
            <OrderSlip order={order} currency={currency} now={now} />
          </li>
        ))}
      </ul>
      {which === 'done' && done.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + DONE_SHOWN)}>
          Show more
        </button>
      )}
    </section>
  );
}
