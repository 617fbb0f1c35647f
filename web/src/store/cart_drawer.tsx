import { useEffect, useRef, type MouseEvent } from 'react';
import { Link, useAddress } from '../router.tsx';
import { countOf, groupByShop } from '../state/cart.ts';
import { cartOpen, setQuantity, useCart } from '../state/cart_store.ts';
import { useRecords, useRoom } from '../state/rooms.ts';
import { live } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { CartGroupForm } from './cart_group.tsx';

/**
 * The cart beside the page, so that what is in it and what is on the shelf stay in sight together.
 */
export function CartDrawer() {
  const open = useStore(cartOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  const { pathname } = useAddress();

  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  useEffect(() => cartOpen.set(false), [pathname]);

  const clicked = (event: MouseEvent) => {
    if (event.target === dialog.current) cartOpen.set(false);
  };
  return (
    <dialog
      className="drawer"
      ref={dialog}
      aria-labelledby="cart-title"
      onClose={() => cartOpen.set(false)}
      onClick={clicked}
    >
      {open && <CartContent />}
    </dialog>
  );
}

function CartContent() {
  const items = useCart();
  const { loaded } = useRoom('market');
  const shops = useRecords('market', 'shop');
  useRecords('market', 'product');
  const { groups, gone } = groupByShop(items, (id) => live.room('market').find('product', id));
  const count = countOf(items);
  return (
    <div className="drawer-body">
      <header className="drawer-head">
        <h2 id="cart-title">{count === 0 ? 'Your cart' : `Your cart (${count})`}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the cart"
          onClick={() => cartOpen.set(false)}
        >
          <CloseIcon />
        </button>
      </header>
      {count === 0 && (
        <div className="drawer-empty">
          <p>There is nothing in it yet.</p>
          <Link className="button" href="/" onClick={() => cartOpen.set(false)}>
            Go shopping
          </Link>
        </div>
      )}
      {groups.map((group) => (
        <CartGroupForm
          key={group.shopId}
          group={group}
          shop={shops.find(({ id }) => id === group.shopId)}
        />
      ))}
      {groups.length > 1 && <p className="quiet">Each shop gets an order of its own.</p>}
      {loaded && gone.length > 0 && (
        <p className="note note-warn">
          {gone.length === 1 ? 'One product is' : `${gone.length} products are`} not for sale any
          more.{' '}
          <button
            type="button"
            className="link"
            onClick={() => gone.forEach((id) => setQuantity(id, 0))}
          >
            Take out
          </button>
        </p>
      )}
    </div>
  );
}
