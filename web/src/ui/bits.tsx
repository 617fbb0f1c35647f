import type { Product, RoomView, Shop } from '@tillcast/client';
import { useEffect, useRef, type ReactNode } from 'react';
import { useLiveStatus } from '../state/rooms.ts';

const liveLabel = { live: 'Live', connecting: 'Connecting', offline: 'Offline' };
const liveTitle = {
  live: 'Every change shows at once.',
  connecting: 'Catching up with the server.',
  offline:
    'The server cannot be reached. What you see may be a moment old; it catches up by itself.',
};

export function LivePill() {
  const status = useLiveStatus();
  return (
    <span className={`live live-${status}`} role="status" title={liveTitle[status]}>
      <i aria-hidden="true" />
      {liveLabel[status]}
    </span>
  );
}

/** A shop's own colour. */
export function ShopDot({ shop }: { shop: Shop }) {
  return (
    <svg className="shop-dot" viewBox="0 0 8 8" aria-hidden="true" focusable="false">
      <circle cx="4" cy="4" r="4" fill={shop.colours?.['primary'] ?? 'currentColor'} />
    </svg>
  );
}

/** A shop's sign, or its colour while it has none. */
export function ShopLogo({ shop }: { shop: Shop }) {
  if (!shop.logo_url) return <ShopDot shop={shop} />;
  return <img className="shop-logo" src={shop.logo_url} alt="" />;
}

export function Stars({ product }: { product: Product }) {
  if (!product.rating_count) return <span className="stars stars-none">No reviews yet</span>;
  const average = (product.rating_avg ?? 0).toFixed(1);
  return (
    <span className="stars">
      <b aria-hidden="true">★</b>
      <span className="sr-only">Rated </span>
      {average}
      <span className="stars-count">
        ({product.rating_count}
        <span className="sr-only"> reviews</span>)
      </span>
    </span>
  );
}

/** How much there is, from the buyer's side: exact only when it matters. */
export function StockNote({ stock }: { stock: number }) {
  const [tone, text] =
    stock <= 0
      ? ['out', 'Sold out']
      : stock < 10
        ? ['few', `Only ${stock} left`]
        : ['in', `${stock} in stock`];
  return (
    <span className={`stock stock-${tone}`}>
      <Flash value={stock}>{text}</Flash>
    </span>
  );
}

/** Lights up for a moment when its value changes after it was first shown. */
export function Flash({ value, children }: { value: unknown; children: ReactNode }) {
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (Object.is(shown.current, value)) return;
    shown.current = value;
    const node = element.current;
    node?.classList.remove('flash-now');
    void node?.offsetWidth;
    node?.classList.add('flash-now');
  }, [value]);
  return (
    <span className="flash" ref={element}>
      {children}
    </span>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What a screen says while a room has nothing to show yet. */
export function RoomNotice({ view, what }: { view: RoomView; what: string }) {
  if (view.phase === 'refused') {
    return (
      <Empty title={`You cannot see ${what}`}>
        <p>Sign in with an account that may.</p>
      </Empty>
    );
  }
  if (view.problem) {
    return (
      <Empty title={`${what[0]?.toUpperCase()}${what.slice(1)} cannot be loaded now`}>
        <p>The server did not answer. This page tries again by itself.</p>
      </Empty>
    );
  }
  return (
    <p className="loading" role="status">
      Loading {what}…
    </p>
  );
}

/** Sets the page's title while it is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tillcast`;
  }, [title]);
}
