// Records of others, fields that are not the caller's to write, and numbers that would not fit.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, Target, assertProblem } from './support.mjs';

describe('a request for what is not theirs', () => {
  let target;
  let order;
  let draft;
  let head;
  before(async () => {
    target = await Target.start();
    const made = await target.buyer.order(target.bakery.id, [{ product: target.bread.id, quantity: 1 }]);
    assert.equal(made.status, 201, made.text);
    order = made.body;
    draft = await target.seller.expect(201, 'POST', `shops/${target.bakery.id}/products`,
      { body: { name: 'Draft', price_minor: 100, status: 'draft' } });
    head = await target.position();
  });
  after(async () => {
    const now = await target.position();
    await target.stop();
    assert.equal(now, head, 'something that was refused has changed the data');
  });

  const refused = (what, who, method, path, options, status, code) =>
    it(what, async () => {
      const given = typeof options === 'function' ? options() : options;
      assertProblem(await target[who].call(method, typeof path === 'function' ? path() : path, given), status, code);
    });
  const item = (extra) => ({ product: target.bread.id, quantity: 1, ...extra });
  const orderOf = (...items) => () => ({ body: { shop: target.bakery.id, items: items.map(item) } });

  // Ids of others.
  refused('the order of another buyer is not found', 'buyer2', 'GET', () => `orders/${order.id}`, {}, 404, 'not_found');
  refused('the order of another buyer cannot be cancelled', 'buyer2', 'PATCH', () => `orders/${order.id}`,
    { body: { status: 'cancelled' } }, 404, 'not_found');
  refused('an order cannot be delivered by its buyer', 'buyer', 'PATCH', () => `orders/${order.id}`,
    { body: { status: 'delivered' } }, 403, 'forbidden');
  refused('an order cannot be moved by another shop', 'seller2', 'PATCH', () => `orders/${order.id}`,
    { body: { status: 'confirmed' } }, 404, 'not_found');
  refused('a draft is not found by buyers', 'buyer', 'GET', () => `products/${draft.id}`, {}, 404, 'not_found');
  refused('a draft cannot be ordered', 'buyer', 'POST', 'orders',
    () => ({ body: { shop: target.bakery.id, items: [{ product: draft.id, quantity: 1 }] } }), 422, 'unknown_product');
  refused('a product of another shop cannot be changed', 'seller2', 'PATCH', () => `products/${target.bread.id}`,
    { body: { price_minor: 1 } }, 403, 'forbidden');
  refused('a product of another shop cannot be deleted', 'seller2', 'DELETE', () => `products/${target.bread.id}`,
    {}, 403, 'forbidden');
  refused('the people of a shop are not shown to others', 'buyer', 'GET', () => `shops/${target.bakery.id}/members`,
    {}, 403, 'forbidden');
  refused('nobody makes themselves a member', 'buyer', 'POST', () => `shops/${target.bakery.id}/members`,
    () => ({ body: { user: target.buyer.user.id, role: 'owner' } }), 403, 'forbidden');
  refused('nobody removes the owner of another shop', 'seller2', 'DELETE',
    () => `shops/${target.bakery.id}/members?user=${target.seller.user.id}`, {}, 403, 'forbidden');
  refused('the figures of a shop are its own', 'buyer', 'GET', () => `shops/${target.bakery.id}/stats`, {}, 403, 'forbidden');
  refused('a shop is exported by its people alone', 'seller2', 'GET', () => `shops/${target.bakery.id}/export`, {}, 403, 'forbidden');
  refused('a shop is filled by its people alone', 'seller2', 'POST', () => `shops/${target.bakery.id}/seed`,
    { body: { count: 1 } }, 403, 'forbidden');
  refused('a backup is made by admins alone', 'seller', 'POST', 'admin/backup', {}, 403, 'forbidden');
  refused('the orders of a shop are not listed to others', 'buyer', 'GET', () => `orders?shop=${target.bakery.id}`, {}, 403, 'forbidden');

  // Fields that are not theirs to write (mass assignment).
  for (const [field, value] of Object.entries({
    role: 'admin', id: 'u1', version: 9, is_admin: true, created_at: '2020-01-01T00:00:00.000Z',
    password_hash: 'x', email_verified: true, shops: ['x'],
  })) {
    refused(`\`${field}\` is not written by who registers`, 'anybody', 'POST', 'auth/register',
      { body: { email: 'mass@example.org', name: 'M', password: 'long-enough', [field]: value } }, 422, 'validation_failed');
  }
  refused('`role` is not written by PATCH me', 'buyer', 'PATCH', 'me', { body: { role: 'admin' } }, 422, 'validation_failed');
  refused('`__proto__` is no way around that', 'buyer', 'PATCH', 'me',
    { raw: '{"__proto__":{"role":"admin"}}' }, 422, 'validation_failed');
  refused('a member written twice is not read in two ways', 'buyer', 'PATCH', 'me',
    { raw: '{"name":"a","role":"admin","role":"customer"}' }, 422, 'validation_failed');
  refused('a product is not moved to another shop', 'seller', 'PATCH', () => `products/${target.bread.id}`,
    () => ({ body: { shop_id: target.gadgets.id } }), 422, 'validation_failed');
  refused('a rating is not written by its shop', 'seller', 'PATCH', () => `products/${target.bread.id}`,
    { body: { rating_avg: 5, rating_count: 1_000 } }, 422, 'validation_failed');
  refused('a shop is not given to somebody else', 'seller', 'PATCH', () => `shops/${target.bakery.id}`,
    () => ({ body: { owner_id: target.seller2.user.id } }), 422, 'validation_failed');
  refused('a cart is not put into the hands of others', 'buyer', 'PUT', 'cart',
    () => ({ body: { items: [], user_id: target.buyer2.user.id } }), 422, 'validation_failed');
  for (const [field, value] of Object.entries({
    customer_id: 'x', total_minor: 1, profit_minor: 0, status: 'delivered', number: 1, discount: 100,
  })) {
    refused(`\`${field}\` is not written by who orders`, 'buyer', 'POST', 'orders',
      () => ({ body: { ...orderOf({})().body, [field]: value } }), 422, 'validation_failed');
  }

  // Prices and quantities.
  refused('nobody orders at another price', 'buyer', 'POST', 'orders', orderOf({ price_minor: 1 }), 422, 'validation_failed');
  refused('nobody orders at a price of 0', 'buyer', 'POST', 'orders', orderOf({ price_minor: 0 }), 422, 'validation_failed');
  for (const quantity of [-1, 0, 0.5, 1e18, 9223372036854775807n, 1e308, '1', null, [1], true, 10_001]) {
    const text = typeof quantity === 'bigint' ? String(quantity) : JSON.stringify(quantity);
    refused(`nobody orders ${text} pieces`, 'buyer', 'POST', 'orders',
      () => ({ raw: `{"shop":"${target.bakery.id}","items":[{"product":"${target.bread.id}","quantity":${text}}]}` }),
      422, 'validation_failed');
  }
  refused('nobody orders more kinds than there is room for', 'buyer', 'POST', 'orders',
    orderOf(...Array.from({ length: 101 }, () => ({}))), 422, 'validation_failed');
  refused('the same product in two lines is not ordered past the stock', 'buyer', 'POST', 'orders',
    orderOf(...Array.from({ length: 100 }, () => ({ quantity: 10_000 }))), 422, 'validation_failed');
  refused('products of two shops are not mixed', 'buyer', 'POST', 'orders',
    () => ({ body: { shop: target.bakery.id, items: [{ product: target.gadget.id, quantity: 1 }] } }), 422, 'unknown_product');
  for (const price of [-1, 1e12, 0.5, '1', 9223372036854775807n]) {
    const text = typeof price === 'bigint' ? String(price) : JSON.stringify(price);
    refused(`a price of ${text} is none`, 'seller', 'PATCH', () => `products/${target.bread.id}`,
      { raw: `{"price_minor":${text}}` }, 422, 'validation_failed');
  }
  refused('a stock that would overflow is none', 'seller', 'PATCH', () => `products/${target.bread.id}`,
    { raw: '{"stock":9223372036854775807}' }, 422, 'validation_failed');

  // Texts that another layer could take for something else.
  for (const id of ["x' OR '1'='1", 'x"; DROP TABLE users; --', '%00', '*', '..', 'a'.repeat(500)]) {
    refused(`the id ${JSON.stringify(id.slice(0, 20))} is no product's`, 'anybody', 'GET',
      `products/${encodeURIComponent(id) === '..' ? 'x..' : encodeURIComponent(id)}`, {}, 404, 'not_found');
  }
  refused('a sort by a hidden field is none', 'buyer', 'GET', 'products?sort=cost_minor', {}, 400, 'bad_query');
  refused('a cursor that was made up is none', 'buyer', 'GET', 'products?cursor=eyJ4IjoxfQ', {}, 400, 'bad_cursor');
});

