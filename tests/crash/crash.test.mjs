// kill -9 at random moments under 16 connections that place orders, again and again on the same data.
// What was answered is there, what was cut off happens once when it is sent again, and a client that
// follows the desk through all of it has every change exactly once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WebSocketUser, assertChain, join, lsnOf } from '../e2e/support/live.mjs';
import { Client, allChanges, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { removeData, temporaryData } from '../e2e/support/data.mjs';
import { Server } from '../e2e/support/server.mjs';

const ROUNDS = 24;
const CONNECTIONS = 16;
const PRODUCTS = 6;
const STOCK = 1_000_000;
const SCARCE = 60;
const SEED = Number(process.env.CRASH_SEED ?? 20261121);

/** mulberry32: the same moments for the same seed, as far as the machine lets them be. */
function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One connection that orders all the time. What it got no answer to is sent again with the same key. */
class Buyer {
  sold = new Map();
  refused = 0;
  resent = 0;
  #pending;
  #count = 0;

  constructor(name, client, shop, products, random) {
    Object.assign(this, { name, client, shop, products, random });
  }

  /** Orders until the server is gone, or only what is pending. */
  async run(url, { only = false } = {}) {
    const client = new Client(url);
    client.token = this.client.token;
    while (!only || this.#pending) {
      if (this.#pending) this.resent += 1;
      this.#pending ??= this.#newOrder();
      const { key, items } = this.#pending;
      let answer;
      try {
        answer = await client.order(this.shop, items, { 'Idempotency-Key': key });
      } catch {
        return;
      }
      if (answer.status === 503) return;
      this.#pending = undefined;
      this.#take(answer, items);
    }
  }

  #newOrder() {
    const product = this.products[Math.floor(this.random() * this.products.length)];
    const quantity = 1 + Math.floor(this.random() * 3);
    return { key: `${this.name}-${++this.#count}`, items: [{ product: product.id, quantity }] };
  }

  #take(answer, items) {
    if (answer.status === 409) {
      assert.equal(answer.body.code, 'out_of_stock');
      this.refused += 1;
      return;
    }
    assert.equal(answer.status, 201, answer.text);
    assert.ok(!this.sold.has(answer.body.id), 'another key gives another order');
    this.sold.set(answer.body.id, items[0]);
  }
}

/** Follows a room over all restarts, going on from the last change it got. */
class Follower {
  changes = [];

  constructor(room, token, start) {
    Object.assign(this, { room, token, start });
    this.epoch = start.slice(0, start.lastIndexOf(':'));
  }

  async connect(url) {
    const headers = { Authorization: `Bearer ${this.token}` };
    this.user = await WebSocketUser.connect(url, { headers });
    const last = this.changes.at(-1);
    const since = last ? `${this.epoch}:${last.lsn}` : this.start;
    const joined = await join(this.user, this.room, since);
    assert.equal(joined.resumed, true, 'the log goes on after a crash');
  }

  /** Takes what came over a connection that is closed now. */
  async collect() {
    await this.user.closed;
    assert.deepEqual(this.user.inbox.messages.filter(({ type }) => type !== 'change'), []);
    this.changes.push(...this.user.inbox.changes(this.room));
  }
}

async function prepare(data) {
  const server = await Server.start({ unlimited: true, demo: true, data });
  const shop = (await demoShops(server.url)).bakery;
  const seller = await signedIn(server.url, 'seller@demo.shop');
  const admin = await signedIn(server.url, 'admin@demo.shop');
  const buyers = [
    await signedIn(server.url, 'buyer@demo.shop'),
    await signedIn(server.url, 'buyer2@demo.shop'),
  ];
  const products = [];
  for (let i = 0; i <= PRODUCTS; ++i) {
    const stock = i === 0 ? SCARCE : STOCK;
    const body = { name: `Crash ${i}`, price_minor: 100 + i, cost_minor: 40, stock, status: 'active' };
    products.push(await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body }));
  }
  const figures = (await seller.get(`shops/${shop.id}/stats`)).items[0];
  const { position } = await seller.get(`rooms/desk:${shop.id}/snapshot?limit=1`);
  await server.signal('SIGTERM');
  return { shop, seller, admin, buyers, products, figures, position };
}

async function round(data, buyers, follower, moment_ms) {
  const server = await Server.start({ unlimited: true, data });
  await follower.connect(server.url);
  const load = Promise.all(buyers.map((buyer) => buyer.run(server.url)));
  await sleep(moment_ms);
  assert.equal(await server.signal('SIGKILL'), 'SIGKILL');
  await Promise.all([load, follower.collect()]);
}

