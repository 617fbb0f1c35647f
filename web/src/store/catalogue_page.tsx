import type { Shop } from '@tillcast/client';
import { useMemo, useState } from 'react';
import { plural } from '../format.ts';
import { Link, navigate, useAddress } from '../router.tsx';
import { useRecords, useRoom } from '../state/rooms.ts';
import { Empty, RoomNotice, ShopLogo, useTitle } from '../ui/bits.tsx';
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
      {!filter.q && !filter.category && !filter.shop && <Fronts shops={shops} />}
      <div className="catalogue-head">
        <Headline shop={shop} q={filter.q} />
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

function Headline({ shop, q }: { shop: Shop | undefined; q: string | undefined }) {
  if (q) return <h1>Results for “{q}”</h1>;
  if (!shop) return <h1>What the shops have today</h1>;
  return (
    <div className="shop-name">
      <ShopLogo shop={shop} />
      <div>
        <h1>{shop.name}</h1>
        {shop.tagline && <p>{shop.tagline}</p>}
      </div>
    </div>
  );
}

/** The fronts of the shops, each leading inside. */
function Fronts({ shops }: { shops: readonly Shop[] }) {
  const fronts = byName(shops).filter(({ banner_url }) => banner_url);
  if (fronts.length === 0) return null;
  return (
    <div className="fronts">
      {fronts.map((shop) => (
        <Link key={shop.id} href={addressOf({ shop: shop.slug, sort: 'rating' })}>
          <img className="front" src={shop.banner_url} alt={shop.name} />
        </Link>
      ))}
    </div>
  );
}

function byName(shops: readonly Shop[]): readonly Shop[] {
  return [...shops].sort((a, b) => a.name.localeCompare(b.name));
}

function ShopTabs({ shops, filter }: { shops: readonly Shop[]; filter: Filter }) {
  const { category: _, shop: __, ...rest } = filter;
  return (
    <nav aria-label="Shops">
      <ul className="tabs">
        <li>
          <Link href={addressOf(rest)} aria-current={filter.shop ? undefined : 'page'}>
            All shops
          </Link>
        </li>
        {byName(shops).map((shop) => (
          <li key={shop.id}>
            <Link
              href={addressOf({ ...rest, shop: shop.slug })}
              aria-current={filter.shop === shop.slug ? 'page' : undefined}
            >
              <ShopLogo shop={shop} />
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
