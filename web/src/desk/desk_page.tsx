import type { Shop } from '@tillcast/client';
import { useEffect, useMemo, useState } from 'react';
import { Link, navigate } from '../router.tsx';
import { useDeskNotices } from '../state/notices.ts';
import { useRecords, useRoom } from '../state/rooms.ts';
import { useSession } from '../state/session.ts';
import { Empty, RoomNotice, ShopLogo, useTitle } from '../ui/bits.tsx';
import { LowStock } from './low_stock.tsx';
import { OrderList } from './order_list.tsx';
import { StockTable } from './stock_table.tsx';
import { Tiles } from './tiles.tsx';

/** The seller's screen: what was ordered, what is there, what came in. */
export function DeskPage({ slug }: { slug: string | undefined }) {
  const session = useSession();
  const all = useRecords('market', 'shop');
  const { loaded } = useRoom('market');
  const shops = useMemo(() => {
    if (session.phase !== 'in') return [];
    // Administrators see every desk, members those of their shops.
    const mine = session.user.role === 'admin' ? all : session.shops.map(({ shop }) => shop);
    return [...mine].sort((a, b) => a.name.localeCompare(b.name));
  }, [session, all]);
  const shop = shops.find((each) => each.slug === slug) ?? shops[0];
  useTitle(shop ? `${shop.name} desk` : 'Desk');
  useEffect(() => {
    if (shop && slug !== shop.slug) navigate(`/desk/${encodeURIComponent(shop.slug)}`, 'replace');
  }, [shop, slug]);

  if (session.phase === 'out') {
    return (
      <Empty title="The desk is for the shop’s people">
        <p>
          <Link className="button button-main" href="/sign-in?next=/desk">
            Sign in
          </Link>
        </p>
      </Empty>
    );
  }
  if (!shop && (session.phase === 'checking' || !loaded)) {
    return <p className="loading">Loading the desk…</p>;
  }
  if (!shop) {
    return (
      <Empty title="You have no shop">
        <p>
          <Link href="/">Go to the shops</Link>
        </p>
      </Empty>
    );
  }
  return <Desk key={shop.id} shop={shop} shops={shops} />;
}

function Desk({ shop, shops }: { shop: Shop; shops: readonly Shop[] }) {
  const room = `desk:${shop.id}`;
  const view = useRoom(room);
  useDeskNotices(room);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="page desk">
      <div className="desk-head">
        <h1>
          <ShopLogo shop={shop} />
          {shop.name}
        </h1>
        {shops.length > 1 && (
          <label className="sort">
            <span>Shop</span>
            <select
              value={shop.slug}
              onChange={(event) => navigate(`/desk/${encodeURIComponent(event.target.value)}`)}
            >
              {shops.map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {view.loaded ? (
        <>
          <Tiles room={room} currency={shop.currency} now={now} />
          <div className="desk-columns">
            <OrderList room={room} currency={shop.currency} now={now} />
            <div className="desk-side">
              <LowStock room={room} />
              <StockTable room={room} currency={shop.currency} />
            </div>
          </div>
        </>
      ) : (
        <RoomNotice view={view} what="the desk" />
      )}
    </div>
  );
}
