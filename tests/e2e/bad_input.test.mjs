// Whatever is wrong with a request, it gets a problem with a stable code and changes nothing.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server, run } from './support/server.mjs';

describe('bad input', () => {
  let server;
  let data;
  let expired;
  let expiresAt;
  let admin;
  let buyer;
  let seller;
  let bakery;
  let gadgets;
  let foreign;
  let own;
  let head;

  before(async () => {
    server = await Server.start({ demo: true });
    // The verbs need the folder for themselves, so the token is made while no server has it.
    data = server.data;
    await server.signal('SIGTERM');
    const made = await run(['token', '--user', 'buyer@demo.shop', '--ttl', '1s', '--data', data]);
    assert.equal(made.status, 0, made.stderr);
    expired = made.stdout.trim();
    expiresAt = Date.now() + 1_100;
    server = await Server.start({ data });
    const shops = await demoShops(server.url);
    ({ bakery, gadgets } = shops);
    [own] = await shops.productsOf('bakery');
    [foreign] = await shops.productsOf('gadgets');
    admin = await signedIn(server.url, 'admin@demo.shop');
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    seller = await signedIn(server.url, 'seller@demo.shop');
    head = await position();
  });
  after(async () => {
    // Every request above was refused, so the log is where it was.
    const now = await position();
    await server.stop();
    assert.equal(now, head, 'a refused request has changed the data');
  });

  const position = async () => (await admin.get('rooms/admin/snapshot?limit=1')).position;
  const line = (product, quantity) => ({ product, quantity });
  const orderOf = (...items) => ({ body: { shop: bakery.id, items } });

  /** One refused request: who sends what, and what comes back. */
  const cases = () => [
    ['truncated JSON', buyer, 'POST', 'orders', { raw: '{"shop":"x","items":[' }, 400, 'bad_json'],
    ['an empty body', buyer, 'POST', 'orders', { raw: '' }, 400, 'bad_json'],
    ['JSON nested too deep', buyer, 'PUT', 'cart',
      { raw: '{"items":'.padEnd(9 + 200, '[') + ''.padEnd(200, ']') + '}' }, 400, 'bad_json'],
    ['text that is not UTF-8', buyer, 'PATCH', 'me',
      { raw: Buffer.from('7b226e616d65223a22ff227d', 'hex') }, 400, 'bad_json'],
    ['another media type', buyer, 'POST', 'orders',
      { raw: 'shop=1', headers: { 'Content-Type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['a wrong type', buyer, 'POST', 'orders', { body: { shop: 7, items: 'all' } }, 422, 'validation_failed'],
    ['a quantity that is text', buyer, 'POST', 'orders', orderOf(line(own.id, '2')), 422, 'validation_failed'],
    ['a negative quantity', buyer, 'POST', 'orders', orderOf(line(own.id, -1)), 422, 'validation_failed'],
    ['a quantity of zero', buyer, 'POST', 'orders', orderOf(line(own.id, 0)), 422, 'validation_failed'],
    ['half a piece', buyer, 'POST', 'orders', orderOf(line(own.id, 0.5)), 422, 'validation_failed'],
    ['a quantity beyond all bounds', buyer, 'POST', 'orders', orderOf(line(own.id, 1e18)), 422, 'validation_failed'],
    ['no items', buyer, 'POST', 'orders', orderOf(), 422, 'validation_failed'],
    ['an unknown product', buyer, 'POST', 'orders', orderOf(line('nothing', 1)), 422, 'unknown_product'],
    ['a product of another shop', buyer, 'POST', 'orders', orderOf(line(foreign.id, 1)), 422, 'unknown_product'],
    ['an unknown shop', buyer, 'POST', 'orders',
      { body: { shop: 'nothing', items: [line(own.id, 1)] } }, 404, 'not_found'],
    ['more than there is', buyer, 'POST', 'orders', orderOf(line(own.id, 10_000)), 409, 'out_of_stock'],
    ['an order of nobody', new Client(server.url), 'POST', 'orders', orderOf(line(own.id, 1)), 401, 'unauthenticated'],
    ['a price of its own', buyer, 'POST', 'orders',
      { body: { shop: bakery.id, items: [{ ...line(own.id, 1), price_minor: 1 }] } }, 422, 'validation_failed'],
    ['an unknown product id', buyer, 'GET', 'products/nothing', {}, 404, 'not_found'],
    ['an id that could be SQL', buyer, 'GET', `products/${encodeURIComponent("x' OR '1'='1")}`, {}, 404, 'not_found'],
    ['an unknown order', buyer, 'GET', 'orders/nothing', {}, 404, 'not_found'],
    ['an unknown status', seller, 'PATCH', 'products/' + own.id, { body: { status: 'sold' } }, 422, 'validation_failed'],
    ['a negative price', seller, 'PATCH', 'products/' + own.id, { body: { price_minor: -5 } }, 422, 'validation_failed'],
    ['an unknown field', seller, 'PATCH', 'products/' + own.id, { body: { shop_id: gadgets.id } }, 422, 'validation_failed'],
    ['a role for oneself', buyer, 'PATCH', 'me', { body: { role: 'admin' } }, 422, 'validation_failed'],
    ['a product of a foreign shop', seller, 'PATCH', 'products/' + foreign.id, { body: { stock: 1 } }, 403, 'forbidden'],
    ['a product into a foreign shop', seller, 'POST', `shops/${gadgets.id}/products`,
      { body: { name: 'X', price_minor: 1 } }, 403, 'forbidden'],
    ['a foreign shop', seller, 'PATCH', `shops/${gadgets.id}`, { body: { name: 'Mine' } }, 403, 'forbidden'],
    ['the figures of a foreign shop', seller, 'GET', `shops/${gadgets.id}/stats`, {}, 403, 'forbidden'],
    ['the people of a foreign shop', seller, 'GET', `shops/${gadgets.id}/members`, {}, 403, 'forbidden'],
    ['the orders of a foreign shop', seller, 'GET', `orders?shop=${gadgets.id}`, {}, 403, 'forbidden'],
    ['a foreign desk', seller, 'GET', `rooms/desk:${gadgets.id}/snapshot`, {}, 403, 'forbidden'],
    ['a desk for nobody', new Client(server.url), 'GET', `rooms/desk:${bakery.id}/snapshot`, {}, 401, 'unauthenticated'],
    ['the room of another user', buyer, 'GET', `rooms/user:${seller.user.id}/snapshot`, {}, 403, 'forbidden'],
    ['an unknown room', buyer, 'GET', 'rooms/kitchen/snapshot', {}, 404, 'unknown_room'],
    ['a bad position', buyer, 'GET', 'rooms/market/changes?since=soon', {}, 400, 'bad_position'],
    ['a position of another history', buyer, 'GET', 'rooms/market/changes?since=nowhere:1', {}, 410, 'reset'],
    ['a bad limit', buyer, 'GET', 'products?limit=many', {}, 400, 'bad_limit'],
    ['a limit of zero', buyer, 'GET', 'orders?limit=0', {}, 400, 'bad_limit'],
    ['a bad cursor', buyer, 'GET', 'products?cursor=%21%21', {}, 400, 'bad_cursor'],
    ['a bad sort', buyer, 'GET', 'products?sort=cost_minor', {}, 400, 'bad_query'],
    ['an account that is there', new Client(server.url), 'POST', 'auth/register',
      { body: { email: 'Buyer@demo.shop', name: 'B', password: 'long-enough' } }, 409, 'email_taken'],
    ['a short password', new Client(server.url), 'POST', 'auth/register',
      { body: { email: 'new@demo.shop', name: 'B', password: 'short' } }, 422, 'validation_failed'],
    ['a slug that is taken', seller, 'POST', 'shops', { body: { name: 'X', slug: 'gadgets' } }, 409, 'slug_taken'],
    ['a route that is not there', buyer, 'GET', 'wishlists', {}, 404, 'not_found'],
    ['a method that is not there', buyer, 'DELETE', 'orders', {}, 405, 'method_not_allowed'],
  ];

  it('is refused with its code', async (t) => {
    for (const [what, who, method, path, options, status, code] of cases()) {
      await t.test(what, async () => assertProblem(await who.call(method, path, options), status, code));
    }
  });

  it('is told field by field', async () => {
    const body = { email: 'no', password: 'x' };
    const answer = await new Client(server.url).call('POST', 'auth/register', { body });
    assertProblem(answer, 422, 'validation_failed');
    const fields = answer.body.errors.map(({ field }) => field).sort();
    assert.deepEqual(fields, ['email', 'name', 'password']);
    for (const error of answer.body.errors) assert.ok(error.code && error.detail);
  });

  it('says which methods a route has', async () => {
    const answer = await buyer.call('DELETE', 'orders');
    assert.deepEqual(answer.headers.get('allow').split(', ').sort(), ['GET', 'POST']);
  });

  it('names what is out of stock', async () => {
    const answer = await buyer.order(bakery.id, [line(own.id, 9_999)]);
    assert.deepEqual(answer.body.items,
      [{ product_id: own.id, name: own.name, requested: 9_999, available: own.stock }]);
  });

  it('is refused for a token that has ended', async () => {
    const late = new Client(server.url);
    late.token = expired;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, expiresAt - Date.now())));
    assertProblem(await late.call('GET', 'me'), 401, 'token_expired');
    assertProblem(await late.order(bakery.id, [line(own.id, 1)]), 401, 'token_expired');
  });

  it('is refused when it is huge, before it is taken in', async () => {
    const answer = await sendRaw(server.port,
      `POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
        `Authorization: Bearer ${buyer.token}\r\nContent-Length: 99000000\r\n\r\n{"shop":"`);
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /application\/problem\+json/);
    assert.match(answer, /"code":"[a-z_]+"/);
  });

  it('is refused when it could be read in two ways', async () => {
    const answer = await sendRaw(server.port,
      'POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}');
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });
});

function sendRaw(port, bytes) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (answer += data));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end of the answer: ${answer}`)));
  });
}
