// `/events`: several rooms in one stream of server-sent events, as fetch and npm's eventsource see it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EventSource } from 'eventsource';
import { EventReader } from './support/events.mjs';
import { assertChain, lsnOf } from './support/live.mjs';
import { assertProblem, Client, demoShops, epochOf, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

describe('server-sent events', () => {
  let server, seller, buyer, shops, desk, shop;
  let made = 0;

  before(async () => {
    server = await Server.start({ demo: true, args: ['--loops', '2'] });
    seller = await signedIn(server.url, 'seller@demo.shop');
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    shops = await demoShops(server.url);
    shop = shops.bakery;
    desk = `desk:${shop.id}`;
  });
  after(() => server.stop());

  const url = (rooms, extra = '') =>
    `${server.url}/events?${rooms.map((room) => `room=${room}`).join('&')}${extra}`;
  const bearer = (client) => ({ headers: { Authorization: `Bearer ${client.token}` } });

  async function makeProduct(client = seller, at = shop) {
    made += 1;
    const body = { sku: `SSE-${made}`, name: `Event ${made}`, price_minor: 100, stock: 5, status: 'active' };
    return client.expect(201, 'POST', `shops/${at.id}/products`, { body });
  }
  /** A client that is live, which it is told by its position. */
  async function follow(rooms, { since, ...options } = {}) {
    const reader = await EventReader.open(url(rooms, since ? `&since=${since}` : ''), options);
    assert.equal(reader.response.status, 200);
    await reader.until(({ lastEventId }) => lastEventId !== '', 'the position');
    return reader;
  }

  /** The rules of ids: in log order, and only the last event of an lsn has one, which is its own. */
  function assertIds(reader) {
    const changes = reader.events.filter(({ event }) => event === 'change');
    changes.forEach(({ id, data }, i) => {
      if (i > 0) assert.ok(data.lsn >= changes[i - 1].data.lsn, 'in the order of the log');
      const last = i + 1 === changes.length || changes[i + 1].data.lsn !== data.lsn;
      if (last) assert.equal(lsnOf(id), data.lsn);
      else assert.equal(id, undefined, `lsn ${data.lsn} has its id too early`);
    });
  }

  test('is a stream of its type that nobody keeps', async () => {
    const reader = await follow(['market']);
    assert.equal(reader.response.headers.get('content-type'), 'text/event-stream');
    assert.equal(reader.response.headers.get('cache-control'), 'no-store');
    reader.close();
  });

  test('brings the changes of several rooms in log order, with one id an lsn', async () => {
    const rooms = ['market', `shop:${shop.id}`, desk];
    const reader = await follow(rooms, bearer(seller));
    const start = lsnOf(reader.lastEventId);
    const products = await shops.productsOf('bakery');
    for (let i = 0; i < 5; ++i) {
      await makeProduct();
      const ordered = await buyer.order(shop.id, [{ product: products[i].id, quantity: 1 }]);
      assert.equal(ordered.status, 201, ordered.text);
    }
    await reader.until(() => reader.changes('market').filter(({ op }) => op === 'created').length >= 5);
    await reader.until(() => reader.changes(desk).filter(({ kind, op }) => kind === 'order' && op === 'created').length >= 5);
    for (const room of rooms) {
      assert.ok(reader.changes(room).length >= 5, room);
      assertChain(reader.changes(room), start);
    }
    assertIds(reader);
    for (const { event, data } of reader.events) assert.equal(data.type, event);
    reader.close();
  });

  test('two clients of the same rooms are sent the same', async () => {
    const readers = [await follow(['market']), await follow(['market'])];
    await makeProduct();
    for (const reader of readers) await reader.until(() => reader.changes().length >= 1);
    assert.deepEqual(readers[0].changes(), readers[1].changes());
    for (const reader of readers) reader.close();
  });

  test('goes on exactly behind the last id, by Last-Event-ID or since', async () => {
    const rooms = ['market', desk];
    const away = await follow(rooms, bearer(seller));
    await makeProduct();
    await away.until(() => away.changes(desk).length >= 1 && away.changes('market').length >= 1);
    away.close();
    const since = away.lastEventId;
    for (let i = 0; i < 300; ++i) await makeProduct();

    const byHeader = await follow(rooms, {
      headers: { Authorization: `Bearer ${seller.token}`, 'Last-Event-ID': since },
    });
    const bySince = await follow(rooms, { since, ...bearer(seller) });
    // The header is newer than the address that a browser uses again.
    const both = await follow(rooms, {
      since: `${since.slice(0, since.lastIndexOf(':'))}:1`,
      headers: { Authorization: `Bearer ${seller.token}`, 'Last-Event-ID': since },
    });
    await makeProduct();
    for (const reader of [byHeader, bySince, both]) {
      for (const room of rooms) {
        await reader.until(() => reader.changes(room).length >= 301, `301 changes of ${room}`);
        assertChain(reader.changes(room), lsnOf(since));
      }
      assert.ok(reader.changes().every(({ lsn }) => lsn > lsnOf(since)));
      assertIds(reader);
      reader.close();
    }
    assert.deepEqual(byHeader.changes(), bySince.changes());
  });

  test('a client that comes back under writes misses and doubles nothing', async () => {
    const rooms = ['market', desk];
    let writing = true;
    const writer = (async () => {
      while (writing) await makeProduct();
    })();
    const seen = [];
    let since;
    for (let i = 0; i < 15; ++i) {
      const reader = await follow(rooms, { since, ...bearer(seller) });
      await reader.until(() => reader.changes().length >= 6);
      // What came after the last id is not kept: a client commits by ids.
      const upto = lsnOf(reader.lastEventId);
      since = reader.lastEventId;
      seen.push(...reader.changes().filter(({ lsn }) => lsn <= upto));
      reader.close();
    }
    writing = false;
    await writer;
    for (const room of rooms) {
      const chain = seen.filter((change) => change.room === room);
      assertChain(chain, chain[0].prev);
    }
  });

  test('a room that cannot be resumed gets its own reset', async () => {
    const client = new Client(server.url);
    const epoch = await epochOf(client);
    const ahead = await follow(['market', `shop:${shop.id}`], { since: `${epoch}:999999999` });
    await ahead.until(() => ahead.events.length >= 2);
    assert.deepEqual(ahead.events.map(({ event, data }) => [event, data.room, data.reason]),
      [['reset', 'market', 'ahead'], ['reset', `shop:${shop.id}`, 'ahead']]);
    await makeProduct();
    await ahead.until(() => ahead.changes().length >= 2);
    ahead.close();
    const other = await follow(['market'], { since: 'another-epoch:5' });
    assert.equal(other.events[0].data.reason, 'other_epoch');
    other.close();
  });

  test('refuses before the stream begins', async () => {
    const client = new Client(server.url);
    const call = (rooms, extra = '', as = client) => as.call('GET', `/events?${rooms.map((room) => `room=${room}`).join('&')}${extra}`);
    assertProblem(await call([]), 400, 'missing_room');
    assertProblem(await call(['nowhere']), 404, 'unknown_room');
    assertProblem(await call(['market'], '&since=yesterday'), 400, 'bad_position');
    assertProblem(await call(['market', desk]), 401, 'unauthenticated');
    assertProblem(await call(['market', desk], '', buyer), 403, 'forbidden');
    assertProblem(await call([`user:${seller.user.id}`], '', buyer), 403, 'forbidden');
    assertProblem(await call(Array.from({ length: 65 }, (_, i) => `shop:${shop.id.slice(0, -2)}${10 + i}`)), 429, 'too_many_rooms');
    const forged = await client.call('GET', '/events?room=market', { headers: { Authorization: 'Bearer x' } });
    assert.equal(forged.status, 401);
    assertProblem(await client.call('POST', '/events?room=market'), 405, 'method_not_allowed');
    const head = await client.call('HEAD', '/events?room=market');
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-type'), 'text/event-stream');
  });

  test('shows nobody what is not theirs', async () => {
    const reader = await follow(['market', `user:${buyer.user.id}`], bearer(buyer));
    const [product] = await shops.productsOf('bakery');
    const order = await buyer.order(shop.id, [{ product: product.id, quantity: 1 }]);
    assert.equal(order.status, 201, order.text);
    await reader.until(() => reader.changes(`user:${buyer.user.id}`).length >= 1);
    const text = JSON.stringify(reader.blocks);
    for (const secret of ['cost_minor', 'profit_minor', 'revenue_minor', 'low_stock_threshold']) {
      assert.ok(!text.includes(secret), secret);
    }
    reader.close();
  });

  test('a member who is removed is told, and gets the other rooms as before', async () => {
    const user = new Client(server.url);
    await user.register('Helper');
    await seller.expect(201, 'POST', `shops/${shop.id}/members`, { body: { user: user.user.id, role: 'staff' } });
    const reader = await follow(['market', desk], bearer(user));
    await makeProduct();
    await reader.until(() => reader.changes(desk).length >= 1);
    await seller.expect(204, 'DELETE', `shops/${shop.id}/members?user=${user.user.id}`);
    await reader.until(() => reader.events.some(({ event }) => event === 'left'), 'left');
    const left = reader.events.find(({ event }) => event === 'left');
    assert.deepEqual(left.data, { type: 'left', room: desk, code: 'forbidden' });
    const before = reader.changes(desk).length;
    const { id } = await makeProduct();
    await reader.until(() => reader.changes('market').some((change) => change.id === id));
    assert.equal(reader.changes(desk).length, before);
    assertChain(reader.changes('market'), reader.changes('market')[0].prev);
    reader.close();
  });

  test('a session that ends is told why, and the stream ends', async () => {
    const user = new Client(server.url);
    await user.register('Leaver');
    const reader = await follow(['market'], bearer(user));
    await user.expect(204, 'POST', 'auth/logout-all');
    const error = await reader.until(() => reader.events.find(({ event }) => event === 'error'));
    assert.equal(error.data.type, 'error');
    assert.equal(error.data.code, 'unauthenticated');
    assert.equal(await reader.ended, 'ended');
  });

  test("npm's eventsource comes back by itself after kill -9 and misses nothing", async () => {
    const data = server.data;
    const port = server.port;
    const source = new EventSource(`${server.url}/events?room=market`);
    const changes = [];
    source.addEventListener('change', ({ data: text }) => changes.push(JSON.parse(text)));
    const count = (wanted) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${changes.length} of ${wanted} changes`)), 20_000);
      const check = () => {
        if (changes.length < wanted) return;
        clearTimeout(timer);
        resolve();
      };
      source.addEventListener('change', check);
      check();
    });
    await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
    await makeProduct();
    await count(1);
    await server.signal('SIGKILL');
    server = await Server.start({ data, port, unlimited: true });
    seller.url = server.url;
    await makeProduct();
    await makeProduct();
    await count(3);
    assertChain(changes, changes[0].prev);
    source.close();
  });

  test('a server that goes away ends its streams', async () => {
    const reader = await follow(['market']);
    const status = server.signal('SIGTERM');
    assert.equal(await reader.ended, 'ended');
    assert.equal(await status, 0);
  });
});
