// The way of a newcomer from an empty folder to a delivered order, by REST alone.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, assertProblem } from './support/rest.mjs';
import { Server } from './support/server.mjs';

describe('a newcomer', () => {
  let server;
  let seller;
  let buyer;
  let shop;
  let product;
  let order;

  before(async () => {
    server = await Server.start();
    seller = new Client(server.url);
    buyer = new Client(server.url);
  });
  after(() => server.stop());

  it('is told how to make the first admin, and finds no account with a known password', async () => {
    assert.match(server.stderr, /tillcast user add --role admin --email .* --data /);
    const body = { email: 'admin@demo.shop', password: 'demo-pass-1' };
    assertProblem(await seller.call('POST', 'auth/login', { body }), 401, 'wrong_password');
    assert.deepEqual(await seller.get('/healthz'), { status: 'ok', demo: false });
    assert.equal((await seller.call('GET', '/readyz')).status, 200);
  });

  it('registers, and is known by the token', async () => {
    const signIn = await seller.register('Sal');
    assert.equal(signIn.user.role, 'customer');
    assert.equal(signIn.user.email, 'sal@example.org');
    assert.ok(signIn.expires_in_s > 60);
    assert.ok(signIn.refresh_token.length > 20);
    const me = await seller.get('me');
    assert.equal(me.user.id, signIn.user.id);
    assert.deepEqual(me.shops, []);
  });

  it('opens a shop and becomes its owner', async () => {
    const body = { name: 'Corner', slug: 'corner', currency: 'EUR' };
    shop = await seller.expect(201, 'POST', 'shops', { body });
    assert.equal(shop.owner_id, seller.user.id);
    assert.equal(shop.version, 1);
    const me = await seller.get('me');
    assert.deepEqual(me.shops, [{ shop_id: shop.id, role: 'owner', shop }]);
    assert.equal(me.user.role, 'seller');
    const members = await seller.get(`shops/${shop.id}/members`);
    assert.deepEqual(members.items.map(({ user_id, role }) => ({ user_id, role })),
      [{ user_id: seller.user.id, role: 'owner' }]);
  });

  it('puts up a product, whose cost nobody else is shown', async () => {
    const body = { name: 'Lamp', price_minor: 2500, cost_minor: 900, stock: 7, category: 'Light' };
    product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
    assert.equal(product.cost_minor, 900);
    assert.equal(product.low_stock_threshold, 5);
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { status: 'active' } });
    const seen = await buyer.get(`products/${product.id}`);
    assert.equal(seen.name, 'Lamp');
    assert.equal(seen.stock, 7);
    assert.ok(!('cost_minor' in seen) && !('low_stock_threshold' in seen));
    const { items } = await buyer.get(`products?q=lamp&category=Light&shop=${shop.id}`);
    assert.deepEqual(items, [seen]);
  });

  it('has a first buyer, who fills a cart and orders', async () => {
    await buyer.register('Bea');
    const items = [{ product: product.id, quantity: 3 }];
    const cart = await buyer.expect(200, 'PUT', 'cart', { body: { items } });
    assert.deepEqual((await buyer.get('cart')).items, cart.items);
    const answer = await buyer.order(shop.id, items);
    assert.equal(answer.status, 201, answer.text);
    order = answer.body;
    assert.equal(order.total_minor, 7500);
    assert.equal(order.status, 'pending');
    assert.ok(!('profit_minor' in order));
    assert.equal((await buyer.get(`products/${product.id}`)).stock, 4);
  });

  it('sees the order, the figures and the warning of low stock at the desk', async () => {
    const { items } = await seller.get(`orders?shop=${shop.id}&status=pending`);
    assert.equal(items.length, 1);
    assert.equal(items[0].id, order.id);
    assert.equal(items[0].profit_minor, 3 * (2500 - 900));
    assert.equal(items[0].customer.email, 'bea@example.org');
    const stats = await seller.get(`shops/${shop.id}/stats`);
    assert.equal(stats.items[0].day, 'total');
    const { orders, revenue_minor, profit_minor, units } = stats.items[0];
    assert.deepEqual({ orders, revenue_minor, profit_minor, units },
      { orders: 1, revenue_minor: 7500, profit_minor: 4800, units: 3 });
    const notes = await seller.get('notifications');
    assert.deepEqual(notes.items.map(({ type }) => type).sort(), ['low_stock', 'new_order']);
    const path = `notifications/${notes.items[0].id}`;
    const read = await seller.expect(200, 'PATCH', path, { body: { read: true } });
    assert.equal(read.read, true);
  });

  it('brings the order step by step to its buyer', async () => {
    const path = `orders/${order.id}`;
    assertProblem(await seller.call('PATCH', path, { body: { status: 'delivered' } }), 409,
      'invalid_transition');
    for (const status of ['confirmed', 'preparing', 'ready', 'delivered']) {
      const moved = await seller.expect(200, 'PATCH', path, { body: { status } });
      assert.equal(moved.status, status);
    }
    assert.equal((await buyer.get(path)).status, 'delivered');
    assertProblem(await buyer.call('PATCH', path, { body: { status: 'cancelled' } }), 409,
      'invalid_transition');
    const notes = await buyer.get('notifications');
    assert.ok(notes.items.some(({ type }) => type === 'order_status'));
  });

  it('gets a review by who has bought', async () => {
    const path = `products/${product.id}/reviews`;
    const body = { rating: 4, text: 'It shines.' };
    await buyer.expect(201, 'POST', path, { body });
    assertProblem(await buyer.call('POST', path, { body }), 409, 'already_reviewed');
    assertProblem(await seller.call('POST', path, { body }), 403, 'not_bought');
    const { items } = await new Client(server.url).get(path);
    assert.equal(items.length, 1);
    assert.equal(items[0].author_name, 'Bea');
    const { rating_avg, rating_count } = await buyer.get(`products/${product.id}`);
    assert.deepEqual({ rating_avg, rating_count }, { rating_avg: 4, rating_count: 1 });
  });

  it('takes somebody on, and lets them go', async () => {
    const path = `shops/${shop.id}/members`;
    const member = await seller.expect(201, 'POST', path, { body: { email: 'bea@example.org' } });
    assert.equal(member.user_id, buyer.user.id);
    assert.equal((await buyer.get('me')).shops[0].role, 'staff');
    assert.equal((await buyer.get(`products/${product.id}`)).cost_minor, 900);
    await seller.expect(204, 'DELETE', `${path}?user=${buyer.user.id}`);
    assert.ok(!('cost_minor' in (await buyer.get(`products/${product.id}`))));
    assertProblem(await seller.call('DELETE', path), 400, 'bad_query');
  });

  it('changes the own profile and the password, which ends other sessions', async () => {
    const patched = await buyer.expect(200, 'PATCH', 'me', { body: { phone: '+31 20 1234567' } });
    assert.equal(patched.phone, '+31 20 1234567');
    const other = new Client(server.url);
    await other.logIn('bea@example.org', 'Bea-password');
    const change = (current_password) =>
      buyer.call('POST', 'auth/password', { body: { current_password, new_password: 'new-secret' } });
    assertProblem(await change('not-it-at-all'), 401, 'wrong_password');
    assert.equal((await change('Bea-password')).status, 204);
    assertProblem(await other.call('GET', 'me'), 401, 'unauthenticated');
    await buyer.get('me');
    await other.logIn('bea@example.org', 'new-secret');
  });

  it('logs out, and the token is worth nothing any more', async () => {
    const answer = await buyer.call('POST', 'auth/logout', { body: {} });
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get('set-cookie'), /^tillcast_session=; .*Max-Age=0/);
    assertProblem(await buyer.call('GET', 'me'), 401, 'unauthenticated');
    await seller.expect(204, 'POST', 'auth/logout-all', { body: {} });
    assertProblem(await seller.call('GET', 'me'), 401, 'unauthenticated');
  });
});
