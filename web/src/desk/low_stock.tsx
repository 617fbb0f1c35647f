import type { Product } from '@tillcast/client';
import { useMemo } from 'react';
import { useRecords } from '../state/rooms.ts';
import { AlertIcon } from '../ui/icons.tsx';

const THRESHOLD = 5;
const SHOWN_MAX = 8;

export function isLow(product: Product): boolean {
  return (
    product.stock < (product.low_stock_threshold ?? THRESHOLD) && product.status !== 'archived'
  );
}

/** What runs out: the least of it first. */
export function LowStock({ room }: { room: string }) {
  const products = useRecords(room, 'product');
  const low = useMemo(
    () => products.filter(isLow).sort((a, b) => a.stock - b.stock || a.name.localeCompare(b.name)),
    [products],
  );
  if (low.length === 0) return null;
  return (
    <section className="low" aria-labelledby="low-title">
      <h2 id="low-title">
        <AlertIcon />
        Running low <b>{low.length}</b>
      </h2>
      <ul>
        {low.slice(0, SHOWN_MAX).map((product) => (
          <li key={product.id}>
            <span>{product.name}</span>
            <b className={product.stock === 0 ? 'low-none' : undefined}>
              {product.stock === 0 ? 'sold out' : `${product.stock} left`}
            </b>
          </li>
        ))}
      </ul>
      {low.length > SHOWN_MAX && (
        <p className="quiet">and {low.length - SHOWN_MAX} more, in the list below</p>
      )}
    </section>
  );
}
