// The dialect of the marketplace and its seller dashboard, row by row, with the guide's own order flow.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, FOREIGN, Listener, Shop } from './support/ports.mjs';

const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], both: ['websocket', 'polling'] };
const LOGIN = '/api/auth/login';

let shop;
let seller; // of `gadgets`
let other; // of `bakery`
let buyer;
let gadgets;
let bakery;
let native;
before(async () => {
  shop = await Shop.start(['bva', 'bakery']);
  const url = shop.url('bva');
  seller = await new Caller(url).logIn(LOGIN, 'seller2@demo.shop');
  other = await new Caller(url).logIn(LOGIN, 'seller@demo.shop');
  buyer = await new Caller(url).logIn(LOGIN, 'buyer@demo.shop');
  gadgets = seller.signIn.user.shops[0];
  bakery = other.signIn.user.shops[0];
  native = await signedIn(shop.native, 'seller2@demo.shop');
});
after(() => shop?.stop());

/** A new product of `gadgets`, told in this dialect. */
async function product(stock, name = 'Lamp') {
  const body = { name, price_minor: 1999, cost_minor: 1000, stock };
  const made = await native.expect(201, 'POST', `shops/${gadgets.id}/products`, { body });
  return { ...made, productId: made.id };
}
const order = (who, items, more = {}) =>
  who.call('POST', '/api/orders', { shopId: gadgets.id, items, ...more });
const one = ({ productId }, quantity = 1) => [{ productId, quantity }];
/** As the guide's hook: connects and joins its shop. */
async function dashboard(caller, shopId, { transports = ['websocket'], url, by } = {}) {
  const user = await Listener.connect(url ?? shop.url('bva'), { caller, transports, by });
  assert.deepEqual(await user.ask('join_shop', shopId), { ok: true, shopId });
  return user;
}
const updates = (user, type) => user.events('dashboard_update').filter((each) => each.type === type);
const newOrder = (user, id) =>
  user.next('dashboard_update', ({ type, data }) => type === 'new_order' && data.orderId === id);
const stockOf = (user, id, stock) =>
  user.next('dashboard_update', ({ type, data }) =>
    type === 'inventory_update' && data.updates.some((each) => each.productId === id && each.newStock === stock));

describe('signing in', () => {
  it('gives a token and the shops of the user', () => {
    const { token, user } = seller.signIn;
    assert.equal(typeof token, 'string');
    assert.deepEqual(Object.keys(user), ['id', 'email', 'shops']);
    assert.equal(user.email, 'seller2@demo.shop');
    assert.deepEqual(user.shops.map((each) => Object.keys(each)), [['id', 'name']]);
    assert.deepEqual(buyer.signIn.user.shops, []);
  });
});

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  describe(`an order, with sockets over ${name}`, () => {
    it('comes to the dashboard of its shop as new_order, low_stock and inventory_update', async () => {
      const live = await dashboard(seller, gadgets.id, { transports });
      const byRoom = await Listener.connect(shop.url('bva'), { caller: seller, transports, by: 'cookie' });
      assert.equal((await byRoom.ask('join', `shop_${gadgets.id}`)).ok, true);
      const theirs = await dashboard(other, bakery.id, { transports });
      const [lamp, cable] = [await product(6), await product(50, 'Cable')];
      const items = [...one(lamp, 2), ...one(cable, 1)];
      const { status, body } = await order(buyer, items, { customerEmail: 'gift@example.org' });
      assert.equal(status, 201);
      const told = items.map(({ productId, quantity }, i) => ({
        productId, productName: [lamp, cable][i].name, quantity, price: 19.99,
      }));
      assert.deepEqual(body, { orderId: body.orderId, total: 59.97, items: told, createdAt: body.createdAt });

      for (const user of [live, byRoom]) {
        await stockOf(user, cable.id, 49);
        assert.deepEqual((await newOrder(user, body.orderId)).data, {
          orderId: body.orderId, total: 59.97, revenue: 59.97, profit: 29.97, items: told,
          customerEmail: 'gift@example.org', createdAt: body.createdAt,
        });
        const alerts = updates(user, 'low_stock').filter(({ data }) => data.productId === lamp.id);
        assert.deepEqual(alerts.map(({ data }) => data), [
          { productId: lamp.id, productName: 'Lamp', currentStock: 4, threshold: 5 },
        ]);
        const types = user.events('dashboard_update').map(({ type }) => type);
        assert.deepEqual(types, ['new_order', 'low_stock', 'inventory_update']);
        assert.deepEqual(updates(user, 'inventory_update')[0].data.updates, [
          { productId: lamp.id, productName: 'Lamp', newStock: 4 },
          { productId: cable.id, productName: 'Cable', newStock: 49 },
        ]);
      }
      // It stays below the threshold, so it is not told again.
      await order(buyer, one(lamp));
      await stockOf(live, lamp.id, 3);
      assert.equal(updates(live, 'low_stock').length, 1);
      assert.equal(theirs.inbox.messages.length, 0);
      for (const user of [live, byRoom, theirs]) user.close();
    });
  });
}

