import type { Shop } from '@tillcast/client';
import { useMemo, useState } from 'react';
import { plural } from '../format.ts';
import { Link, navigate, useAddress } from '../router.tsx';
import { useRecords, useRoom } from '../state/rooms.ts';
import { Empty, RoomNotice, ShopDot, useTitle } from '../ui/bits.tsx';
import { addressOf, find, readFilter, sorts, type Filter, type Sort } from './catalogue.ts';
import { ProductCard } from './product_card.tsx';

const PAGE = 48;

export function CataloguePage() {
  const filter = readFilter(useAddress().searchParams);
  const view = useRoom('market');
  const shops = useRecords('market', 'shop');
  const products = useRecords('market', 'product');
  const address = addressOf(filter);
  // The address says all of the filter, so it stands for it here.
  const found = useMemo(() => find(products, shops, filter), [products, shops, address]);
  const shop = shops.find(({ slug }) => slug === filter.shop);
  useTitle(shop?.name ?? 'Shops');
  return (
    <div className="page">
      <ShopTabs shops={shops} filter={filter} />
      {shop?.banner_url && !filter.q && <ShopBanner shop={shop} src={shop.banner_url} />}
      <div className="catalogue-head">
        <h1>
          {filter.q ? `Results for “${filter.q}”` : (shop?.name ?? 'What the shops have today')}
        </h1>
        <SortBox filter={filter} />
      </div>
      {view.loaded ? (
        <>
          <Categories filter={filter} categories={found.categories} />
          <Results key={address} filter={filter} shops={shops} products={found.products} />
        </>
      ) : view.problem || view.phase === 'refused' ? (
        <RoomNotice view={view} what="the shops" />
      ) : (
        <Skeleton />
      )}
    </div>
  );
}

/** The shop's own front, above its goods. */
function ShopBanner({ shop, src }: { shop: Shop; src: string }) {
  return (
    <div className="banner">
      <img className="banner-picture" src={src} alt="" />
      {shop.logo_url && <img className="banner-logo" src={shop.logo_url} alt="" />}
    </div>
  );
}

function ShopTabs({ shops, filter }: { shops: readonly Shop[]; filter: Filter }) {
  const { category: _, shop: __, ...rest } = filter;
  const sorted = [...shops].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <nav aria-label="Shops">
      <ul className="tabs">
        <li>
          <Link href={addressOf(rest)} aria-current={filter.shop ? undefined : 'page'}>
            All shops
          </Link>
        </li>
        {sorted.map((shop) => (
          <li key={shop.id}>
            <Link
              href={addressOf({ ...rest, shop: shop.slug })}
              aria-current={filter.shop === shop.slug ? 'page' : undefined}
            >
              <ShopDot shop={shop} />
              {shop.name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Categories({ filter, categories }: { filter: Filter; categories: readonly string[] }) {
  const { category: _, ...rest } = filter;
  return (
    <nav aria-label="Categories">
      <ul className="chips">
        <li>
          <Link href={addressOf(rest)} aria-current={filter.category ? undefined : 'page'}>
            All
          </Link>
        </li>
        {categories.map((category) => (
          <li key={category}>
            <Link
              href={addressOf({ ...rest, category })}
              aria-current={filter.category === category ? 'page' : undefined}
            >
              {category}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SortBox({ filter }: { filter: Filter }) {
  return (
    <label className="sort">
      <span>Sort by</span>
      <select
        aria-label="Sort by"
        value={filter.sort}
        onChange={(event) =>
          navigate(addressOf({ ...filter, sort: event.target.value as Sort }), 'replace')
        }
      >
        {sorts.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ResultsProps {
  filter: Filter;
  shops: readonly Shop[];
  products: ReturnType<typeof find>['products'];
}

function Results({ filter, shops, products }: ResultsProps) {
  const [shown, setShown] = useState(PAGE);
  const shopOf = useMemo(() => new Map(shops.map((each) => [each.id, each])), [shops]);
  if (products.length === 0) {
    return (
      <Empty title={filter.q ? `Nothing found for “${filter.q}”` : 'Nothing here yet'}>
        <p>
          {filter.q || filter.category || filter.shop ? (
            <Link href="/">See everything</Link>
          ) : (
            'As soon as a shop has goods, they appear here.'
          )}
        </p>
      </Empty>
    );
  }
  return (
    <>
      <p className="catalogue-count" role="status">
        {plural(products.length, 'product')}
      </p>
      <ul className="grid">
        {products.slice(0, shown).map((product) => (
          <li key={product.id}>
            <ProductCard
              product={product}
              shop={shopOf.get(product.shop_id)}
              withShop={!filter.shop}
            />
          </li>
        ))}
      </ul>
      {products.length > shown && (
        <p className="more">
          <button type="button" className="button" onClick={() => setShown(shown + PAGE)}>
            Show {Math.min(PAGE, products.length - shown)} more
          </button>
        </p>
      )}
    </>
  );
}

function Skeleton() {
  return (
    <div className="grid" role="status" aria-label="Loading the shops">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="card card-skeleton" />
      ))}
    </div>
  );
}
