import { ApiError, type Product } from '@tillcast/client';
import { memo, useState, type KeyboardEvent } from 'react';
import { amountText, parseAmount } from '../format.ts';
import { api } from '../state/services.ts';
import { toast } from '../state/toasts.ts';
import { Flash } from '../ui/bits.tsx';
import { isLow } from './low_stock.tsx';

const STOCK_MAX = 1_000_000;

export const StockRow = memo(function StockRow(props: { product: Product; currency: string }) {
  const { product, currency } = props;
  const save = (change: Partial<Product>, version: number) =>
    api.updateProduct(product.id, change, version);
  return (
    <tr className={isLow(product) ? 'row-low' : undefined} data-product={product.id}>
      <th scope="row">
        {product.name}
        <small>{product.sku}</small>
      </th>
      <td>
        <EditCell
          label={`Price of ${product.name} in ${currency}`}
          value={amountText(product.price_minor, currency)}
          read={(text) => parseAmount(text, currency)}
          version={product.version}
          save={(price_minor, version) => save({ price_minor }, version)}
        />
      </td>
      <td>
        <EditCell
          label={`Stock of ${product.name}`}
          value={String(product.stock)}
          read={readStock}
          version={product.version}
          save={(stock, version) => save({ stock }, version)}
        />
      </td>
    </tr>
  );
});

function readStock(text: string): number | undefined {
  const value = /^\d{1,7}$/.test(text.trim()) ? Number(text) : NaN;
  return value <= STOCK_MAX ? value : undefined;
}

interface CellProps {
  label: string;
  value: string;
  /** The version that the value is of. */
  version: number;
  read: (text: string) => number | undefined;
  save: (value: number, version: number) => Promise<unknown>;
}

/**
 * A number that shows what the server has until somebody types. Enter or leaving it saves, Escape
 * gives up. What is saved is meant for the version that was there when the typing began: if a sale
 * came in between, the server refuses it instead of losing the sale.
 */
function EditCell({ label, value, version, read, save }: CellProps) {
  const [typed, setTyped] = useState<{ text: string; version: number }>();
  const [busy, setBusy] = useState(false);
  const wanted = typed && read(typed.text);
  const wrong = typed !== undefined && wanted === undefined;

  const commit = async () => {
    if (busy || !typed || wanted === undefined) return;
    if (wanted === read(value)) return setTyped(undefined);
    setBusy(true);
    try {
      await save(wanted, typed.version);
    } catch (error) {
      toast('bad', problemText(error));
    } finally {
      setTyped(undefined);
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') setTyped(undefined);
  };
  return (
    <Flash value={value}>
      <input
        className="cell"
        inputMode="decimal"
        aria-label={label}
        aria-invalid={wrong || undefined}
        disabled={busy}
        value={typed?.text ?? value}
        onChange={(event) =>
          setTyped({ text: event.target.value, version: typed?.version ?? version })
        }
        onFocus={(event) => event.target.select()}
        onBlur={() => (wrong ? setTyped(undefined) : void commit())}
        onKeyDown={keys}
      />
    </Flash>
  );
}

function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return 'The change was not saved.';
  if (error.code === 'version_conflict') {
    return 'It has just changed, so yours was not saved. Please look at it again.';
  }
  return error.detail;
}