describe('the room of a shop', () => {
  const tries = {
    'a buyer': async () => [buyer, gadgets.id],
    'the seller of another shop': async () => [other, gadgets.id],
    'nobody': async () => [undefined, gadgets.id],
    'a room that is none': async () => [seller, '../admin'],
    'no room': async () => [seller, undefined],
  };
  for (const [name, wanted] of Object.entries(tries)) {
    it(`is not for ${name}`, async () => {
      const [caller, id] = await wanted();
      const user = await Listener.connect(shop.url('bva'), { caller, transports: ['websocket'] });
      const answer = await user.ask('join_shop', id);
      assert.equal(answer.ok, false);
      assert.equal((await user.ask('join', `shop_${id}`)).ok, false);
      assert.equal((await user.ask('join', `desk:${id}`)).ok, false);
      assert.deepEqual(user.events('join_error')[0], answer);
      const lamp = await product(9);
      const live = await dashboard(seller, gadgets.id);
      const { body } = await order(buyer, one(lamp));
      await newOrder(live, body.orderId);
      assert.equal(user.events('dashboard_update').length, 0);
      user.close();
      live.close();
    });
  }
});

describe('REST', () => {
  it('tells a member what the shop earns, and nobody else', async () => {
    const lamp = await product(9);
    const { body } = await order(seller, one(lamp));
    assert.equal(body.revenue, 19.99);
    assert.equal(body.profit, 9.99);
    assert.deepEqual(Object.keys((await order(buyer, one(lamp))).body), ['orderId', 'total', 'items', 'createdAt']);
    assert.deepEqual(Object.keys((await order(other, one(lamp))).body), ['orderId', 'total', 'items', 'createdAt']);
    for (const who of [buyer, other, new Caller(shop.url('bva'))]) {
      assert.equal((await who.call('GET', `/api/dashboard/${gadgets.id}`)).status, 403);
    }
  });

  it('keeps the totals of the dashboard, and its alerts', async () => {
    const lamp = await product(5);
    const before = await seller.get(`/api/dashboard/${gadgets.id}`);
    await order(buyer, one(lamp, 2));
    const { totalSales, totalRevenue, totalProfit, stockAlerts } = await seller.get(`/api/dashboard/${gadgets.id}`);
    assert.equal(totalSales, before.totalSales + 1);
    assert.equal(totalRevenue.toFixed(2), (before.totalRevenue + 39.98).toFixed(2));
    assert.equal(totalProfit.toFixed(2), (before.totalProfit + 19.98).toFixed(2));
    assert.deepEqual(stockAlerts.find(({ productId }) => productId === lamp.id), {
      productId: lamp.id, productName: 'Lamp', currentStock: 3, threshold: 5,
    });
    assert.ok(!before.stockAlerts.some(({ productId }) => productId === lamp.id));
  });

  it('lists the products of a shop', async () => {
    const lamp = await product(7, 'Listed lamp');
    const list = await buyer.get(`/api/products?shopId=${gadgets.id}`);
    assert.deepEqual(list.find(({ id }) => id === lamp.id), {
      id: lamp.id, shopId: gadgets.id, name: 'Listed lamp', description: '', price: 19.99, stock: 7, category: '',
    });
    assert.ok(list.every(({ shopId }) => shopId === gadgets.id));
    assert.ok(!JSON.stringify(list).includes('cost_minor'));
  });

  it('takes an order whole or not at all, and says what is short', async () => {
    const [lamp, cable] = [await product(3), await product(1, 'Cable')];
    const live = await dashboard(seller, gadgets.id);
    const refused = await order(buyer, [...one(lamp, 2), ...one(cable, 2)]);
    assert.equal(refused.status, 409);
    assert.equal(typeof refused.body.error, 'string');
    assert.deepEqual(refused.body.items, [
      { productId: cable.id, productName: 'Cable', requested: 2, available: 1 },
    ]);
    const { body } = await order(buyer, one(lamp, 3));
    await stockOf(live, lamp.id, 0);
    assert.deepEqual(updates(live, 'new_order').map(({ data }) => data.orderId), [body.orderId]);
    live.close();
  });

  it('sells the last pieces once, whoever asks at the same time', async () => {
    const lamp = await product(5);
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(buyer, one(lamp))));
    assert.equal(answers.filter(({ status }) => status === 201).length, 5);
    assert.equal(answers.filter(({ status }) => status === 409).length, 15);
  });

  it('refuses in its own shape: {error}', async () => {
    const anyone = new Caller(shop.url('bva'));
    const tries = [
      [anyone, 'POST', LOGIN, { email: 'seller2@demo.shop', password: 'wrong-password' }, 401],
      [anyone, 'POST', '/api/orders', { shopId: gadgets.id, items: one({ productId: 'x' }) }, 401],
      [buyer, 'POST', '/api/orders', { items: one({ productId: 'x' }) }, 422],
      [buyer, 'POST', '/api/orders', { shopId: gadgets.id, items: [] }, 422],
      [buyer, 'POST', '/api/orders', { shopId: 'none', items: one({ productId: 'x' }) }, 404],
      [buyer, 'POST', '/api/orders', { shopId: gadgets.id, items: one({ productId: 'x' }), customerEmail: 'x' }, 422],
      [seller, 'GET', '/api/dashboard/none', undefined, 404],
      [seller, 'GET', '/api/nothing', undefined, 404],
    ];
    for (const [who, method, path, body, status] of tries) {
      const answer = await who.call(method, path, body);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.error.length > 0);
    }
  });
});

