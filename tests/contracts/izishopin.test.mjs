// The dialect of the shop dashboards over plain WebSockets, row by row, driven by npm's ws.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, FOREIGN, PASSWORD, PlainListener, Shop } from './support/ports.mjs';

const LOGIN = '/api/auth/login';
const TOPICS = ['dashboard', 'orders', 'products', 'notifications'];
const STATS = ['total_products', 'total_orders', 'total_revenue', 'monthly_revenue', 'low_stock'];

let shop;
let seller; // of `gadgets`
let other; // of `bakery`
let buyer;
let gadgets;
let bakery;
let native;
before(async () => {
  shop = await Shop.start(['izishopin', 'bva']);
  const url = shop.url('izishopin');
  seller = await new Caller(url).logIn(LOGIN, 'seller2@demo.shop');
  other = await new Caller(url).logIn(LOGIN, 'seller@demo.shop');
  buyer = await new Caller(url).logIn(LOGIN, 'buyer@demo.shop');
  gadgets = seller.signIn.user.shops[0];
  bakery = other.signIn.user.shops[0];
  native = await signedIn(shop.native, 'seller2@demo.shop');
});
after(() => shop?.stop());

const product = (stock, more = {}) =>
  seller.expect(201, 'POST', '/api/products', { name: 'Lamp', description: 'Bright', price: 19.99, stock, ...more });
const one = ({ id }, quantity = 1) => [{ product_id: id, quantity }];
const order = (who, items, more = {}) => who.expect(201, 'POST', '/api/orders', { items, ...more });
const stats = (who = seller) => who.get('/api/product-stats');
/** As the guide's context: connects with its token and subscribes. */
async function dashboard(caller, { topics = TOPICS, url = `${shop.url('izishopin')}/ws`, by, ...more } = {}) {
  const user = await PlainListener.connect(url, { caller, by });
  user.send({ type: 'subscribe', topics, ...more });
  assert.deepEqual(await user.next('subscribed'), { type: 'subscribed', topics });
  user.forget();
  return user;
}
const orderOf = (user, id, action) =>
  user.next('order_update', (each) => each.order.id === id && (!action || each.action === action));
const closing = async (...users) => Promise.all(users.map((user) => user.close()));

describe('signing in', () => {
  it('gives a token and the user with their shops', () => {
    const { token, user } = seller.signIn;
    assert.equal(typeof token, 'string');
    assert.deepEqual(Object.keys(user), ['id', 'email', 'name', 'role', 'shops']);
    assert.deepEqual(Object.keys(user.shops[0]), ['id', 'name']);
    assert.deepEqual(buyer.signIn.user.shops, []);
  });
});

