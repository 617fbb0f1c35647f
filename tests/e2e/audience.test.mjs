// The audience of everything: each role, in each room, on each transport, is sent exactly the kinds and fields of the
// table; and whatever random people do, no byte of theirs arrives at somebody whom it is not for.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HIDDEN, KINDS, listeners, mayJoin, roomKind } from './support/audience.mjs';
import { Client, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

/** No field of the list is anywhere in the value. */
function assertHidden(value, hidden, where) {
  if (Array.isArray(value)) return value.forEach((each) => assertHidden(each, hidden, where));
  if (value === null || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    assert.ok(!hidden.includes(name), `${where} is shown ${name}`);
    assertHidden(inner, hidden, where);
  }
}

/** What holds of every message that anybody is ever sent. */
function assertFor(listener, message) {
  const { room, type, body } = message;
  if (type !== 'change') return;
  const where = `${listener.name} in ${room}`;
  assert.ok(listener.joined.includes(room), `${where}: a room that was not joined`);
  const kind = roomKind(room);
  assert.ok(KINDS[kind].includes(body.kind), `${where} is told of a ${body.kind}`);
  assertHidden([body.record ?? {}, body.patch ?? {}], HIDDEN[kind], `${where} (${body.kind})`);
  if (kind === 'market' || kind === 'shop') assert.equal(body.by, undefined, `${where} is told who did it`);
}

async function settle(all, writer, shop, product) {
  // A last public change marks the end for all: what has not arrived by then never will.
  const caption = `the end ${Math.random()}`;
  await writer.expect(200, 'PATCH', `products/${product}`, { body: { caption } });
  const deadline = Date.now() + 10_000;
  for (const listener of all) {
    if (listener.read) await listener.read();
    while (!listener.messages().some(({ room, text }) => room === 'market' && text.includes(caption))) {
      assert.ok(Date.now() < deadline, `${listener.name} does not come to the end`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (listener.read) await listener.read();
    }
  }
}

describe('every role, room, kind and transport', () => {
  let server;
  let people;
  let rooms;
  const all = [];

  before(async () => {
    server = await Server.start({ demo: true, unlimited: true });
    const { url } = server;
    const { bakery, gadgets } = await demoShops(url);
    const client = Object.fromEntries(await Promise.all(['admin', 'seller', 'seller2', 'buyer', 'buyer2']
      .map(async (name) => [name, await signedIn(url, `${name}@demo.shop`)])));
    const staff = new Client(url);
    await staff.register('Staff');
    await client.seller.expect(201, 'POST', `shops/${bakery.id}/members`, { body: { user: staff.user.id, role: 'staff' } });
    const of = (each, shops = [], admin = false) => ({ client: each, who: { id: each.user.id, admin, shops: new Set(shops) } });
    people = {
      'a stranger': { client: new Client(url), who: undefined },
      'the buyer': of(client.buyer),
      'another buyer': of(client.buyer2),
      'the owner': of(client.seller, [bakery.id]),
      'the staff': of(staff, [bakery.id]),
      'another owner': of(client.seller2, [gadgets.id]),
      'an admin': of(client.admin, [], true),
    };
    rooms = ['market', `shop:${bakery.id}`, `desk:${bakery.id}`, `desk:${gadgets.id}`, 'admin',
      ...Object.values(people).filter(({ who }) => who).map(({ who }) => `user:${who.id}`)];
    for (const [name, { client: each, who }] of Object.entries(people)) {
      for (const listener of await listeners(url, name, who, each)) {
        await listener.join(rooms);
        all.push(listener);
      }
    }
    await doEverything({ client, staff, bakery });
  });
  after(async () => {
    for (const listener of all) listener.close();
    await server.stop();
  });

  /** Something of each kind: created, and changed. */
  async function doEverything({ client: { seller, buyer, buyer2 }, staff, bakery }) {
    const product = await seller.expect(201, 'POST', `shops/${bakery.id}/products`,
      { body: { name: 'Audience bread', price_minor: 500, cost_minor: 111, stock: 7, low_stock_threshold: 5, status: 'draft' } });
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { status: 'active' } });
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { cost_minor: 222 } });
    await seller.expect(200, 'PATCH', `shops/${bakery.id}`, { body: { tagline: 'Fresh' } });
    await buyer.expect(200, 'PATCH', 'me', { body: { phone: '+49 30 1234567' } });
    await buyer.expect(200, 'PUT', 'cart', { body: { items: [{ product: product.id, quantity: 2 }] } });
    await buyer.call('PUT', `wishlist/${product.id}`);
    const order = await buyer.order(bakery.id, [{ product: product.id, quantity: 3 }]);
    assert.equal(order.status, 201, order.text);
    for (const status of ['confirmed', 'preparing', 'ready', 'delivered']) {
      await staff.expect(200, 'PATCH', `orders/${order.body.id}`, { body: { status } });
    }
    await buyer.expect(201, 'POST', `products/${product.id}/reviews`, { body: { rating: 5, text: 'Good.' } });
    const helper = new Client(server.url);
    await helper.register('Helper');
    await seller.expect(201, 'POST', `shops/${bakery.id}/members`, { body: { user: helper.user.id, role: 'staff' } });
    await seller.expect(204, 'DELETE', `shops/${bakery.id}/members?user=${helper.user.id}`);
    await buyer2.expect(200, 'PATCH', 'me', { body: { name: 'Another name' } });
    await settle(all, seller, bakery, product.id);
  }

  it('are let in exactly where the policy says', () => {
    for (const listener of all) {
      const allowed = rooms.filter((room) => mayJoin(listener.who, room));
      assert.deepEqual(listener.joined, allowed, listener.name);
      assert.deepEqual(listener.refused, rooms.filter((room) => !allowed.includes(room)), listener.name);
    }
  });

  it('are told nothing beyond the table', () => {
    let messages = 0;
    for (const listener of all) {
      for (const message of listener.messages()) {
        assertFor(listener, message);
        messages += 1;
      }
    }
    assert.ok(messages > 500, `${messages} messages were looked at`);
  });

  it('are told all of the table, the same on every transport', () => {
    const kindsOf = (listener, room) => {
      const changes = listener.changes.filter((each) => each.room === room && each.type === 'change');
      return [...new Set(changes.map(({ body }) => body.kind))].sort();
    };
    const own = (name) => `user:${people[name].who.id}`;
    const bakery = rooms[1].split(':')[1];
    for (const [name, room, kinds] of [
      ['a stranger', 'market', ['product', 'review', 'shop']],
      ['a stranger', `shop:${bakery}`, ['product', 'review', 'shop']],
      ['the owner', `desk:${bakery}`, ['member', 'notification', 'order', 'product', 'shop', 'stats', 'stock_entry']],
      ['the staff', `desk:${bakery}`, ['member', 'notification', 'order', 'product', 'shop', 'stats', 'stock_entry']],
      ['the buyer', own('the buyer'), ['cart', 'notification', 'order', 'user', 'wishlist']],
      ['another buyer', own('another buyer'), ['user']],
      ['another owner', own('another owner'), []],
      ['an admin', 'admin', ['member', 'notification', 'order', 'product', 'shop', 'stats', 'stock_entry', 'user']],
    ]) {
      for (const listener of all.filter((each) => each.name.startsWith(`${name} by`))) {
        assert.deepEqual(kindsOf(listener, room), kinds, `${listener.name} in ${room}`);
      }
    }
  });

  it('are told each change the same, whatever the transport', () => {
    const text = (listener, room) => listener.messages().filter((each) => each.room === room && each.type === 'change')
      .map(({ body }) => JSON.stringify(Object.entries(body).filter(([name]) => name !== 'type').sort()));
    for (const name of Object.keys(people)) {
      const [first, ...others] = all.filter((each) => each.name.startsWith(`${name} by`));
      for (const room of first.joined) {
        for (const other of others) assert.deepEqual(text(other, room), text(first, room), `${other.name} in ${room}`);
      }
    }
  });
});