async function allOrders(client, shop) {
  const orders = new Map();
  let cursor = '';
  do {
    const query = `shop=${shop.id}&limit=200&cursor=${encodeURIComponent(cursor)}`;
    const page = await client.get(`orders?${query}`);
    for (const order of page.items) orders.set(order.id, order);
    cursor = page.next_cursor;
  } while (cursor);
  return orders;
}

describe(`${ROUNDS} kills in the middle of orders (seed ${SEED})`, () => {
  it('lose nothing that was answered, sell nothing twice, and break no chain', { timeout: 180_000 }, async (t) => {
    const random = seededRandom(SEED);
    const data = await temporaryData();
    t.after(() => removeData(data));
    const made = await prepare(data);
    const { shop, seller, admin, products } = made;
    const buyers = Array.from({ length: CONNECTIONS }, (_, i) =>
      new Buyer(`c${i}`, made.buyers[i % made.buyers.length], shop.id, products, random));
    const follower = new Follower(`desk:${shop.id}`, seller.token, made.position);

    for (let i = 0; i < ROUNDS; ++i) await round(data, buyers, follower, 20 + random() * 480);

    const server = await Server.start({ unlimited: true, data });
    for (const client of [seller, admin, ...made.buyers]) client.url = server.url;
    // What was cut off is sent once more, so that each order is known to be there or not.
    await Promise.all(buyers.map((buyer) => buyer.run(server.url, { only: true })));
    await follower.connect(server.url);

    const sold = new Map(buyers.flatMap((buyer) => [...buyer.sold]));
    const orders = await allOrders(seller, shop);
    const resent = buyers.reduce((sum, buyer) => sum + buyer.resent, 0);
    t.diagnostic(`${sold.size} orders answered, ${resent} sent again after a kill`);
    assert.ok(sold.size > ROUNDS * 4, 'the server was under load when it was killed');
    assert.ok(resent > ROUNDS, 'orders were cut off by the kills');

    await t.test('every order that was answered is there, and no other', () => {
      const ours = new Set(products.map(({ id }) => id));
      const there = [...orders.values()].filter(({ items }) => ours.has(items[0].product_id));
      assert.deepEqual(there.map(({ id }) => id).sort(), [...sold.keys()].sort());
      for (const [id, item] of sold) {
        const [{ product_id, quantity }] = orders.get(id).items;
        assert.deepEqual({ product: product_id, quantity }, item);
      }
      assert.equal(new Set(there.map(({ number }) => number)).size, there.length);
    });

    await t.test('stock is what it was minus what was sold', async () => {
      for (const product of products) {
        const mine = [...sold.values()].filter((item) => item.product === product.id);
        const units = mine.reduce((sum, { quantity }) => sum + quantity, 0);
        const { stock } = await seller.get(`products/${product.id}`);
        assert.equal(stock, product.stock - units, product.name);
        assert.ok(stock >= 0);
      }
      assert.ok(buyers.some(({ refused }) => refused > 0), 'the scarce product ran out');
    });

    await t.test('the figures are the sum of the orders', async () => {
      const total = (await seller.get(`shops/${shop.id}/stats`)).items[0];
      const prices = new Map(products.map(({ id, price_minor }) => [id, price_minor]));
      const revenue = [...sold.values()].reduce((sum, { product, quantity }) => sum + prices.get(product) * quantity, 0);
      assert.equal(total.orders, made.figures.orders + sold.size);
      assert.equal(total.revenue_minor, made.figures.revenue_minor + revenue);
    });

    await t.test('the chain of every room is whole', async () => {
      const rooms = [
        [seller, 'market'], [seller, `shop:${shop.id}`], [seller, `desk:${shop.id}`], [admin, 'admin'],
        ...made.buyers.map((buyer) => [buyer, `user:${buyer.user.id}`]),
      ];
      // What the demo wrote is dated weeks back: once the log is long, the oldest of it is dropped.
      for (const [client, room] of rooms) {
        const changes = await allChanges(client, room, made.position);
        assert.ok(changes.length > 0, room);
        assertChain(changes, lsnOf(made.position));
        const created = new Set(changes.filter(({ kind, op }) => kind === 'order' && op === 'created').map(({ id }) => id));
        if (room.startsWith('desk') || room === 'admin') {
          for (const id of sold.keys()) assert.ok(created.has(id), `${id} in ${room}`);
        }
      }
    });

    await t.test('who follows and resumes has every change exactly once', async () => {
      const expected = await allChanges(seller, follower.room, follower.start);
      await follower.user.inbox.until(
        () => follower.changes.length + follower.user.inbox.changes(follower.room).length >= expected.length,
        'the rest of the changes');
      follower.user.close();
      await follower.collect();
      assertChain(follower.changes, lsnOf(follower.start));
      assert.equal(follower.changes.length, expected.length);
      assert.deepEqual(follower.changes, expected);
    });

    assert.equal(await server.signal('SIGTERM'), 0);
  });
});