describe('a dashboard', () => {
  it('is told an order, the products it moves and the figures, exact as of the commit', async () => {
    const live = await dashboard(seller);
    const theirs = await dashboard(other);
    const lamp = await product(6);
    const created = await live.next('product_update', (each) => each.product.id === lamp.id);
    assert.deepEqual(created, { type: 'product_update', action: 'created', product: lamp, stats: await stats() });
    assert.deepEqual(Object.keys(lamp), [
      'id', 'name', 'description', 'price', 'category', 'stock', 'shop_id', 'rating',
    ]);
    assert.deepEqual(Object.keys(created.stats), STATS);
    const before = await stats();
    live.forget();

    const placed = await order(buyer, one(lamp, 2));
    const after = await stats();
    assert.deepEqual(after, {
      total_products: before.total_products,
      total_orders: before.total_orders + 1,
      total_revenue: Number((before.total_revenue + 39.98).toFixed(2)),
      monthly_revenue: Number((before.monthly_revenue + 39.98).toFixed(2)),
      low_stock: before.low_stock + 1,
    });
    const update = await live.next('dashboard_update', (each) => each.shop_stats);
    assert.deepEqual(Object.keys(update), ['type', 'shop_stats', 'notifications', 'timestamp']);
    assert.deepEqual(update.shop_stats, after);
    assert.deepEqual(update.notifications.map(({ type }) => type).sort(), ['low_stock', 'new_order']);
    assert.deepEqual(Object.keys(update.notifications[0]), ['id', 'type', 'message', 'read', 'created_at']);
    assert.ok(Date.parse(update.timestamp));
    assert.deepEqual(live.of('order_update'), [{
      type: 'order_update', action: 'created', order: placed,
      total_orders: after.total_orders, monthly_revenue: after.monthly_revenue,
    }]);
    assert.deepEqual(placed, {
      id: placed.id, shop_id: gadgets.id, total: 39.98, status: 'pending', created_at: placed.created_at,
      items: [{ product_id: lamp.id, name: 'Lamp', price: 19.99, quantity: 2 }],
    });
    assert.deepEqual(live.of('product_update'), [
      { type: 'product_update', action: 'updated', product: { ...lamp, stock: 4 }, stats: after },
    ]);
    assert.equal(live.of('dashboard_update').length, 1);
    await closing(live, theirs);
    assert.equal(theirs.inbox.messages.length, 0);
  });

  it('is told each step of an order with the figures after it', async () => {
    const live = await dashboard(seller);
    const lamp = await product(9);
    const placed = await order(buyer, one(lamp));
    const before = await stats();
    for (const status of ['Confirmed', 'preparing']) {
      await seller.expect(200, 'PATCH', `/api/orders/${placed.id}`, { status });
      const step = await live.next('order_update', (each) => each.order.status === status.toLowerCase());
      assert.equal(step.action, 'status_changed');
      assert.equal(step.total_orders, before.total_orders);
      assert.equal(step.monthly_revenue, before.monthly_revenue);
    }
    await seller.expect(200, 'PATCH', `/api/orders/${placed.id}/status`, { status: 'cancelled' });
    const gone = await live.next('order_update', (each) => each.order.status === 'cancelled');
    assert.equal(gone.total_orders, before.total_orders - 1);
    assert.equal(gone.monthly_revenue.toFixed(2), (before.monthly_revenue - 19.99).toFixed(2));
    const back = await live.next('product_update', (each) => each.product.id === lamp.id && each.product.stock === 9 &&
      each.action === 'updated');
    assert.deepEqual(back.stats, await stats());
    await closing(live);
  });

  it('is told what happens to a product, with the figures each time', async () => {
    const live = await dashboard(seller, { topics: ['products'] });
    const lamp = await product(9);
    await seller.expect(200, 'PATCH', `/api/products/${lamp.id}`, { name: 'Desk lamp' });
    await seller.expect(200, 'PUT', `/api/products/${lamp.id}`, { stock: 1 });
    const low = await stats();
    await seller.expect(200, 'DELETE', `/api/products/${lamp.id}`);
    const gone = await live.next('product_update', ({ action }) => action === 'deleted');
    const told = live.of('product_update');
    assert.deepEqual(told.map(({ action }) => action), ['created', 'updated', 'updated', 'deleted']);
    assert.deepEqual(told[1].stats, told[0].stats);
    assert.equal(told[1].product.name, 'Desk lamp');
    assert.deepEqual(told[2].stats, low);
    assert.equal(low.low_stock, told[0].stats.low_stock + 1);
    assert.equal(gone.stats.total_products, low.total_products - 1);
    assert.deepEqual(gone.stats, await stats());
    assert.equal(live.of('dashboard_update').length, 0, 'it did not subscribe to it');
    await closing(live);
  });

  it('comes with the cookie as well, over `Authorization` too', async () => {
    const live = await dashboard(seller, { by: 'cookie' });
    const headers = { Authorization: `Bearer ${seller.token}` };
    const bare = await PlainListener.connect(`${shop.url('izishopin')}/ws`, { headers });
    bare.send({ type: 'subscribe', topics: ['orders'] });
    await bare.next('subscribed');
    const { id } = await order(buyer, one(await product(9)));
    assert.ok('total_orders' in (await orderOf(live, id)));
    assert.ok('total_orders' in (await orderOf(bare, id)));
    await closing(live, bare);
  });
});

