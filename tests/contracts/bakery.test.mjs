// The bakery dialect, row by row, as the guide's hook and its pages use it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, FOREIGN, Listener, Shop } from './support/ports.mjs';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** As the guide's hook connects, with the delays of a test. */
const HOOK = { reconnection: true, reconnectionAttempts: Infinity };
const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], both: ['websocket', 'polling'] };

let shop;
let admin; // seller@ owns the shop `bakery`
let other; // seller2@ owns another shop
let buyer;
let products;
before(async () => {
  shop = await Shop.start(['bakery']);
  const url = shop.url('bakery');
  admin = await new Caller(url).logIn('/api/auth/login', 'seller@demo.shop');
  other = await new Caller(url).logIn('/api/auth/login', 'seller2@demo.shop');
  buyer = await new Caller(url).logIn('/api/auth/login', 'buyer@demo.shop');
  products = {};
  for (const [who, caller] of Object.entries({ admin, other })) {
    const body = { name: `Bread of ${who}`, price: 4.25, stock: 1000, category: 'Bread' };
    products[who] = await caller.expect(201, 'POST', '/api/products', body);
  }
});
after(() => shop?.stop());

const userOf = (caller) => caller.signIn.user;
/** Connects as the hook does, and says who it is once it is connected. */
async function dashboard(caller, { by = 'token', transports = ['websocket'], url } = {}) {
  const user = await Listener.connect(url ?? shop.url('bakery'), { caller, by, transports, ...HOOK });
  const { role, _id } = userOf(caller);
  assert.deepEqual(await user.ask('user_role', role, _id), { ok: true, role });
  return user;
}
const order = (who, product, quantity = 1) =>
  who.expect(201, 'POST', '/api/orders', { items: [{ productId: product._id, quantity }] });
const ofOrder = (id) => (event) => event.data?._id === id;

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  describe(`sockets over ${name}`, () => {
    it('tell product events to all, also to those who are not signed in', async () => {
      const anonymous = await Listener.connect(shop.url('bakery'), { transports, ...HOOK });
      const signed = await dashboard(buyer, { transports, by: 'cookie' });
      const body = { name: 'Rye', description: 'Dark', price: '3.5', category: 'Bread', stock: '7', image: '/rye.png' };
      const created = await admin.expect(201, 'POST', '/api/products', body);
      const updated = await admin.expect(200, 'PATCH', `/api/products/${created._id}`, { price: 4 });
      const deleted = await admin.expect(200, 'DELETE', `/api/products/${created._id}`);
      assert.deepEqual(deleted, { message: 'Deleted', product: updated });
      for (const user of [anonymous, signed]) {
        const ofRye = ({ data }) => data._id === created._id;
        const events = [];
        for (const event of ['product_created', 'product_updated', 'product_deleted']) {
          events.push(await user.next(event, ofRye));
        }
        assert.deepEqual(events.map(({ data }) => data), [created, updated, updated]);
        for (const event of events) {
          assert.deepEqual(Object.keys(event), ['timestamp', 'data']);
          assert.match(event.timestamp, TIME);
        }
        user.close();
      }
      assert.deepEqual(created, {
        _id: created._id, name: 'Rye', description: 'Dark', price: 3.5, category: 'Bread', stock: 7,
        image: '/rye.png', createdAt: created.createdAt, updatedAt: created.updatedAt,
      });
    });

    it('tell an order to the admins of its shop and to its buyer, and to nobody else', async () => {
      const desk = await dashboard(admin, { transports, by: 'cookie' });
      const desk2 = await dashboard(other, { transports });
      const phone = await dashboard(buyer, { transports });
      const anonymous = await Listener.connect(shop.url('bakery'), { transports, ...HOOK });
      const placed = await order(buyer, products.admin, 2);

      const event = await desk.next('order_created', ofOrder(placed._id));
      assert.deepEqual(event.data, placed);
      assert.match(event.timestamp, TIME);
      const { _id, name, email } = userOf(buyer);
      assert.deepEqual({ ...placed.userId, phone: undefined }, { _id, name, email, phone: undefined });
      const notice = await desk.next('admin_notification', ({ data }) => data.orderId === placed._id);
      assert.deepEqual(notice, {
        timestamp: notice.timestamp, message: `New order from ${name}`, type: 'success', data: { orderId: placed._id },
      });
      const received = await phone.next('customer_notification');
      assert.deepEqual(received, {
        timestamp: received.timestamp, message: 'Order received! Waiting for confirmation.', type: 'success', data: null,
      });

      const confirmed = await admin.expect(200, 'PATCH', `/api/orders/${placed._id}`, { status: 'Confirmed' });
      assert.equal(confirmed.status, 'Confirmed');
      for (const user of [desk, phone]) {
        assert.deepEqual((await user.next('order_status_updated', ofOrder(placed._id))).data, confirmed);
      }
      const told = await phone.next('customer_notification', ({ message }) => message === 'Status: Confirmed');
      assert.equal(told.type, 'info');

      // The stranger's own events come after all that could have been leaked to them.
      const theirs = await order(buyer, products.other);
      await desk2.next('order_created', ofOrder(theirs._id));
      const last = await other.expect(200, 'PATCH', `/api/products/${products.other._id}`, { stock: 1000 });
      for (const user of [desk, desk2, phone, anonymous]) {
        await user.next('product_updated', ({ data }) => data.updatedAt === last.updatedAt);
      }
      assert.deepEqual(desk2.events('order_created').map(({ data }) => data._id), [theirs._id]);
      assert.equal(desk.events('order_created').length, 1);
      assert.equal(desk.events('order_status_updated').length, 1);
      assert.equal(phone.events('order_status_updated').length, 1);
      assert.equal(phone.events('order_created').length, 0);
      assert.equal(phone.events('admin_notification').length, 0);
      assert.equal(desk.events('customer_notification').length, 0);
      const kinds = new Set(anonymous.inbox.messages.map(({ event: kind }) => kind));
      assert.deepEqual([...kinds], ['product_updated']);
      for (const user of [desk, desk2, phone, anonymous]) user.close();
    });

    it('tell a status once to a socket that is in both rooms', async () => {
      const desk = await dashboard(admin, { transports });
      const own = await order(admin, products.admin);
      await desk.next('customer_notification');
      for (const status of ['confirmed', 'PREPARING']) {
        await admin.expect(200, 'PATCH', `/api/orders/${own._id}/status`, { status });
      }
      await desk.next('customer_notification', ({ message }) => message === 'Status: Preparing');
      const told = desk.events('order_status_updated').filter(ofOrder(own._id));
      assert.deepEqual(told.map(({ data }) => data.status), ['Confirmed', 'Preparing']);
      desk.close();
    });
  });
}

