import { useMemo, useState } from 'react';
import { useRecords } from '../state/rooms.ts';
import { isLow } from './low_stock.tsx';
import { StockRow } from './stock_row.tsx';

interface Props {
  room: string;
  currency: string;
}

/** Every product of the shop, with its stock and price to change in place. */
export function StockTable({ room, currency }: Props) {
  const products = useRecords(room, 'product');
  const [text, setText] = useState('');
  const [onlyLow, setOnlyLow] = useState(false);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return products
      .filter(({ status }) => status !== 'archived')
      .filter((each) => !onlyLow || isLow(each))
      .filter((each) => `${each.name} ${each.sku}`.toLowerCase().includes(wanted))
      .sort((a, b) => a.name.localeCompare(b.name));
  }, [products, text, onlyLow]);
  return (
    <section className="stock-list" aria-labelledby="stock-title">
      <div className="section-head">
        <h2 id="stock-title">Stock</h2>
        <input
          type="search"
          aria-label="Find a product"
          placeholder="Find a product"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={onlyLow}
            onChange={(event) => setOnlyLow(event.target.checked)}
          />
          Only low
        </label>
      </div>
      <div className="stock-scroll" tabIndex={0} role="group" aria-labelledby="stock-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col">Price</th>
              <th scope="col">Stock</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((product) => (
              <StockRow key={product.id} product={product} currency={currency} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="quiet desk-none">No product is like that.</p>}
      </div>
    </section>
  );
}