describe('subscriptions', () => {
  it('are by topic', async () => {
    const users = {};
    for (const topic of TOPICS) users[topic] = await dashboard(seller, { topics: [topic] });
    const none = await PlainListener.connect(`${shop.url('izishopin')}/ws`, { caller: seller });
    const all = await dashboard(seller);
    const lamp = await product(5);
    const { id } = await order(buyer, one(lamp));
    await all.next('dashboard_update', (each) => each.notifications.length > 0);
    await users.notifications.next('dashboard_update');
    await users.dashboard.next('dashboard_update', (each) => each.notifications.length > 0);
    await users.products.next('product_update', (each) => each.product.stock === 4);
    await orderOf(users.orders, id);
    const types = (user) => [...new Set(user.inbox.messages.map(({ type }) => type))];
    assert.deepEqual(types(users.dashboard), ['dashboard_update']);
    assert.deepEqual(types(users.orders), ['order_update']);
    assert.deepEqual(types(users.products), ['product_update']);
    const [notice] = users.notifications.inbox.messages;
    assert.equal(users.notifications.inbox.messages.length, 1);
    assert.deepEqual(Object.keys(notice), ['type', 'notifications', 'timestamp']);
    assert.equal(all.of('dashboard_update').filter((each) => each.notifications.length > 0).length, 1);
    await closing(none, all, ...Object.values(users));
    assert.equal(none.inbox.messages.length, 0);
  });

  it('end', async () => {
    const live = await dashboard(buyer, { topics: ['products', 'orders'] });
    live.send({ type: 'unsubscribe', topics: ['products'] });
    assert.deepEqual(await live.next('unsubscribed'), { type: 'unsubscribed', topics: ['products'] });
    const { id } = await order(buyer, one(await product(9)));
    await orderOf(live, id);
    assert.equal(live.of('product_update').length, 0);
    await closing(live);
  });

  it('may name a shop', async () => {
    const live = await dashboard(other, { topics: ['products', 'orders', 'dashboard'], shop_id: gadgets.id });
    const own = await dashboard(seller, { shop_id: gadgets.id });
    const lamp = await product(9);
    const { id } = await order(buyer, one(lamp));
    assert.ok('stats' in (await own.next('product_update', (each) => each.product.stock === 8)));
    const seen = await live.next('product_update', (each) => each.product.stock === 8);
    assert.deepEqual(Object.keys(seen), ['type', 'action', 'product']);
    await orderOf(own, id);
    await closing(live, own);
    assert.ok(live.inbox.messages.every(({ type }) => type === 'product_update'), 'neither orders nor figures');
  });

  it('answer a heartbeat, and what is no request by an error', async () => {
    const live = await dashboard(seller);
    live.send({ type: 'ping' });
    const pong = await live.next('pong');
    assert.ok(Math.abs(Date.parse(pong.timestamp) - Date.now()) < 60_000);
    for (const [sent, code] of [
      ['{', 'bad_json'], ['[]', 'bad_json'], [{ type: 'dance' }, 'unknown_type'], [{}, 'unknown_type'],
      [{ type: 'subscribe', topics: ['secrets'] }, 'validation_failed'],
      [{ type: 'subscribe', topics: ['orders'], shop_id: '../x' }, 'not_found'],
    ]) {
      live.forget();
      live.send(sent);
      const error = await live.next('error');
      assert.deepEqual(Object.keys(error), ['type', 'code', 'message', 'timestamp']);
      assert.equal(error.code, code, JSON.stringify(sent));
    }
    live.send({ type: 'ping' });
    await live.next('pong');
    await closing(live);
  });
});