/** A generator of numbers that a seed makes again (mulberry32). */
function randomOf(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

describe('random people, shops, memberships and writes', () => {
  const seeds = process.env.TILLCAST_TEST_SEED ? [Number(process.env.TILLCAST_TEST_SEED)] : [1, 2, Date.now() % 1_000_000];
  for (const seed of seeds) {
    it(`put no foreign byte on any socket (seed ${seed})`, { timeout: 120_000 }, () => oneWorld(seed));
  }

  async function oneWorld(seed) {
    const random = randomOf(seed);
    const server = await Server.start({ demo: true, unlimited: true });
    const all = [];
    try {
      const admin = await signedIn(server.url, 'admin@demo.shop');
      const people = [{ name: 'admin', client: admin, who: { id: admin.user.id, admin: true, shops: new Set() } }];
      for (let i = 0; i < 5; ++i) {
        const client = new Client(server.url);
        await client.register(`Person${seed}x${i}`);
        people.push({ name: `person ${i}`, client, who: { id: client.user.id, admin: false, shops: new Set() } });
      }
      const shops = [];
      for (let i = 0; i < 3; ++i) {
        const owner = people[1 + i];
        const shop = await owner.client.expect(201, 'POST', 'shops', { body: { name: `Shop ${i}`, slug: `shop-${seed}-${i}`, currency: 'EUR' } });
        owner.who.shops.add(shop.id);
        shops.push({ id: shop.id, owner, products: [] });
        await addProduct(shops[i], { status: 'active', stock: 1_000 });
      }
      people.push({ name: 'stranger', client: new Client(server.url), who: undefined });
      const rooms = ['market', 'admin', ...shops.flatMap(({ id }) => [`shop:${id}`, `desk:${id}`]),
        ...people.filter(({ who }) => who).map(({ who }) => `user:${who.id}`)];
      for (const { name, client, who } of people) {
        for (const listener of await listeners(server.url, name, who, client)) {
          await listener.join(rooms);
          all.push(listener);
        }
      }

      // A marker is a number that is written once, and the people whom it was for at that moment. Profits are made of
      // costs, and with these prices they are below zero.
      const markers = new Map();
      let lastMarker = 700_000_000 + (seed % 90_000) * 1_000;
      const mark = (people_) => {
        lastMarker += 1;
        markers.set(String(lastMarker), new Set(people_));
        return lastMarker;
      };
      const desk = (shop, ...more) => people.filter(({ who }) => who && (who.admin || who.shops.has(shop.id) || more.includes(who))).map(({ who }) => who);
      const someone = () => random.pick(people.filter(({ who }) => who && !who.admin));

      async function addProduct(shop, body) {
        const made = await shop.owner.client.expect(201, 'POST', `shops/${shop.id}/products`,
          { body: { name: 'Thing', price_minor: 10, ...body } });
        if (body.status === 'active') shop.products.push(made.id);
        return made;
      }
      const acts = [
        async (shop) => shop.owner.client.expect(200, 'PATCH', `products/${random.pick(shop.products)}`, { body: { cost_minor: mark(desk(shop)) } }),
        async (shop) => addProduct(shop, { status: 'draft', sku: `S-${mark(desk(shop))}`, cost_minor: mark(desk(shop)) }),
        async () => {
          const { client, who } = someone();
          const admins = people.filter((each) => each.who?.admin).map((each) => each.who);
          await client.expect(200, 'PATCH', 'me', { body: { phone: `+${mark([who, ...admins])}` } });
          who.phone = lastMarker;
        },
        async (shop) => {
          const { client, who } = someone();
          // What the buyer wrote into the profile goes with the order to the shop's people.
          const seen = who.phone && markers.get(String(who.phone));
          if (seen) for (const each of desk(shop)) seen.add(each);
          const answer = await client.order(shop.id, [{ product: random.pick(shop.products), quantity: 1 + random.below(3) }]);
          assert.equal(answer.status, 201, answer.text);
        },
        async (shop) => {
          const { client } = someone();
          await client.expect(200, 'PUT', 'cart', { body: { items: [{ product: random.pick(shop.products), quantity: 1 + random.below(50) }] } });
        },
        async (shop) => {
          const { client, who } = someone();
          if (who === shop.owner.who) return;
          if (who.shops.has(shop.id)) {
            await shop.owner.client.expect(204, 'DELETE', `shops/${shop.id}/members?user=${client.user.id}`);
            who.shops.delete(shop.id);
          } else {
            await shop.owner.client.expect(201, 'POST', `shops/${shop.id}/members`, { body: { user: client.user.id, role: 'staff' } });
            who.shops.add(shop.id);
            // Some come in by joining, and read from then on.
            for (const listener of all.filter((each) => each.who === who && each.user && random.below(2) === 0)) {
              await listener.join([`desk:${shop.id}`]);
            }
          }
        },
      ];
      for (let i = 0; i < 150; ++i) await random.pick(acts)(random.pick(shops));
      await settle(all, shops[0].owner.client, shops[0].id, shops[0].products[0]);

      let seen = 0;
      for (const listener of all) {
        for (const { type, room, body, text } of listener.messages()) {
          for (const [marker] of text.matchAll(/(?<![-\d])7\d{8}(?!\d)/g)) {
            if (!markers.has(marker)) continue;
            seen += 1;
            assert.ok(listener.who && markers.get(marker).has(listener.who),
              `seed ${seed}: ${listener.name} was sent ${marker} in ${room}: ${text}`);
          }
          if (type !== 'change') continue;
          assert.ok(KINDS[roomKind(room)].includes(body.kind), `seed ${seed}: ${listener.name} is told of a ${body.kind} in ${room}`);
          assertHidden([body.record ?? {}, body.patch ?? {}], HIDDEN[roomKind(room)], `seed ${seed}: ${listener.name} in ${room}`);
          if (roomKind(room) === 'user') assert.equal(room, `user:${listener.who.id}`);
        }
      }
      assert.ok(seen > 100, `${seen} markers were seen by those whom they are for`);
    } finally {
      for (const listener of all) listener.close();
      await server.stop();
    }
  }
});
