import { ApiError, type Order, type Shop } from '@tillcast/client';
import { useMemo, useState } from 'react';
import { dateTime, isOpen, money, statusLabel, steps } from '../format.ts';
import { Link } from '../router.tsx';
import { useRecords, useRoom } from '../state/rooms.ts';
import { api } from '../state/services.ts';
import { useSession, useUserRoom } from '../state/session.ts';
import { toast } from '../state/toasts.ts';
import { Empty, RoomNotice, ShopLogo, useTitle } from '../ui/bits.tsx';

/** One's own orders, moving as the shops work on them. */
export function OrdersPage() {
  useTitle('My orders');
  const session = useSession();
  const room = useUserRoom();
  const view = useRoom(room);
  const orders = useRecords(room, 'order');
  const shops = useRecords('market', 'shop');
  const sorted = useMemo(
    () => [...orders].sort((a, b) => b.created_at.localeCompare(a.created_at)),
    [orders],
  );
  if (session.phase === 'out') {
    return (
      <Empty title="Sign in to see your orders">
        <p>
          <Link className="button button-main" href="/sign-in?next=/orders">
            Sign in
          </Link>
        </p>
      </Empty>
    );
  }
  if (!view.loaded) return <RoomNotice view={view} what="your orders" />;
  return (
    <div className="page page-narrow">
      <h1>My orders</h1>
      {sorted.length === 0 && (
        <Empty title="No orders yet">
          <p>
            <Link href="/">See what the shops have today</Link>
          </p>
        </Empty>
      )}
      <ul className="my-orders">
        {sorted.map((order) => (
          <li key={order.id}>
            <MyOrder order={order} shop={shops.find(({ id }) => id === order.shop_id)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function MyOrder({ order, shop }: { order: Order; shop: Shop | undefined }) {
  const currency = shop?.currency ?? 'EUR';
  return (
    <article
      className={`my-order ${isOpen(order.status) ? '' : 'my-order-done'}`}
      data-order={order.id}
      aria-label={`Order ${order.number}`}
    >
      <header>
        <h2>
          {shop && <ShopLogo shop={shop} />}
          {shop?.name}
        </h2>
        <p className="quiet">
          Order {order.number} ·{' '}
          <time dateTime={order.created_at}>{dateTime(order.created_at)}</time>
        </p>
        <strong className="price">{money(order.total_minor, currency)}</strong>
      </header>
      <Steps order={order} />
      <ul className="my-order-items">
        {order.items.map((item) => (
          <li key={item.product_id}>
            <span>
              {item.quantity} × {item.name}
            </span>
            <span className="price">{money(item.price_minor * item.quantity, currency)}</span>
          </li>
        ))}
      </ul>
      {order.status === 'pending' && <CancelButton order={order} />}
    </article>
  );
}

function Steps({ order }: { order: Order }) {
  if (order.status === 'cancelled') return <p className="badge badge-cancelled">Cancelled</p>;
  // Delivered is not something that goes on: it counts as done.
  const at = order.status === 'delivered' ? steps.length : steps.indexOf(order.status);
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <li
          key={step}
          className={index < at ? 'step-done' : index === at ? 'step-now' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          {statusLabel[step]}
        </li>
      ))}
    </ol>
  );
}

function CancelButton({ order }: { order: Order }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      await api.setOrderStatus(order.id, 'cancelled');
    } catch (error) {
      toast('bad', error instanceof ApiError ? error.detail : 'The order was not cancelled.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <p className="my-order-foot">
      <button type="button" className="button" disabled={busy} onClick={() => void cancel()}>
        Cancel order
      </button>
      <span className="quiet">Possible until the shop confirms it.</span>
    </p>
  );
}