describe('a customer', () => {
  it('gets public products and own orders, and never a figure', async () => {
    const live = await dashboard(buyer);
    const stranger = await dashboard(await new Caller(shop.url('izishopin')).logIn(LOGIN, 'buyer2@demo.shop'));
    const lamp = await product(9);
    const placed = await order(buyer, one(lamp));
    await seller.expect(200, 'PATCH', `/api/orders/${placed.id}`, { status: 'confirmed' });
    const moved = await orderOf(live, placed.id, 'status_changed');
    assert.deepEqual(Object.keys(moved), ['type', 'action', 'order']);
    const notice = await live.next('dashboard_update');
    assert.deepEqual(Object.keys(notice), ['type', 'notifications', 'timestamp']);
    assert.equal(notice.notifications[0].type, 'order_status');
    await stranger.next('product_update', (each) => each.product.stock === 8);
    await closing(live, stranger);
    assert.ok(stranger.inbox.messages.every(({ type }) => type === 'product_update'));
    for (const { inbox } of [live, stranger]) {
      assert.ok(!/stats|total_orders|monthly_revenue|profit|cost/.test(JSON.stringify(inbox.messages)));
    }
  });

  it('who works in the shop is told their own order once, with the figures', async () => {
    const live = await dashboard(seller);
    const { id } = await order(seller, one(await product(9)));
    await live.next('dashboard_update', (each) => each.notifications.length > 0);
    const told = live.of('order_update').filter((each) => each.order.id === id);
    assert.equal(told.length, 1);
    assert.ok('monthly_revenue' in told[0]);
    await closing(live);
  });

  it('is refused the figures by REST', async () => {
    for (const who of [buyer, other, new Caller(shop.url('izishopin'))]) {
      const answer = await who.call('GET', `/api/product-stats?shop_id=${gadgets.id}`);
      assert.ok([401, 403].includes(answer.status), answer.status);
      assert.ok((await who.call('GET', `/api/dashboard?shop_id=${gadgets.id}`)).status >= 401);
    }
    assert.deepEqual(Object.keys(await buyer.get('/api/dashboard')), ['notifications', 'timestamp']);
    assert.deepEqual(Object.keys(await seller.get('/api/dashboard')), ['shop_stats', 'notifications', 'timestamp']);
    assert.deepEqual((await seller.get('/api/dashboard')).shop_stats, await stats());
  });
});

describe('a socket without a session', () => {
  it('gets public products and may send nothing', async () => {
    const user = await PlainListener.connect(`${shop.url('izishopin')}/ws`);
    user.send({ type: 'subscribe', topics: TOPICS });
    assert.equal((await user.next('error')).code, 'unauthenticated');
    const { id } = await order(buyer, one(await product(9)));
    const told = await user.next('product_update', (each) => each.product.stock === 8);
    assert.ok(!('stats' in told));
    const live = await dashboard(seller);
    await seller.expect(200, 'PATCH', `/api/orders/${id}`, { status: 'confirmed' });
    await orderOf(live, id, 'status_changed');
    await closing(user, live);
    assert.ok(user.inbox.messages.every(({ type }) => ['product_update', 'error'].includes(type)));
  });

  it('is closed with 4401 if its token is none', async () => {
    const user = await PlainListener.connect(`${shop.url('izishopin')}/ws?token=forged`);
    assert.equal((await user.next('error')).code, 'session_expired');
    assert.equal((await user.closed).code, 4401);
  });

  it('is closed with 4401 after the session has ended, told so before', async () => {
    const leaving = await new Caller(shop.url('izishopin')).logIn(LOGIN, 'buyer2@demo.shop');
    const idle = await dashboard(leaving);
    const busy = await dashboard(leaving);
    await leaving.expect(200, 'POST', '/api/auth/logout');
    busy.socket.send(JSON.stringify({ type: 'ping' }));
    for (const user of [idle, busy]) {
      assert.equal((await user.closed).code, 4401);
      assert.deepEqual(user.inbox.messages.map(({ type, code }) => [type, code]), [['error', 'session_expired']]);
    }
  });

  it('leaves no token in what the server writes', async () => {
    await closing(await dashboard(seller));
    assert.ok(!shop.server.stderr.includes(seller.token));
    assert.ok(!shop.server.stdout.join('').includes(seller.token));
  });
});

