import type { Product, Shop } from '@tillcast/client';
import { expect, test } from 'vitest';
import { addressOf, find, readFilter, type Filter } from './catalogue.ts';

const shops = [
  { id: 's1', slug: 'bakery' },
  { id: 's2', slug: 'gadgets' },
] as unknown as Shop[];

const products = [
  {
    id: '1',
    shop_id: 's1',
    name: 'Crème Tart',
    category: 'Cakes',
    price_minor: 500,
    rating_avg: 4,
  },
  { id: '2', shop_id: 's1', name: 'Rye Loaf', category: 'Bread', price_minor: 300, rating_avg: 5 },
  { id: '3', shop_id: 's2', name: 'Lamp', description: 'For the loaf of light', price_minor: 900 },
] as unknown as Product[];

const ids = (filter: Partial<Filter>) =>
  find(products, shops, { sort: 'newest', ...filter }).products.map(({ id }) => id);

test('filters by shop, category and every word, whatever the accents', () => {
  expect(ids({})).toEqual(['3', '2', '1']);
  expect(ids({ shop: 'bakery' })).toEqual(['2', '1']);
  expect(ids({ shop: 'nowhere' })).toEqual([]);
  expect(ids({ category: 'Bread' })).toEqual(['2']);
  expect(ids({ q: 'creme TART' })).toEqual(['1']);
  expect(ids({ q: 'loaf' })).toEqual(['3', '2']);
  expect(ids({ q: 'loaf rye' })).toEqual(['2']);
});

test('sorts, and the newest comes first among equals', () => {
  expect(ids({ sort: 'price' })).toEqual(['2', '1', '3']);
  expect(ids({ sort: '-price' })).toEqual(['3', '1', '2']);
  expect(ids({ sort: 'name' })).toEqual(['1', '3', '2']);
  expect(ids({ sort: 'rating' })).toEqual(['2', '1', '3']);
});

test('categories are those of the shop, whatever else is filtered', () => {
  const filter: Filter = { sort: 'name', shop: 'bakery', q: 'rye' };
  expect(find(products, shops, filter).categories).toEqual(['Bread', 'Cakes']);
});

test('the address carries the filter there and back', () => {
  const filter: Filter = { shop: 'bakery', category: 'Bread', q: 'rye & more', sort: 'price' };
  const address = addressOf(filter);
  expect(readFilter(new URL(address, 'http://shop.test').searchParams)).toEqual(filter);
  expect(addressOf({ sort: 'rating' })).toBe('/');
  expect(readFilter(new URLSearchParams('sort=bogus'))).toEqual({ sort: 'rating' });
});