describe('user_role', () => {
  const claims = {
    'nobody as admin': async () => [undefined, ['admin', userOf(admin)._id], 'admin_notification'],
    'a customer as admin': async () => [buyer, ['admin', userOf(buyer)._id], 'admin_notification'],
    'a customer as another': async () => [buyer, ['customer', userOf(other)._id], 'customer_notification'],
    'an admin as another admin': async () => [admin, ['admin', userOf(other)._id], 'admin_notification'],
    'no role at all': async () => [buyer, [], 'customer_notification'],
    'objects': async () => [buyer, [{ role: 'admin' }, null], 'customer_notification'],
  };
  for (const [name, claim] of Object.entries(claims)) {
    it(`refuses ${name}, in a notification, and nothing is told`, async () => {
      const [caller, args, shownAs] = await claim();
      const user = await Listener.connect(shop.url('bakery'), { caller, transports: ['websocket'] });
      const answer = await user.ask('user_role', ...args);
      assert.equal(answer.ok, false);
      const notice = await user.next(shownAs);
      assert.deepEqual(Object.keys(notice), ['timestamp', 'message', 'type', 'data']);
      assert.equal(notice.type, 'error');
      assert.equal(notice.message, answer.error);
      const placed = await order(buyer, products.admin);
      await admin.expect(200, 'PATCH', `/api/orders/${placed._id}`, { status: 'Cancelled' });
      const last = await admin.expect(200, 'PATCH', `/api/products/${products.admin._id}`, { stock: 1000 });
      await user.next('product_updated', ({ data }) => data.updatedAt === last.updatedAt);
      assert.equal(user.events('order_created').length + user.events('order_status_updated').length, 0);
      user.close();
    });
  }

  it('gives all desks to who runs the server, each order once', async () => {
    const root = await new Caller(shop.url('bakery')).logIn('/api/auth/login', 'admin@demo.shop');
    const all = await dashboard(root);
    const ids = [(await order(buyer, products.admin))._id, (await order(buyer, products.other))._id];
    await all.next('order_created', ofOrder(ids[1]));
    assert.deepEqual(all.events('order_created').map(({ data }) => data._id), ids);
    all.close();
  });

  it('is over with the session: the socket is ended', async () => {
    const guest = await new Caller(shop.url('bakery')).logIn('/api/auth/login', 'buyer2@demo.shop');
    const user = await dashboard(guest, { by: 'cookie' });
    const gone = new Promise((resolve) => user.socket.once('disconnect', resolve));
    await guest.expect(200, 'POST', '/api/auth/logout', {});
    assert.equal(await gone, 'io server disconnect');
    user.close();
  });
});