describe('REST', () => {
  it('lists products, orders, shops and notifications', async () => {
    const lamp = await product(9, { category: 'lights' });
    const placed = await order(buyer, one(lamp), { shop_id: gadgets.id });
    assert.ok((await buyer.get('/api/orders')).some(({ id }) => id === placed.id));
    assert.deepEqual((await seller.get('/api/orders'))[0], placed);
    assert.deepEqual(await seller.get(`/api/orders/${placed.id}`), placed);
    assert.ok(!(await other.get('/api/orders')).some(({ id }) => id === placed.id));
    const own = await seller.get('/api/products');
    assert.ok(own.every(({ shop_id: id }) => id === gadgets.id));
    const everything = await buyer.get('/api/products');
    assert.equal(new Set(everything.map(({ shop_id: id }) => id)).size, 2);
    assert.deepEqual(await buyer.get(`/api/products/${lamp.id}`), { ...lamp, stock: 8 });
    const lights = await buyer.get(`/api/products?shop_id=${gadgets.id}&category=lights`);
    assert.deepEqual(lights.map(({ id }) => id), [lamp.id]);
    assert.deepEqual(Object.keys((await buyer.get('/api/shops'))[0]), ['id', 'name', 'slug', 'currency', 'logo_url']);
    const [notice] = await seller.get('/api/notifications');
    assert.equal(notice.type, 'new_order');
    assert.equal((await seller.expect(200, 'PATCH', `/api/notifications/${notice.id}`, { read: true })).read, true);
  });

  it('keeps the cart and the wishlist', async () => {
    const lamp = await product(9);
    const put = await buyer.expect(200, 'PUT', '/api/cart', { items: one(lamp, 3) });
    assert.deepEqual(put, { items: [{ product_id: lamp.id, name: 'Lamp', price: 19.99, quantity: 3 }] });
    assert.deepEqual(await buyer.get('/api/cart'), put);
    await order(buyer, one(lamp, 3));
    assert.deepEqual(await buyer.get('/api/cart'), { items: [] });
    assert.deepEqual(await buyer.expect(200, 'PUT', '/api/cart', { items: [] }), { items: [] });

    const wished = await buyer.expect(200, 'PUT', '/api/wishlist', { product_id: lamp.id });
    assert.deepEqual(wished.items.find(({ id }) => id === lamp.id), { ...lamp, stock: 6 });
    assert.deepEqual(await buyer.get('/api/wishlist'), wished);
    const without = await buyer.expect(200, 'DELETE', `/api/wishlist/${lamp.id}`);
    assert.ok(!without.items.some(({ id }) => id === lamp.id));
  });

  it('answers several kinds of data in one request', async () => {
    const keys = ['dashboard-data', 'product-stats', 'orders', 'notifications', 'products', 'shops'];
    const { data, errors } = await seller.expect(200, 'POST', '/api/batch', { keys });
    assert.deepEqual(Object.keys(data), keys);
    assert.deepEqual(errors, {});
    assert.deepEqual(data['product-stats'], await stats());
    assert.deepEqual(data.orders, await seller.get('/api/orders'));
    assert.deepEqual(data.products, await seller.get('/api/products'));
    const refused = await buyer.expect(200, 'POST', '/api/batch', { keys: ['orders', 'product-stats'] });
    assert.deepEqual(Object.keys(refused.data), ['orders']);
    assert.equal(refused.errors['product-stats'].code, 'forbidden');
    await buyer.expect(422, 'POST', '/api/batch', { keys: ['passwords'] });
  });

  it('takes an order whole or not at all', async () => {
    const lamp = await product(3);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => buyer.call('POST', '/api/orders', { items: one(lamp) })));
    assert.equal(answers.filter(({ status }) => status === 201).length, 3);
    assert.ok(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === 'out_of_stock'));
  });

  it('refuses in its own shape: {error, detail, code}', async () => {
    const anyone = new Caller(shop.url('izishopin'));
    for (const [who, method, path, body, status] of [
      [anyone, 'POST', LOGIN, { email: 'seller2@demo.shop', password: 'wrong-password' }, 401],
      [anyone, 'GET', '/api/orders', undefined, 401],
      [anyone, 'POST', '/api/orders', { items: [{ product_id: 'x', quantity: 1 }] }, 401],
      [buyer, 'POST', '/api/orders', { items: [] }, 422],
      [buyer, 'POST', '/api/products', { name: 'x', price: 1 }, 403],
      [buyer, 'GET', '/api/nothing', undefined, 404],
    ]) {
      const answer = await who.call(method, path, body);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(answer.body)}`);
      assert.deepEqual(Object.keys(answer.body), ['error', 'detail', 'code']);
    }
  });
});

describe('one store', () => {
  it('shows an order of any port', async () => {
    const lamp = await product(9);
    const live = await dashboard(seller, { topics: ['orders'] });
    const atBva = await new Caller(shop.url('bva')).logIn(LOGIN, 'buyer@demo.shop');
    const items = [{ productId: lamp.id, quantity: 1 }];
    const { orderId } = await atBva.expect(201, 'POST', '/api/orders', { shopId: gadgets.id, items });
    await orderOf(live, orderId);
    const { body } = await native.order(gadgets.id, [{ product: lamp.id, quantity: 1 }]);
    await orderOf(live, body.id);
    await closing(live);
  });
});

describe('who is too loud or from elsewhere', () => {
  it('is closed with 4429 above the rate of messages', async () => {
    const quiet = await Shop.start(['izishopin'], ['--messages-per-connection', '2']);
    try {
      const caller = await new Caller(quiet.url('izishopin')).logIn(LOGIN, 'seller2@demo.shop', PASSWORD);
      const user = await PlainListener.connect(`${quiet.url('izishopin')}/ws`, { caller });
      for (let i = 0; i < 60; ++i) user.send({ type: 'ping' });
      assert.equal((await user.closed).code, 4429);
    } finally {
      await quiet.stop();
    }
  });

  it('is refused at the handshake from a page of another site', async () => {
    await assert.rejects(
      PlainListener.connect(`${shop.url('izishopin')}/ws`, { caller: seller, headers: { Origin: FOREIGN } }));
  });
});

describe('a dashboard that was offline', () => {
  it('comes back after a cut and after kill -9, and finds by REST what it missed', async () => {
    const url = `${shop.cuttable('izishopin')}/ws`;
    const lamp = await product(9);
    const live = await dashboard(seller, { url });
    shop.proxies.izishopin.cut({ open: false });
    await live.closed;
    const missed = await order(buyer, one(lamp));
    shop.proxies.izishopin.open = true;
    const again = await dashboard(seller, { url });
    assert.deepEqual((await seller.get('/api/orders'))[0], missed);
    await shop.crash();
    assert.ok((await again.closed).code >= 1001);
    const back = await dashboard(seller, { url });
    const { id } = await order(buyer, one(lamp));
    const told = await orderOf(back, id);
    assert.equal(told.total_orders, (await stats()).total_orders);
    await closing(back);
  });

  it('is told 1001 when the server ends', async () => {
    const short = await Shop.start(['izishopin']);
    const caller = await new Caller(short.url('izishopin')).logIn(LOGIN, 'seller2@demo.shop');
    const user = await PlainListener.connect(`${short.url('izishopin')}/ws`, { caller });
    await short.stop();
    assert.equal((await user.closed).code, 1001);
  });
});

it('the other shop is another one', () => assert.notEqual(bakery.id, gadgets.id));
