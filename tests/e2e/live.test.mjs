// Unmodified clients follow rooms: every transport, in order, without a gap, also after a break.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser, assertChain, join, lsnOf } from './support/live.mjs';
import { demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const TRANSPORTS = {
  'socket.io-client with its default options': (url, token) => SocketIoUser.connect(url, { token }),
  'socket.io-client on websocket alone': (url, token) =>
    SocketIoUser.connect(url, { token, transports: ['websocket'] }),
  'socket.io-client on polling alone': (url, token) =>
    SocketIoUser.connect(url, { token, transports: ['polling'] }),
  'a plain WebSocket': (url, token) =>
    WebSocketUser.connect(url, { headers: { Authorization: `Bearer ${token}` } }),
};

describe('live changes', () => {
  let server;
  let shop;
  let product;
  let seller;
  let buyer;

  before(async () => {
    server = await Server.start({ demo: true });
    shop = (await demoShops(server.url)).bakery;
    seller = await signedIn(server.url, 'seller@demo.shop');
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    const body = { name: 'Followed', price_minor: 200, cost_minor: 50, stock: 100_000, status: 'active' };
    product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
  });
  after(() => server.stop());

  const desk = () => `desk:${shop.id}`;
  const buy = async (count) => {
    const ids = [];
    for (let i = 0; i < count; ++i) {
      const answer = await buyer.order(shop.id, [{ product: product.id, quantity: 1 }]);
      assert.equal(answer.status, 201, answer.text);
      ids.push(answer.body.id);
    }
    return ids;
  };
  const ordersIn = (user) =>
    user.inbox.changes(desk()).filter(({ kind, op }) => kind === 'order' && op === 'created');

  for (const [name, connect] of Object.entries(TRANSPORTS)) {
    it(`come to ${name} in order`, async () => {
      const user = await connect(server.url, seller.token);
      const joined = await join(user, desk());
      assert.equal(joined.resumed, false);
      const ids = await buy(5);
      await user.inbox.until(() => ordersIn(user).length === 5, 'five orders');
      assert.deepEqual(ordersIn(user).map(({ id }) => id), ids);
      const changes = user.inbox.changes(desk());
      assertChain(changes, lsnOf(joined.position));
      const record = ordersIn(user)[0].record;
      assert.equal(record.profit_minor, 150);
      const stocks = changes.filter(({ id }) => id === product.id).map(({ patch }) => patch.stock);
      assert.deepEqual(stocks, [...stocks].sort((a, b) => b - a));
      user.close();
    });

    it(`are resumed by ${name} after a break`, async () => {
      const first = await connect(server.url, seller.token);
      const joined = await join(first, desk());
      await buy(3);
      await first.inbox.until(() => ordersIn(first).length === 3, 'three orders');
      const before = first.inbox.changes(desk());
      const last = before[before.length - 1].lsn;
      first.close();

      const missed = await buy(4);
      const second = await connect(server.url, seller.token);
      const since = `${joined.position.split(':')[0]}:${last}`;
      assert.equal((await join(second, desk(), since)).resumed, true);
      const later = await buy(2);
      await second.inbox.until(() => ordersIn(second).length === 6, 'six orders');
      assert.deepEqual(ordersIn(second).map(({ id }) => id), [...missed, ...later]);
      const after = second.inbox.changes(desk());
      assert.equal(after[0].prev, last);
      assertChain([...before, ...after], lsnOf(joined.position));
      second.close();
    });
  }

  it('upgrade from polling to a websocket', async () => {
    const user = await SocketIoUser.connect(server.url, { token: seller.token });
    await join(user, desk());
    if (user.transport !== 'websocket') {
      await new Promise((resolve) => user.socket.io.engine.once('upgrade', resolve));
    }
    assert.equal(user.transport, 'websocket');
    await buy(1);
    await user.inbox.until(() => ordersIn(user).length === 1, 'an order');
    user.close();
  });

  it('give what a snapshot and the changes after it give together', async () => {
    const snapshot = await seller.get(`rooms/${desk()}/snapshot`);
    const user = await SocketIoUser.connect(server.url, { token: seller.token });
    await join(user, desk(), snapshot.position);
    await buy(1);
    await user.inbox.until(() => ordersIn(user).length === 1, 'an order');
    assertChain(user.inbox.changes(desk()), lsnOf(snapshot.position));
    const stats = await seller.get(`shops/${shop.id}/stats`);
    const total = user.inbox.changes(desk()).find(({ id }) => id === stats.items[0].id);
    assert.equal(total.patch.orders, stats.items[0].orders);
    user.close();
  });

  it('say reset for another history and for a position that never was', async () => {
    const user = await SocketIoUser.connect(server.url, { token: seller.token });
    const other = await user.request('join', { room: desk(), since: 'otherepoch:1' });
    assert.equal(other.resumed, false, JSON.stringify(other));
    await user.inbox.until((all) => all.find(({ type, body }) => type === 'reset' && body.room === desk()), 'reset');
    const { position } = await seller.get(`rooms/${desk()}/snapshot`);
    const ahead = `${position.split(':')[0]}:${lsnOf(position) + 1_000_000}`;
    assert.equal((await user.request('join', { room: desk(), since: ahead })).resumed, false);
    user.close();
  });

  it('stop when the room is left', async () => {
    const user = await SocketIoUser.connect(server.url, { token: seller.token });
    await join(user, desk());
    await join(user, 'market');
    await user.request('leave', { room: desk() });
    await buy(1);
    await user.inbox.until(() => user.inbox.changes('market').length > 0, 'the sale in the market');
    assert.equal(user.inbox.changes(desk()).length, 0);
    user.close();
  });

  it('come to a buyer as their own orders move', async () => {
    const user = await WebSocketUser.connect(server.url);
    const known = await user.request('auth', { token: buyer.token });
    assert.equal(known.user.id, buyer.user.id);
    assert.ok(known.expires_in_s > 0);
    const room = `user:${buyer.user.id}`;
    await join(user, room);
    const [id] = await buy(1);
    await seller.expect(200, 'PATCH', `orders/${id}`, { body: { status: 'confirmed' } });
    const moved = await user.inbox.until(
      () => user.inbox.changes(room).find((change) => change.id === id && change.op === 'updated'), 'the move');
    assert.equal(moved.patch.status, 'confirmed');
    const order = user.inbox.changes(room).find((change) => change.id === id);
    assert.ok(!('profit_minor' in order.record));
    user.close();
  });

  it('end for a token that is not good', async () => {
    await assert.rejects(SocketIoUser.connect(server.url, { token: 'nonsense', reconnection: false }),
      (error) => error.data?.code === 'unauthenticated');
    const user = await WebSocketUser.connect(server.url, { headers: { Authorization: 'Bearer nonsense' } });
    assert.equal((await user.closed).code, 4401);
  });
});

describe('changes for those who poll', () => {
  let server;
  let shop;
  let seller;
  let product;

  before(async () => {
    server = await Server.start({ demo: true });
    const shops = await demoShops(server.url);
    shop = shops.bakery;
    [product] = await shops.productsOf('bakery');
    seller = await signedIn(server.url, 'seller@demo.shop');
  });
  after(() => server.stop());

  const path = (since, query = '') => `rooms/shop:${shop.id}/changes?since=${since}${query}`;
  const rename = (name) => seller.expect(200, 'PATCH', `products/${product.id}`, { body: { name } });

  it('come in pages that go on where the last one ended', async () => {
    const { position } = await seller.get(`rooms/shop:${shop.id}/snapshot`);
    for (const name of ['One', 'Two', 'Three']) await rename(name);
    const first = await seller.get(path(position, '&limit=2'));
    const second = await seller.get(path(first.position, '&limit=2'));
    const names = [...first.changes, ...second.changes].map(({ patch }) => patch.name);
    assert.deepEqual(names, ['One', 'Two', 'Three']);
    assertChain([...first.changes, ...second.changes], lsnOf(position));
    assert.deepEqual((await seller.get(path(second.position))).changes, []);
  });

  it('are waited for', async () => {
    const { position } = await seller.get(`rooms/shop:${shop.id}/snapshot`);
    const waiting = seller.get(path(position, '&wait_s=20'));
    const started = Date.now();
    setTimeout(() => rename('Awaited'), 200);
    const { changes } = await waiting;
    assert.equal(changes[0].patch.name, 'Awaited');
    assert.ok(Date.now() - started < 5_000, 'it came when it happened');
  });

  it('are answered with none when the time is over', async () => {
    const { position } = await seller.get(`rooms/shop:${shop.id}/snapshot`);
    const started = Date.now();
    const answer = await seller.get(path(position, '&wait_s=1'));
    assert.deepEqual(answer.changes, []);
    assert.ok(Date.now() - started >= 900);
  });
});