describe('one store', () => {
  it('shows an order of any port in all of them', async () => {
    const lamp = await product(9);
    const live = await dashboard(seller, gadgets.id);
    const atBakery = await new Caller(shop.url('bakery')).logIn(LOGIN, 'seller2@demo.shop');
    const desk = await Listener.connect(shop.url('bakery'), { caller: atBakery, transports: ['websocket'] });
    await desk.ask('user_role', 'admin', atBakery.signIn.user._id);
    const ids = [];
    ids.push((await order(buyer, one(lamp))).body.orderId);
    const items = one(lamp);
    ids.push((await atBakery.expect(201, 'POST', '/api/orders', { items }))._id);
    ids.push((await native.order(gadgets.id, [{ product: lamp.id, quantity: 1 }])).body.id);
    await newOrder(live, ids[2]);
    await desk.next('order_created', ({ data }) => data._id === ids[2]);
    assert.deepEqual(updates(live, 'new_order').map(({ data }) => data.orderId), ids);
    assert.deepEqual(desk.events('order_created').map(({ data }) => data._id), ids);
    live.close();
    desk.close();
  });
});

describe('other sites', () => {
  it('are those that the guide names, and no others', async () => {
    for (const [origin, allowed] of [['http://localhost:5174', true], ['http://localhost:8080', true], [FOREIGN, false]]) {
      const answer = await fetch(`${shop.url('bva')}/api/products`, { headers: { Origin: origin } });
      assert.equal(answer.headers.get('access-control-allow-origin'), allowed ? origin : null);
      const options = { transports: ['websocket'], reconnection: false, extraHeaders: { Origin: origin } };
      const connecting = Listener.connect(shop.url('bva'), options);
      if (allowed) (await connecting).close();
      else await assert.rejects(connecting);
    }
  });
});

describe('a dashboard that was offline', () => {
  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    it(`over ${name} gets what it missed, in order and once`, async () => {
      const lamp = await product(20);
      const live = await dashboard(seller, gadgets.id, { transports, url: shop.cuttable('bva') });
      await order(buyer, one(lamp));
      await stockOf(live, lamp.id, 19);
      live.forget();
      await shop.interrupt('bva', live, () => order(buyer, one(lamp, 18)));
      assert.equal(live.socket.recovered, true);
      await stockOf(live, lamp.id, 1);
      await order(buyer, one(lamp));
      await stockOf(live, lamp.id, 0);
      const types = live.events('dashboard_update').map(({ type }) => type);
      assert.deepEqual(types, ['new_order', 'low_stock', 'inventory_update', 'new_order', 'inventory_update']);
      live.close();
    });
  }

  it('gets what it missed after kill -9, with no token but the cookie', async () => {
    const lamp = await product(20);
    const live = await dashboard(seller, gadgets.id, { url: shop.cuttable('bva'), by: 'cookie' });
    await order(buyer, one(lamp));
    await stockOf(live, lamp.id, 19);
    live.forget();
    await shop.interrupt('bva', live, async () => {
      await order(buyer, one(lamp));
      await shop.crash();
      await order(buyer, one(lamp));
    });
    assert.equal(live.socket.recovered, true);
    await stockOf(live, lamp.id, 17);
    const types = live.events('dashboard_update').map(({ type }) => type);
    assert.deepEqual(types, ['new_order', 'inventory_update', 'new_order', 'inventory_update']);
    live.close();
  });
});
