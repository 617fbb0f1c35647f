import type { Product, Shop } from '@tillcast/client';
import { useState } from 'react';
import { money } from '../format.ts';
import { Link } from '../router.tsx';
import { quantityOf, QUANTITY_MAX } from '../state/cart.ts';
import { addToCart, cartOpen, useCart } from '../state/cart_store.ts';
import { useRecord, useRecords, useRoom } from '../state/rooms.ts';
import { Empty, Flash, RoomNotice, Stars, StockNote, useTitle } from '../ui/bits.tsx';
import { BackIcon } from '../ui/icons.tsx';
import { Picture } from '../ui/picture.tsx';
import { Stepper } from '../ui/stepper.tsx';
import { Reviews } from './reviews.tsx';

export function ProductPage({ id }: { id: string }) {
  const view = useRoom('market');
  const product = useRecord('market', 'product', id);
  const shops = useRecords('market', 'shop');
  useTitle(product?.name ?? 'Product');
  if (!view.loaded) return <RoomNotice view={view} what="the product" />;
  if (!product) {
    return (
      <Empty title="This product is not for sale any more">
        <p>
          <Link href="/">See what is</Link>
        </p>
      </Empty>
    );
  }
  const shop = shops.find((each) => each.id === product.shop_id);
  return (
    <div className="page">
      <Link className="back" href={shop ? `/?shop=${encodeURIComponent(shop.slug)}` : '/'}>
        <BackIcon />
        {shop?.name ?? 'All shops'}
      </Link>
      <div className="product">
        <Picture src={product.image_url} name={product.name} />
        <ProductFacts key={product.id} product={product} shop={shop} />
      </div>
      <Reviews product={product} />
    </div>
  );
}

function ProductFacts({ product, shop }: { product: Product; shop: Shop | undefined }) {
  return (
    <div className="product-facts">
      <p className="card-kind">{product.category}</p>
      <h1>{product.name}</h1>
      <Stars product={product} />
      <p className="product-price price">
        <Flash value={product.price_minor}>
          {money(product.price_minor, shop?.currency ?? 'EUR')}
        </Flash>
      </p>
      <p className="product-text">{product.description}</p>
      <StockNote stock={product.stock} />
      <AddForm product={product} />
      {product.sku && <p className="product-sku">Article {product.sku}</p>}
    </div>
  );
}

function AddForm({ product }: { product: Product }) {
  const inCart = quantityOf(useCart(), product.id);
  const room = Math.min(product.stock, QUANTITY_MAX) - inCart;
  const [wanted, setWanted] = useState(1);
  const quantity = Math.max(1, Math.min(wanted, room));
  const add = () => {
    addToCart(product.id, quantity);
    setWanted(1);
    cartOpen.set(true);
  };
  return (
    <div className="product-buy">
      <Stepper value={quantity} label={product.name} max={Math.max(1, room)} onChange={setWanted} />
      <button type="button" className="button button-main" disabled={room <= 0} onClick={add}>
        {product.stock <= 0
          ? 'Sold out'
          : room <= 0
            ? 'All there is, is in your cart'
            : 'Add to cart'}
      </button>
      {inCart > 0 && <p className="product-in-cart">{inCart} in your cart</p>}
    </div>
  );
}
