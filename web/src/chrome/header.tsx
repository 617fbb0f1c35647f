import { useEffect, useState, type FormEvent } from 'react';
import { Link, navigate, useAddress } from '../router.tsx';
import { countOf } from '../state/cart.ts';
import { cartOpen, useCart } from '../state/cart_store.ts';
import { useSession } from '../state/session.ts';
import { LivePill } from '../ui/bits.tsx';
import { CartIcon, Mark, SearchIcon } from '../ui/icons.tsx';
import { AccountMenu } from './account_menu.tsx';

export function Header() {
  const address = useAddress();
  const count = countOf(useCart());
  const session = useSession();
  const isSeller =
    session.phase === 'in' && (session.shops.length > 0 || session.user.role === 'admin');
  const here = (path: string) => (address.pathname.startsWith(path) ? 'page' : undefined);
  return (
    <header className="top">
      <div className="top-row">
        <Link className="brand" href="/">
          <Mark />
          <span>Tillcast</span>
        </Link>
        <SearchBox address={address} />
        <nav className="top-nav" aria-label="Main">
          {isSeller && (
            <Link href="/desk" aria-current={here('/desk')}>
              Desk
            </Link>
          )}
          {session.phase === 'in' && (
            <Link href="/orders" aria-current={here('/orders')}>
              Orders
            </Link>
          )}
        </nav>
        <LivePill />
        <AccountMenu />
        <button
          type="button"
          className="cart-button"
          aria-label={`Cart, ${count} ${count === 1 ? 'piece' : 'pieces'}`}
          onClick={() => cartOpen.set(true)}
        >
          <CartIcon />
          {count > 0 && <b aria-hidden="true">{count}</b>}
        </button>
      </div>
    </header>
  );
}

/** Searches the storefront while typing; from any other page it goes there first. */
function SearchBox({ address }: { address: URL }) {
  const searched = address.pathname === '/' ? (address.searchParams.get('q') ?? '') : '';
  const [text, setText] = useState(searched);
  useEffect(() => setText(searched), [searched]);

  const search = (q: string) => {
    setText(q);
    const query =
      address.pathname === '/' ? new URLSearchParams(address.search) : new URLSearchParams();
    if (q) query.set('q', q);
    else query.delete('q');
    const to = query.size ? `/?${query}` : '/';
    navigate(to, address.pathname === '/' ? 'replace' : 'push');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search(text.trim());
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <SearchIcon />
      <input
        type="search"
        name="q"
        aria-label="Search products"
        placeholder="Search products"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => search(event.target.value)}
      />
    </form>
  );
}
