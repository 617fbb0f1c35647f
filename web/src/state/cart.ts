import type { CartItem, Id, Product } from '@tillcast/client';

export type Items = readonly CartItem[];

/** More of one product than this goes into no cart. */
export const QUANTITY_MAX = 99;

export function quantityOf(items: Items, product: Id): number {
  return items.find((item) => item.product_id === product)?.quantity ?? 0;
}

/** The items with this quantity of the product; nought takes it out. */
export function withQuantity(items: Items, product: Id, quantity: number): Items {
  const wanted = Math.max(0, Math.min(QUANTITY_MAX, Math.trunc(quantity)));
  if (wanted === 0) return items.filter((item) => item.product_id !== product);
  if (!items.some((item) => item.product_id === product)) {
    return [...items, { product_id: product, quantity: wanted }];
  }
  return items.map((item) => (item.product_id === product ? { ...item, quantity: wanted } : item));
}

export function merged(first: Items, second: Items): Items {
  return second.reduce(
    (sum, { product_id, quantity }) =>
      withQuantity(sum, product_id, quantityOf(sum, product_id) + quantity),
    first,
  );
}

export function countOf(items: Items): number {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}

export interface CartLine {
  product: Product;
  quantity: number;
  /** More is wanted than there is now. */
  short: boolean;
}

/** What one order will be: the lines of one shop. */
export interface CartGroup {
  shopId: Id;
  lines: readonly CartLine[];
  totalMinor: number;
  short: boolean;
}

/**
 * The cart as one group a shop, with the products of now. `gone` are those nobody sells any more.
 */
export function groupByShop(
  items: Items,
  find: (id: Id) => Product | undefined,
): { groups: readonly CartGroup[]; gone: readonly Id[] } {
  const byShop = new Map<Id, CartLine[]>();
  const gone: Id[] = [];
  for (const { product_id, quantity } of items) {
    const product = find(product_id);
    if (!product) {
      gone.push(product_id);
      continue;
    }
    const lines = byShop.get(product.shop_id) ?? [];
    lines.push({ product, quantity, short: quantity > product.stock });
    byShop.set(product.shop_id, lines);
  }
  const groups = [...byShop].map(([shopId, lines]) => ({
    shopId,
    lines,
    totalMinor: lines.reduce((sum, each) => sum + each.product.price_minor * each.quantity, 0),
    short: lines.some((each) => each.short),
  }));
  return { groups, gone };
}
