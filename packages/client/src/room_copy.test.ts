import { beforeEach, expect, test } from 'vitest';
import { RoomCopy } from './room_copy.ts';
import { product } from './testing.ts';
import type { AnyRecord, Change } from './types.ts';

let copy: RoomCopy;

function load(lsn: number, ...products: AnyRecord[]) {
  copy.replace(
    { epoch: 'e', lsn },
    products.map((each) => ['product', each] as const),
  );
}

function created(lsn: number, prev: number, record: AnyRecord): Change {
  const { id, version } = record;
  return { room: 'market', lsn, prev, kind: 'product', id, version, op: 'created', record };
}

function updated(lsn: number, prev: number, id: string, version: number, patch: object): Change {
  const fields = patch as Record<string, unknown>;
  return { room: 'market', lsn, prev, kind: 'product', id, version, op: 'updated', patch: fields };
}

function deleted(lsn: number, prev: number, id: string, version: number): Change {
  return { room: 'market', lsn, prev, kind: 'product', id, version, op: 'deleted' };
}

beforeEach(() => {
  copy = new RoomCopy();
  load(10, product('p1', 1));
});

test('a change moves the position to its lsn in the epoch of the snapshot', () => {
  expect(copy.apply(updated(14, 9, 'p1', 2, { stock: 9 }))).toBe('applied');
  expect(copy.position).toBe('e:14');
  expect(copy.find('product', 'p1')).toMatchObject({ stock: 9, version: 2 });
});

test('null in a patch removes the field', () => {
  load(10, product('p1', 1, { caption: 'Fresh' }));
  copy.apply(updated(11, 10, 'p1', 2, { caption: null }));
  expect(copy.find('product', 'p1')).not.toHaveProperty('caption');
});

test('versions may skip, because this room does not see every field', () => {
  expect(copy.apply(updated(11, 10, 'p1', 7, { stock: 3 }))).toBe('applied');
  expect(copy.find('product', 'p1')).toMatchObject({ stock: 3, version: 7 });
});

test('prev may not skip: the copy stays as it was', () => {
  expect(copy.apply(updated(13, 12, 'p1', 3, { stock: 1 }))).toBe('gap');
  expect(copy.position).toBe('e:10');
  expect(copy.find('product', 'p1')).toMatchObject({ stock: 10, version: 1 });
});

test('a change that was seen, or is older than the snapshot, changes nothing', () => {
  const change = updated(11, 10, 'p1', 2, { stock: 9 });
  copy.apply(change);
  const list = copy.list('product');
  expect(copy.apply(change)).toBe('duplicate');
  expect(copy.apply(updated(4, 3, 'p1', 9, { stock: 0 }))).toBe('duplicate');
  expect(copy.position).toBe('e:11');
  expect(copy.list('product')).toBe(list);
});

test('numbers that cannot be a place in the log count as a gap', () => {
  for (const [lsn, prev] of [
    [11, 11],
    [11, 12],
    [11, -1],
    [1.5, 1],
    [2 ** 53, 10],
    [NaN, 10],
  ]) {
    expect(copy.apply(updated(lsn!, prev!, 'p1', 2, { stock: 0 }))).toBe('gap');
  }
  const text = { ...updated(11, 10, 'p1', 2, {}), lsn: '11' as unknown as number };
  expect(copy.apply(text)).toBe('gap');
  const { patch: _, ...bare } = updated(11, 10, 'p1', 2, {}) as Change & { patch: object };
  expect(copy.apply(bare as Change)).toBe('gap');
  expect(copy.position).toBe('e:10');
});

test('created twice is one record, with the content of the higher version', () => {
  copy.apply(created(11, 10, product('p2', 1, { stock: 1 })));
  expect(copy.apply(created(12, 11, product('p2', 1, { stock: 99 })))).toBe('applied');
  expect(copy.find('product', 'p2')).toMatchObject({ stock: 1 });
  copy.apply(created(13, 12, product('p2', 4, { stock: 4 })));
  expect(copy.find('product', 'p2')).toMatchObject({ stock: 4, version: 4 });
  expect(copy.list('product')).toHaveLength(2);
});

test('deleted takes the record away, and once more does no harm', () => {
  copy.apply(deleted(11, 10, 'p1', 2));
  copy.apply(deleted(12, 11, 'p1', 2));
  expect(copy.list('product')).toEqual([]);
  copy.apply(created(13, 12, product('p1', 3)));
  expect(copy.list('product')).toHaveLength(1);
});

test('records of a later snapshot page are not set back by the changes that they already hold', () => {
  // The first page was read at 10, the second at 14: changes 11 to 14 are sent all the same.
  load(10, product('p1', 1), product('p2', 4, { stock: 4 }));
  const passed = [
    updated(11, 10, 'p2', 2, { stock: 8 }),
    deleted(12, 11, 'p2', 3),
    created(13, 12, product('p2', 4, { stock: 4 })),
  ];
  for (const change of passed) {
    expect(copy.apply(change)).toBe('applied');
    expect(copy.find('product', 'p2')).toMatchObject({ stock: 4, version: 4 });
  }
  copy.apply(updated(15, 13, 'p2', 5, { stock: 3 }));
  expect(copy.find('product', 'p2')).toMatchObject({ stock: 3, version: 5 });
  expect(copy.position).toBe('e:15');
});

test('a patch for a record that a later page does not have any more is passed over', () => {
  expect(copy.apply(updated(11, 10, 'gone', 2, { stock: 1 }))).toBe('applied');
  expect(copy.apply(deleted(12, 11, 'gone', 3))).toBe('applied');
  expect(copy.list('product')).toHaveLength(1);
});

test('lists and records are the same objects until they change', () => {
  load(10, product('p1', 1), product('p2', 1));
  const list = copy.list('product');
  const untouched = copy.find('product', 'p2');
  expect(copy.list('product')).toBe(list);
  expect(copy.list('order')).toBe(copy.list('order'));
  copy.apply(updated(11, 10, 'p1', 2, { stock: 9 }));
  expect(copy.list('product')).not.toBe(list);
  expect(copy.find('product', 'p2')).toBe(untouched);
});
