import type { Product } from '@tillcast/client';
import { expect, test } from 'vitest';
import { countOf, groupByShop, merged, QUANTITY_MAX, withQuantity, type Items } from './cart.ts';

const item = (product_id: string, quantity: number) => ({ product_id, quantity });

test('a quantity is set, kept within bounds, and nought takes the product out', () => {
  const items: Items = [item('a', 1)];
  expect(withQuantity(items, 'a', 3)).toEqual([item('a', 3)]);
  expect(withQuantity(items, 'b', 2)).toEqual([item('a', 1), item('b', 2)]);
  expect(withQuantity(items, 'a', 1_000)).toEqual([item('a', QUANTITY_MAX)]);
  expect(withQuantity(items, 'a', -1)).toEqual([]);
  expect(items).toEqual([item('a', 1)]);
});

test('two carts become one with the sum of both', () => {
  const sum = merged([item('a', 1), item('b', 2)], [item('b', 3), item('c', 1)]);
  expect(sum).toEqual([item('a', 1), item('b', 5), item('c', 1)]);
  expect(countOf(sum)).toBe(7);
});

test('each shop gets a group with its sum, what is short and what is gone is named', () => {
  const products = new Map(
    [
      { id: 'a', shop_id: 's1', price_minor: 250, stock: 5 },
      { id: 'b', shop_id: 's2', price_minor: 100, stock: 1 },
      { id: 'c', shop_id: 's1', price_minor: 10, stock: 9 },
    ].map((each) => [each.id, each as Product]),
  );
  const items = [item('a', 2), item('b', 2), item('c', 1), item('x', 1)];
  const { groups, gone } = groupByShop(items, (id) => products.get(id));
  expect(groups.map(({ shopId, totalMinor, short }) => [shopId, totalMinor, short])).toEqual([
    ['s1', 510, false],
    ['s2', 200, true],
  ]);
  expect(gone).toEqual(['x']);
});