describe('REST', () => {
  it('registers and signs in customers, and believes no role', async () => {
    const anyone = new Caller(shop.url('bakery'));
    const body = { name: 'Ada', email: 'ada@example.org', phone: '+44 1', password: 'Engine-1843', role: 'customer' };
    const { token, user } = await anyone.expect(201, 'POST', '/api/auth/register', body);
    assert.deepEqual(user, { _id: user._id, name: 'Ada', email: 'ada@example.org', phone: '+44 1', role: 'customer' });
    anyone.token = token;
    assert.deepEqual(await anyone.get('/api/auth/me'), user);
    const again = await anyone.call('POST', '/api/auth/register', body);
    assert.equal(again.status, 409);
    assert.equal(typeof again.body.message, 'string');
    const boss = await anyone.call('POST', '/api/auth/register', { ...body, email: 'b@example.org', role: 'admin' });
    assert.equal(boss.status, 403);
    const wrong = await anyone.call('POST', '/api/auth/login', { email: body.email, password: 'wrong-password' });
    assert.equal(wrong.status, 401);
    assert.equal(typeof wrong.body.message, 'string');
    assert.equal(userOf(admin).role, 'admin');
  });

  it('lists and shows products to everybody', async () => {
    const list = await new Caller(shop.url('bakery')).get('/api/products');
    assert.ok(list.length > 90);
    for (const product of list) assert.ok(product._id && typeof product.price === 'number');
    const fields = new Set(list.flatMap(Object.keys));
    const known = ['_id', 'name', 'description', 'price', 'category', 'stock', 'image', 'createdAt', 'updatedAt'];
    assert.deepEqual([...fields].sort(), known.sort());
    assert.deepEqual(await buyer.get(`/api/products/${list[0]._id}`), list[0]);
  });

  it('refuses in its own shape: {message}', async () => {
    const refusals = [
      [buyer, 'POST', '/api/products', { name: 'X', price: 1 }, 403],
      [new Caller(shop.url('bakery')), 'POST', '/api/orders', { items: [{ productId: 'x', quantity: 1 }] }, 401],
      [other, 'PATCH', `/api/products/${products.admin._id}`, { price: 1 }, 403],
      [other, 'DELETE', `/api/products/${products.admin._id}`, undefined, 403],
      [admin, 'POST', '/api/products', { name: 'X', price: 1.005 }, 422],
      [admin, 'POST', '/api/products', { price: -1 }, 422],
      [buyer, 'POST', '/api/orders', { items: [] }, 422],
      [buyer, 'POST', '/api/orders', { items: [{ productId: 'none', quantity: 1 }] }, 422],
      [buyer, 'GET', '/api/products/none', undefined, 404],
      [buyer, 'GET', '/api/nowhere', undefined, 404],
    ];
    for (const [who, method, path, body, status] of refusals) {
      const answer = await who.call(method, path, body);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.message.length > 0);
      assert.equal(answer.headers.get('content-type'), 'application/json');
    }
  });

  it('keeps a cart, which an order empties', async () => {
    const productId = products.admin._id;
    const line = { productId, name: products.admin.name, price: 4.25, quantity: 1 };
    await buyer.expect(200, 'DELETE', '/api/cart');
    await buyer.expect(200, 'POST', '/api/cart', { productId, quantity: 1 });
    const twice = await buyer.expect(200, 'POST', '/api/cart', { productId, quantity: '2' });
    assert.deepEqual(twice, { items: [{ ...line, quantity: 3 }] });
    await buyer.expect(200, 'POST', '/api/cart', { productId: products.other._id, quantity: 1 });
    const without = await buyer.expect(200, 'DELETE', `/api/cart/${products.other._id}`);
    assert.deepEqual(without, twice);
    assert.deepEqual(await buyer.get('/api/cart'), twice);
    const body = { items: [{ productId, quantity: 3 }], address: 'Mill Lane 1' };
    const placed = await buyer.expect(201, 'POST', '/api/orders', body);
    assert.deepEqual(await buyer.get('/api/cart'), { items: [] });
    assert.equal(placed.total, 12.75);
    assert.equal(placed.address, 'Mill Lane 1');
    assert.equal(placed.status, 'Pending');
    assert.deepEqual(placed.items, [{ ...line, quantity: 3 }]);
    const mine = await buyer.get('/api/orders');
    assert.deepEqual(mine[0], placed);
    const theirs = await admin.get('/api/orders');
    assert.deepEqual(theirs.find(({ _id }) => _id === placed._id), placed);
    assert.ok(!(await other.get('/api/orders')).some(({ _id }) => _id === placed._id));
  });

  it('sells no more than there is, and nothing of an order that cannot be', async () => {
    const [a, b] = await Promise.all([1, 5].map((stock) =>
      admin.expect(201, 'POST', '/api/products', { name: `Only ${stock}`, price: 1, stock })));
    const items = [{ productId: b._id, quantity: 5 }, { productId: a._id, quantity: 2 }];
    const answer = await buyer.call('POST', '/api/orders', { items });
    assert.equal(answer.status, 409);
    assert.ok(answer.body.message);
    assert.equal((await buyer.get(`/api/products/${b._id}`)).stock, 5);
    const mixed = [a, products.other].map(({ _id }) => ({ productId: _id, quantity: 1 }));
    assert.equal((await buyer.call('POST', '/api/orders', { items: mixed })).status, 422);
  });

  it('is one store with the native port', async () => {
    const desk = await dashboard(admin);
    const native = await signedIn(shop.native, 'buyer@demo.shop');
    const { shop_id } = await native.get(`products/${products.admin._id}`);
    const { body: placed } = await native.order(shop_id, [{ product: products.admin._id, quantity: 1 }]);
    assert.equal((await desk.next('order_created', ofOrder(placed.id))).data.total, 4.25);
    const here = await order(buyer, products.admin);
    assert.equal((await native.get(`orders/${here._id}`)).total_minor, 425);
    desk.close();
  });
});

