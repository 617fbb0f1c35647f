import { useEffect, useRef } from 'react';
import { Header } from './chrome/header.tsx';
import { DeskPage } from './desk/desk_page.tsx';
import { Link, useAddress } from './router.tsx';
import { useOrderNotices } from './state/notices.ts';
import { useRoom } from './state/rooms.ts';
import { useUserRoom } from './state/session.ts';
import { CartDrawer } from './store/cart_drawer.tsx';
import { CataloguePage } from './store/catalogue_page.tsx';
import { OrdersPage } from './store/orders_page.tsx';
import { ProductPage } from './store/product_page.tsx';
import { SignInPage } from './store/sign_in_page.tsx';
import { Empty, useTitle } from './ui/bits.tsx';
import { ToastList } from './ui/toast_list.tsx';

export function App() {
  const { pathname } = useAddress();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  const userRoom = useUserRoom();
  // The goods and one's own things are needed on every page: the cart shows both.
  useRoom('market');
  useRoom(userRoom);
  useOrderNotices(userRoom);

  // A reader of the screen, and the keyboard, go on at the new page, not at the link that led here.
  useEffect(() => {
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main" ref={main} tabIndex={-1}>
        <Page pathname={pathname} />
      </main>
      <CartDrawer />
      <ToastList />
    </>
  );
}

function Page({ pathname }: { pathname: string }) {
  const [first = '', second] = pathname.split('/').filter(Boolean);
  if (first === '') return <CataloguePage />;
  if (first === 'product' && second) return <ProductPage id={decodeURIComponent(second)} />;
  if (first === 'orders' && !second) return <OrdersPage />;
  if (first === 'sign-in' && !second) return <SignInPage />;
  if (first === 'desk') return <DeskPage slug={second && decodeURIComponent(second)} />;
  return <NotFound />;
}

function NotFound() {
  useTitle('Not found');
  return (
    <Empty title="There is no such page">
      <p>
        <Link href="/">Go to the shops</Link>
      </p>
    </Empty>
  );
}
