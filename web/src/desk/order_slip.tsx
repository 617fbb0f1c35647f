import { ApiError, type Order, type OrderStatus } from '@tillcast/client';
import { memo, useState } from 'react';
import { ago, dateTime, isOpen, money, nextStatus, statusLabel } from '../format.ts';
import { api } from '../state/services.ts';
import { toast } from '../state/toasts.ts';

/** What the button says that brings an order to this status. */
const action: Partial<Record<OrderStatus, string>> = {
  confirmed: 'Confirm',
  preparing: 'Start preparing',
  ready: 'Mark ready',
  delivered: 'Hand over',
};

interface Props {
  order: Order;
  currency: string;
  now: number;
}

/** One order as a till slip, with the button for its next step. */
export const OrderSlip = memo(function OrderSlip({ order, currency, now }: Props) {
  return (
    <article
      className={`slip order order-${order.status}`}
      data-order={order.id}
      aria-label={`Order ${order.number}`}
    >
      <header className="order-head">
        <h3>{order.number}</h3>
        <span className={`badge badge-${order.status}`}>{statusLabel[order.status]}</span>
        <time className="quiet" dateTime={order.created_at} title={dateTime(order.created_at)}>
          {ago(order.created_at, now)}
        </time>
      </header>
      <p className="order-customer">
        {order.customer?.name ?? order.customer?.email}
        {order.customer?.address && (
          <span className="order-address">{order.customer.address}</span>
        )}
      </p>
      <ul className="order-items">
        {order.items.map((item) => (
          <li key={item.product_id}>
            <b>{item.quantity}</b>
            <span>{item.name}</span>
            <span className="price">{money(item.price_minor * item.quantity, currency)}</span>
          </li>
        ))}
      </ul>
      <p className="slip-total">
        <span>
          Total
          {order.profit_minor !== undefined && (
            <small> · {money(order.profit_minor, currency)} profit</small>
          )}
        </span>
        <strong className="price">{money(order.total_minor, currency)}</strong>
      </p>
      {isOpen(order.status) && <Actions order={order} />}
    </article>
  );
});

function Actions({ order }: { order: Order }) {
  const [busy, setBusy] = useState(false);
  const next = nextStatus(order.status);
  const set = async (status: OrderStatus) => {
    setBusy(true);
    try {
      await api.setOrderStatus(order.id, status);
    } catch (error) {
      toast('bad', error instanceof ApiError ? error.detail : 'The order was not changed.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="order-actions">
      {next && (
        <button
          type="button"
          className="button button-main"
          disabled={busy}
          onClick={() => void set(next)}
        >
          {action[next]}
        </button>
      )}
      <button
        type="button"
        className="button button-quiet"
        disabled={busy}
        onClick={() => void set('cancelled')}
      >
        Cancel
      </button>
    </div>
  );
}