describe('other sites', () => {
  const origin = 'http://localhost:3000';

  it('may use it if they are the guide\'s, with credentials', async () => {
    const preflight = await fetch(`${shop.url('bakery')}/api/orders`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH', 'Access-Control-Request-Headers': 'content-type' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    assert.equal(preflight.headers.get('access-control-allow-credentials'), 'true');
    assert.match(preflight.headers.get('access-control-allow-methods'), /PATCH/);
    const byCookie = new Caller(shop.url('bakery'));
    const headers = { Origin: origin, Cookie: buyer.cookie };
    await byCookie.expect(200, 'POST', '/api/cart', { productId: products.admin._id, quantity: 1 }, headers);
    const user = await Listener.connect(shop.url('bakery'), { transports: ['websocket'], extraHeaders: { Origin: origin } });
    user.close();
  });

  it('may not otherwise: no socket, no write by cookie', async () => {
    const byCookie = new Caller(shop.url('bakery'));
    const headers = { Origin: FOREIGN, Cookie: buyer.cookie };
    const answer = await byCookie.call('DELETE', '/api/cart', undefined, headers);
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    const options = { transports: ['websocket'], reconnection: false, extraHeaders: { Origin: FOREIGN, Cookie: admin.cookie } };
    await assert.rejects(Listener.connect(shop.url('bakery'), options));
  });
});

describe('a connection that is lost', () => {
  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    it(`over ${name} gets what it missed, in order and once`, async () => {
      const desk = await dashboard(admin, { transports, url: shop.cuttable('bakery') });
      const placed = await order(buyer, products.admin);
      await desk.next('admin_notification', ({ data }) => data?.orderId === placed._id);
      desk.forget();
      let last;
      await shop.interrupt('bakery', desk, async () => {
        await order(buyer, products.admin);
        await admin.expect(200, 'PATCH', `/api/orders/${placed._id}`, { status: 'Confirmed' });
        last = await order(admin, products.admin);
        await admin.expect(200, 'PATCH', `/api/orders/${last._id}`, { status: 'Confirmed' });
      });
      assert.equal(desk.socket.recovered, true);
      await desk.next('customer_notification', ({ message }) => message === 'Status: Confirmed');
      assert.deepEqual(desk.inbox.messages.map(({ event }) => event), [
        'product_updated', 'order_created', 'admin_notification',
        'order_status_updated',
        'product_updated', 'order_created', 'customer_notification', 'admin_notification',
        'order_status_updated', 'customer_notification',
      ]);
      const live = await order(buyer, products.admin);
      await desk.next('order_created', ofOrder(live._id));
      desk.close();
    });
  }

  it('gets what it missed after kill -9', async () => {
    const phone = await dashboard(buyer, { url: shop.cuttable('bakery'), by: 'cookie' });
    const placed = await order(buyer, products.admin);
    await phone.next('customer_notification');
    phone.forget();
    await shop.interrupt('bakery', phone, async () => {
      await admin.expect(200, 'PATCH', `/api/orders/${placed._id}`, { status: 'Confirmed' });
      await shop.crash();
      await admin.expect(200, 'PATCH', `/api/orders/${placed._id}`, { status: 'Preparing' });
    });
    assert.equal(phone.socket.recovered, true);
    await phone.next('customer_notification', ({ message }) => message === 'Status: Preparing');
    const told = phone.events('order_status_updated').map(({ data }) => data.status);
    assert.deepEqual(told, ['Confirmed', 'Preparing']);
    phone.close();
  });
});
