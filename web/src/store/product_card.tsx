import type { Product, Shop } from '@tillcast/client';
import { memo } from 'react';
import { money } from '../format.ts';
import { Link } from '../router.tsx';
import { quantityOf, QUANTITY_MAX } from '../state/cart.ts';
import { addToCart, useCart } from '../state/cart_store.ts';
import { ShopDot, Stars, StockNote } from '../ui/bits.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { Picture } from '../ui/picture.tsx';

interface Props {
  product: Product;
  shop: Shop | undefined;
  withShop: boolean;
}

/** Drawn again only when its own product changes, not with each change in the shop. */
export const ProductCard = memo(function ProductCard({ product, shop, withShop }: Props) {
  return (
    <article className="card" data-product={product.id}>
      <Picture src={product.image_url} name={product.name} />
      <div className="card-body">
        <p className="card-kind">
          {withShop && shop && <ShopDot shop={shop} />}
          <span>{[withShop && shop?.name, product.category].filter(Boolean).join(' · ')}</span>
        </p>
        <h2>
          <Link href={`/product/${encodeURIComponent(product.id)}`}>{product.name}</Link>
        </h2>
        <p className="card-facts">
          <Stars product={product} />
          <StockNote stock={product.stock} />
        </p>
        <div className="card-buy">
          <strong className="price">{money(product.price_minor, shop?.currency ?? 'EUR')}</strong>
          <AddButton product={product} />
        </div>
      </div>
    </article>
  );
});

function AddButton({ product }: { product: Product }) {
  const inCart = quantityOf(useCart(), product.id);
  const full = inCart >= Math.min(product.stock, QUANTITY_MAX);
  return (
    <button
      type="button"
      className="add"
      aria-label={`Add ${product.name} to the cart`}
      disabled={full}
      onClick={() => addToCart(product.id, 1)}
    >
      {inCart > 0 ? <b>{inCart}</b> : null}
      <PlusIcon />
    </button>
  );
}
