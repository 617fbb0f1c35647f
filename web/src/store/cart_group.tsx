import { ApiError, type Shop } from '@tillcast/client';
import { useRef, useState } from 'react';
import { money } from '../format.ts';
import { Link, navigate } from '../router.tsx';
import { QUANTITY_MAX, type CartGroup, type CartLine } from '../state/cart.ts';
import { cartOpen, setQuantity, takeOutOrdered } from '../state/cart_store.ts';
import { api } from '../state/services.ts';
import { useSession } from '../state/session.ts';
import { toast } from '../state/toasts.ts';
import { ShopLogo } from '../ui/bits.tsx';
import { TrashIcon } from '../ui/icons.tsx';
import { Picture } from '../ui/picture.tsx';
import { Stepper } from '../ui/stepper.tsx';

interface Props {
  group: CartGroup;
  shop: Shop | undefined;
}

/** One shop's part of the cart: its lines, its sum, and the button that orders it. */
export function CartGroupForm({ group, shop }: Props) {
  const session = useSession();
  const currency = shop?.currency ?? 'EUR';
  const { busy, problem, place } = usePlaceOrder(group, shop);
  const takeWhatIsThere = () => {
    for (const { product, short } of group.lines) if (short) setQuantity(product.id, product.stock);
  };
  return (
    <section className="slip" aria-label={shop?.name}>
      <h3>
        {shop && <ShopLogo shop={shop} />}
        {shop?.name}
      </h3>
      <ul>
        {group.lines.map((line) => (
          <CartRow key={line.product.id} line={line} currency={currency} />
        ))}
      </ul>
      <p className="slip-total">
        <span>Total</span>
        <strong className="price">{money(group.totalMinor, currency)}</strong>
      </p>
      {problem && <OrderProblem problem={problem} />}
      {group.short && (
        <button type="button" className="button" onClick={takeWhatIsThere}>
          Take what is there
        </button>
      )}
      {session.phase === 'in' ? (
        <button
          type="button"
          className="button button-main"
          disabled={busy || group.short}
          onClick={() => void place()}
        >
          {busy ? 'Placing the order…' : 'Place order'}
        </button>
      ) : (
        <Link className="button button-main" href="/sign-in?next=cart">
          Sign in to order
        </Link>
      )}
    </section>
  );
}

function CartRow({ line, currency }: { line: CartLine; currency: string }) {
  const { product, quantity, short } = line;
  return (
    <li className="cart-row">
      <Picture src={product.image_url} name={product.name} />
      <div className="cart-row-text">
        <Link href={`/product/${encodeURIComponent(product.id)}`}>{product.name}</Link>
        <span className="price">{money(product.price_minor * quantity, currency)}</span>
        {short && (
          <span className="stock stock-out" role="status">
            {product.stock === 0 ? 'Sold out' : `Only ${product.stock} left`}
          </span>
        )}
      </div>
      <div className="cart-row-count">
        <Stepper
          value={quantity}
          label={product.name}
          max={Math.min(product.stock, QUANTITY_MAX)}
          onChange={(value) => setQuantity(product.id, value)}
        />
        <button
          type="button"
          className="icon-button"
          aria-label={`Take ${product.name} out`}
          onClick={() => setQuantity(product.id, 0)}
        >
          <TrashIcon />
        </button>
      </div>
    </li>
  );
}

function OrderProblem({ problem }: { problem: ApiError }) {
  const items = problem.outOfStock;
  if (items.length === 0) {
    return (
      <p className="note note-bad" role="alert">
        {problem.detail}
      </p>
    );
  }
  return (
    <div className="note note-bad" role="alert">
      <p>Somebody was faster. Nothing was ordered.</p>
      <ul>
        {items.map((item) => (
          <li key={item.product_id}>
            {item.name}: you asked for {item.requested},{' '}
            {item.available === 0 ? 'none is left' : `${item.available} left`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * Places the group as one order. While it is not known whether a try reached the server, the next
 * one of the same content carries the same key, so that it cannot become a second order.
 */
function usePlaceOrder(group: CartGroup, shop: Shop | undefined) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  const open = useRef<{ content: string; key: string }>(undefined);

  const place = async () => {
    const lines = group.lines.map(({ product, quantity }) => ({ product: product.id, quantity }));
    const content = JSON.stringify(lines);
    if (open.current?.content !== content) open.current = { content, key: newKey() };
    setBusy(true);
    setProblem(undefined);
    try {
      const order = await api.placeOrder(group.shopId, lines, open.current.key);
      takeOutOrdered(lines.map(({ product }) => product));
      toast('ok', `Order ${order.number} is with ${shop?.name ?? 'the shop'}.`);
      cartOpen.set(false);
      navigate('/orders');
    } catch (error) {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (refused) open.current = undefined;
      setProblem(error instanceof ApiError ? error : ApiError.offline());
      setBusy(false);
    }
  };
  return { busy, problem, place };
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
