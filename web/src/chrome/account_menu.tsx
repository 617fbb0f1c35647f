import { useEffect, useRef } from 'react';
import { Link, navigate, useAddress } from '../router.tsx';
import { useSession } from '../state/session.ts';
import { signOut } from '../state/sign_in.ts';
import { PersonIcon } from '../ui/icons.tsx';

const roleName = { customer: 'Customer', seller: 'Seller', admin: 'Administrator' };

export function AccountMenu() {
  const session = useSession();
  const address = useAddress();
  const menu = useRef<HTMLDetailsElement>(null);

  const close = () => menu.current?.removeAttribute('open');
  useEffect(close, [address.href]);
  useEffect(() => {
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) close();
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !menu.current?.open) return;
      close();
      menu.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape);
    };
  }, []);

  if (session.phase === 'checking') return <span className="account-space" />;
  if (session.phase === 'out') {
    return (
      <Link className="button button-quiet sign-in-link" href="/sign-in">
        Sign in
      </Link>
    );
  }
  const { user, shops } = session;
  return (
    <details className="account" ref={menu}>
      <summary aria-label={`Account of ${user.name}`}>
        <PersonIcon />
      </summary>
      <div className="account-panel">
        <p className="account-name">{user.name}</p>
        <p className="account-mail">{user.email}</p>
        <p className="account-role">{roleName[user.role]}</p>
        <Link href="/orders">My orders</Link>
        {(shops.length > 0 || user.role === 'admin') && <Link href="/desk">Seller desk</Link>}
        <button
          type="button"
          onClick={() => {
            void signOut();
            navigate('/');
          }}
        >
          Sign out
        </button>
      </div>
    </details>
  );
}
