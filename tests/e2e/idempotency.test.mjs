// Writes that are sent twice, and writes on what somebody else has changed; lists that are asked for
// again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

describe('a repeated write', () => {
  let server;
  let buyer;
  let seller;
  let shop;
  let product;

  before(async () => {
    server = await Server.start({ demo: true });
    const shops = await demoShops(server.url);
    shop = shops.bakery;
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    seller = await signedIn(server.url, 'seller@demo.shop');
    const body = { name: 'Twice', price_minor: 100, stock: 20, status: 'active' };
    product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
  });
  after(() => server.stop());

  const order = (who, quantity, key) =>
    who.order(shop.id, [{ product: product.id, quantity }], { 'Idempotency-Key': key });
  const stock = async () => (await buyer.get(`products/${product.id}`)).stock;

  it('happens once and is answered alike', async () => {
    const before = await stock();
    const first = await order(buyer, 2, 'key-1');
    assert.equal(first.status, 201, first.text);
    const second = await order(buyer, 2, 'key-1');
    assert.equal(second.status, 201);
    assert.deepEqual(second.body, first.body);
    assert.equal(await stock(), before - 2);
  });

  it('happens once when the same is sent many times at once', async () => {
    const before = await stock();
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(buyer, 1, 'key-2')));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
    assert.equal(await stock(), before - 1);
  });

  it('is refused for another body under the same key', async () => {
    assertProblem(await order(buyer, 3, 'key-1'), 422, 'idempotency_mismatch');
  });

  it('is another write for another person', async () => {
    const other = await signedIn(server.url, 'buyer2@demo.shop');
    const answer = await order(other, 2, 'key-1');
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.customer_id, other.user.id);
  });

  it('is judged anew after a refusal', async () => {
    assertProblem(await order(buyer, 10_000, 'key-3'), 409, 'out_of_stock');
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { stock: 10_000 } });
    assert.equal((await order(buyer, 10_000, 'key-3')).status, 201);
    assert.equal(await stock(), 0);
  });

  it('is refused for a key that is too long', async () => {
    assertProblem(await order(buyer, 1, 'k'.repeat(201)), 400, 'bad_idempotency_key');
  });
});

describe('a write with If-Match', () => {
  let server;
  let seller;
  let product;

  before(async () => {
    server = await Server.start({ demo: true });
    const shops = await demoShops(server.url);
    seller = await signedIn(server.url, 'seller@demo.shop');
    [product] = await shops.productsOf('bakery');
  });
  after(() => server.stop());

  const patch = (version, body) =>
    seller.call('PATCH', `products/${product.id}`, { body, headers: { 'If-Match': version } });

  it('is done on the version that it names', async () => {
    const read = await seller.call('GET', `products/${product.id}`);
    assert.equal(read.headers.get('etag'), `"${read.body.version}"`);
    const answer = await patch(read.headers.get('etag'), { price_minor: 777 });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.version, read.body.version + 1);
    product = answer.body;
  });

  it('is refused with the current record on another version', async () => {
    const answer = await patch(`"${product.version - 1}"`, { price_minor: 1 });
    assertProblem(answer, 412, 'version_conflict');
    assert.equal(answer.body.current.version, product.version);
    assert.equal(answer.body.current.price_minor, 777);
    assert.equal((await seller.get(`products/${product.id}`)).price_minor, 777);
  });

  it('is refused if it names no version', async () => {
    assertProblem(await patch('latest', { price_minor: 1 }), 400, 'bad_if_match');
  });
});

describe('a list', () => {
  let server;
  let client;

  before(async () => {
    server = await Server.start({ demo: true });
    client = new Client(server.url);
  });
  after(() => server.stop());

  it('is not sent again while it is the same', async () => {
    const first = await client.call('GET', 'products?limit=5');
    assert.equal(first.body.items.length, 5);
    const etag = first.headers.get('etag');
    const again = await client.call('GET', 'products?limit=5', { headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    assert.equal(again.headers.get('etag'), etag);
    const seller = await signedIn(server.url, 'seller@demo.shop');
    const mine = first.body.items.find(({ id }) => id);
    const shop = await seller.get(`shops/${mine.shop_id}`);
    const owner = shop.slug === 'bakery' ? seller : await signedIn(server.url, 'seller2@demo.shop');
    await owner.expect(200, 'PATCH', `products/${mine.id}`, { body: { name: 'Renamed' } });
    const changed = await client.call('GET', 'products?limit=5', { headers: { 'If-None-Match': etag } });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get('etag'), etag);
  });

  it('gives every product exactly once, page by page', async () => {
    const seen = [];
    let cursor = '';
    do {
      const page = await client.get(`products?sort=price&limit=7&cursor=${encodeURIComponent(cursor)}`);
      assert.ok(page.items.length <= 7);
      seen.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    const whole = (await client.get('products?limit=200')).items;
    assert.ok(whole.length > 80 && whole.length < 200);
    assert.deepEqual(seen.map(({ id }) => id).sort(), whole.map(({ id }) => id).sort());
    const prices = seen.map(({ price_minor }) => price_minor);
    assert.deepEqual(prices, [...prices].sort((a, b) => a - b));
  });
});
