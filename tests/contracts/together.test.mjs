// All dialects and the native port in one process on one store: what is written through any of them shows in all.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, Listener, PlainListener, Shop } from './support/ports.mjs';

const LOGIN = '/api/auth/login';
const NAMES = ['seeding', 'izishopin', 'bakery', 'bva'];

let shop;
let bakery;
const sellers = {};
const buyers = {};
before(async () => {
  shop = await Shop.start(NAMES);
  for (const name of NAMES) {
    sellers[name] = await new Caller(shop.url(name)).logIn(LOGIN, 'seller@demo.shop');
    buyers[name] = await new Caller(shop.url(name)).logIn(LOGIN, 'buyer@demo.shop');
  }
  sellers.native = await signedIn(shop.native, 'seller@demo.shop');
  buyers.native = await signedIn(shop.native, 'buyer@demo.shop');
  bakery = (await sellers.native.get('shops')).items.find(({ slug }) => slug === 'bakery').id;
});
after(() => shop?.stop());

const bread = () =>
  sellers.native.expect(201, 'POST', `shops/${bakery}/products`, { body: { name: 'Rye', price_minor: 400, stock: 50 } });

/** The seller's screen on each port: `told(order, product)` resolves when it shows the order. */
async function screens() {
  const native = await Listener.connect(shop.native, { caller: sellers.native, transports: ['websocket'] });
  await native.ask('join', { room: `desk:${bakery}` });
  const desk = await Listener.connect(shop.url('bakery'), { caller: sellers.bakery, transports: ['websocket'] });
  await desk.ask('user_role', 'admin', sellers.bakery.signIn.user._id);
  const market = await Listener.connect(shop.url('bva'), { caller: sellers.bva, transports: ['websocket'] });
  await market.ask('join_shop', bakery);
  const dashboard = await PlainListener.connect(`${shop.url('izishopin')}/ws`, { caller: sellers.izishopin });
  dashboard.send({ type: 'subscribe', topics: ['orders'] });
  await dashboard.next('subscribed');
  const instance = await PlainListener.connect(`${shop.url('seeding')}/sync`, { caller: sellers.seeding });
  await instance.next('connected');
  return {
    told: (order, nth) => Promise.all([
      native.next('change', ({ kind, id }) => kind === 'order' && id === order),
      desk.next('order_created', ({ data }) => data._id === order),
      market.next('dashboard_update', ({ type, data }) => type === 'new_order' && data.orderId === order),
      dashboard.next('order_update', (each) => each.order.id === order),
      instance.inbox.until((all) => all.filter(({ type }) => type === 'products_updated').length >= nth, 'products_updated'),
    ]),
    close: () => [native, desk, market, dashboard, instance].forEach((each) => each.close()),
  };
}

it('an order that is placed through any port shows on every port, once', async () => {
  const { id } = await bread();
  const open = await screens();
  const items = [{ productId: id, quantity: 1 }];
  const placed = [
    (await buyers.native.order(bakery, [{ product: id, quantity: 1 }])).body.id,
    (await buyers.bakery.expect(201, 'POST', '/api/orders', { items }))._id,
    (await buyers.bva.expect(201, 'POST', '/api/orders', { shopId: bakery, items })).orderId,
    (await buyers.izishopin.expect(201, 'POST', '/api/orders', { items: [{ product_id: id, quantity: 1 }] })).id,
  ];
  for (const [index, order] of placed.entries()) await open.told(order, index + 1);
  open.close();

  const lists = {
    bakery: (await sellers.bakery.get('/api/orders')).map(({ _id }) => _id),
    izishopin: (await sellers.izishopin.get('/api/orders')).map((order) => order.id),
    native: (await sellers.native.get(`orders?shop=${bakery}&limit=10`)).items.map((order) => order.id),
  };
  for (const [name, ids] of Object.entries(lists)) {
    assert.deepEqual(ids.slice(0, 4), [...placed].reverse(), name);
  }
});

it('each port lists the same product in its own words, and refuses the tokens of nobody', async () => {
  const { id } = await bread();
  await sellers.seeding.expect(200, 'POST', '/api/seed-products', { count: 2, seed: 9 });
  const everywhere = {
    seeding: (await sellers.seeding.get('/api/products')).map((each) => each.id),
    izishopin: (await sellers.izishopin.get('/api/products')).map((each) => each.id),
    bakery: (await sellers.bakery.get('/api/products')).map((each) => each._id),
    bva: (await sellers.bva.get(`/api/products?shopId=${bakery}`)).map((each) => each.id),
  };
  for (const [name, ids] of Object.entries(everywhere)) {
    assert.ok(ids.includes(id), name);
    assert.equal(ids.filter((each) => each.startsWith('seed9_')).length, 2, name);
    const forged = new Caller(shop.url(name));
    forged.token = 'forged';
    assert.equal((await forged.call('GET', '/api/products')).status, 401, name);
  }
});

it('a session of one port is a session on all, and ends on all', async () => {
  const token = buyers.bva.token;
  for (const name of ['bakery', 'izishopin']) {
    const visitor = new Caller(shop.url(name));
    visitor.token = token;
    await visitor.get('/api/orders');
  }
  const live = await PlainListener.connect(`${shop.url('izishopin')}/ws`, { caller: buyers.bva });
  await buyers.bva.expect(200, 'POST', '/api/auth/logout');
  assert.equal((await live.closed).code, 4401);
  const after = new Caller(shop.url('bakery'));
  after.token = token;
  assert.equal((await after.call('GET', '/api/orders')).status, 401);
});