describe('orders that would overflow', () => {
  it('are refused as a whole', async () => {
    const target = await Target.start();
    const body = { name: 'Gold', price_minor: 100_000_000_000, stock: 1_000_000_000, status: 'active' };
    const items = [];
    for (let i = 0; i < 100; ++i) {
      const { id } = await target.seller.expect(201, 'POST', `shops/${target.bakery.id}/products`,
        { body: { ...body, name: `Gold ${i}` } });
      items.push({ product: id, quantity: 10_000 });
    }
    assertProblem(await target.buyer.order(target.bakery.id, items), 422, 'total_too_large');
    const { items: orders } = await target.buyer.get('orders');
    assert.ok(orders.every(({ total_minor }) => total_minor >= 0 && Number.isSafeInteger(total_minor)));
    await target.stop();
  });

  it('and so is what an Idempotency-Key of somebody else would give', async () => {
    const target = await Target.start();
    const key = { 'Idempotency-Key': 'the-same' };
    const items = [{ product: target.bread.id, quantity: 1 }];
    const first = await target.buyer.order(target.bakery.id, items, key);
    const second = await target.buyer2.order(target.bakery.id, items, key);
    assert.equal(first.status, 201);
    assert.equal(second.status, 201);
    assert.notEqual(first.body.id, second.body.id);
    assert.equal(second.body.customer_id, target.buyer2.user.id);
    const other = await target.buyer.order(target.bakery.id, [{ product: target.bread.id, quantity: 2 }], key);
    assertProblem(other, 422, 'idempotency_mismatch');
    await target.stop();
  });
});
