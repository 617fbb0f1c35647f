import { expect, test } from 'vitest';
import { Api } from './api.ts';
import { ApiError } from './problem.ts';

interface Seen {
  url: string;
  init: RequestInit;
}

function apiThatGets(status: number, body?: unknown, token?: string) {
  const seen: Seen[] = [];
  const api = new Api({
    origin: 'http://shop.test',
    token: () => token,
    fetch: async (url, init) => {
      seen.push({ url: String(url), init: init ?? {} });
      return new Response(body === undefined ? null : JSON.stringify(body), { status });
    },
  });
  return { api, seen };
}

test('a query leaves out what is not set, and names are escaped', async () => {
  const { api, seen } = apiThatGets(200, { items: [] });
  await api.products({ shop: 's1', q: 'rye & more', category: '', limit: 20 });
  await api.snapshot('desk:a/b', 'c=1');
  expect(seen.map(({ url }) => url)).toEqual([
    'http://shop.test/api/v1/products?shop=s1&q=rye+%26+more&limit=20',
    'http://shop.test/api/v1/rooms/desk%3Aa%2Fb/snapshot?cursor=c%3D1',
  ]);
});

test('an order carries its idempotency key, a guarded write the version, both the token', async () => {
  const { api, seen } = apiThatGets(201, { id: 'o1' }, 'secret');
  await api.placeOrder('s1', [{ product: 'p1', quantity: 2 }], 'key-1');
  await api.updateProduct('p1', { stock: 5 }, 7);
  expect(seen[0]?.init).toMatchObject({
    method: 'POST',
    headers: { 'Idempotency-Key': 'key-1', Authorization: 'Bearer secret' },
    body: '{"shop":"s1","items":[{"product":"p1","quantity":2}]}',
  });
  expect(seen[1]?.init).toMatchObject({ method: 'PATCH', headers: { 'If-Match': '"7"' } });
});

test('a problem document becomes an ApiError with its code, fields and items', async () => {
  const items = [{ product_id: 'p1', name: 'Rye', requested: 3, available: 1 }];
  const short = { code: 'out_of_stock', detail: 'Take fewer.', items };
  const refusal = apiThatGets(409, short).api.placeOrder('s', [], 'k');
  await expect(refusal).rejects.toMatchObject({ status: 409, code: 'out_of_stock' });
  const error = (await refusal.catch((each: unknown) => each)) as ApiError;
  expect(error.outOfStock).toEqual(items);

  const fields = [{ field: 'email', detail: 'Give an address.' }];
  const invalid = apiThatGets(422, { code: 'invalid', detail: 'No.', errors: fields }).api;
  await expect(invalid.login('', '')).rejects.toMatchObject({ fields });
});

test('an answer that is no problem document is still an ApiError', async () => {
  const { api } = apiThatGets(502);
  await expect(api.cart()).rejects.toMatchObject({ status: 502, code: 'http_502' });
});

test('no answer at all is the code offline, and no content is no value', async () => {
  const down = new Api({ fetch: () => Promise.reject(new TypeError('refused')) });
  await expect(down.me()).rejects.toMatchObject({ status: 0, code: 'offline' });
  await expect(apiThatGets(204).api.logout()).resolves.toBeUndefined();
});
