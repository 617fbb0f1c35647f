import type { Product, Shop } from '@tillcast/client';

export type Sort = 'rating' | 'newest' | 'price' | '-price' | 'name';

export const sorts: readonly (readonly [Sort, string])[] = [
  ['rating', 'Best rated'],
  ['newest', 'Newest'],
  ['price', 'Price, low to high'],
  ['-price', 'Price, high to low'],
  ['name', 'Name'],
];

export interface Filter {
  /** The shop's slug. */
  shop?: string;
  category?: string;
  q?: string;
  sort: Sort;
}

export function readFilter(query: URLSearchParams): Filter {
  const sort = sorts.find(([name]) => name === query.get('sort'))?.[0] ?? 'rating';
  const filter: Filter = { sort };
  for (const name of ['shop', 'category', 'q'] as const) {
    const value = query.get(name)?.trim();
    if (value) filter[name] = value;
  }
  return filter;
}

export function addressOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.shop) query.set('shop', filter.shop);
  if (filter.category) query.set('category', filter.category);
  if (filter.q) query.set('q', filter.q);
  if (filter.sort !== 'rating') query.set('sort', filter.sort);
  return query.size ? `/?${query}` : '/';
}

/** Newest first; ids are sortable by creation. */
function byNewest(a: Product, b: Product): number {
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

const orders: Readonly<Record<Sort, (a: Product, b: Product) => number>> = {
  newest: byNewest,
  price: (a, b) => a.price_minor - b.price_minor,
  '-price': (a, b) => b.price_minor - a.price_minor,
  name: (a, b) => a.name.localeCompare(b.name),
  rating: (a, b) =>
    (b.rating_avg ?? 0) - (a.rating_avg ?? 0) || (b.rating_count ?? 0) - (a.rating_count ?? 0),
};

/** Lower case and without accents, so that "creme" finds "Crème". */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether every word is somewhere in what is known of the product. */
function matches(product: Product, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { name, category = '', description = '', sku = '' } = product;
  const text = folded(`${name} ${category} ${description} ${sku}`);
  return words.every((word) => text.includes(word));
}

export interface Found {
  products: readonly Product[];
  /** The categories of the chosen shop, whatever else is filtered. */
  categories: readonly string[];
}

export function find(all: readonly Product[], shops: readonly Shop[], filter: Filter): Found {
  const shop = shops.find(({ slug }) => slug === filter.shop);
  const inShop = filter.shop ? all.filter(({ shop_id }) => shop_id === shop?.id) : all;
  const categories = [...new Set(inShop.flatMap(({ category }) => category ?? []))].sort();
  const words = folded(filter.q ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const products = inShop
    .filter(({ category }) => !filter.category || category === filter.category)
    .filter((product) => matches(product, words))
    .sort((a, b) => orders[filter.sort](a, b) || byNewest(a, b));
  return { products, categories };
}
