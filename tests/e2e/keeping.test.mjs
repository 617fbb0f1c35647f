// Looking after a store while it is served: backups under load, what is restored from them, and what
// `verify` says of both.
import assert from 'node:assert/strict';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocketUser } from './support/live.mjs';
import { demoShops, epochOf, signedIn } from './support/rest.mjs';
import { Server, run, temporaryFolder } from './support/server.mjs';

const SERVED_MS = 400;

/** Orders until told to stop; gives the ids of what was answered, in order. */
async function orderAllTheTime(buyer, shop, product, state) {
  while (!state.stop) {
    const answer = await buyer.order(shop.id, [{ product: product.id, quantity: 1 }]);
    assert.equal(answer.status, 201, answer.text);
    state.orders.push(answer.body.id);
  }
}

async function ordersIn(url) {
  const seller = await signedIn(url, 'seller@demo.shop');
  const shop = (await demoShops(url)).bakery;
  const ids = new Set();
  let cursor = '';
  do {
    const page = await seller.get(`orders?shop=${shop.id}&limit=200&cursor=${encodeURIComponent(cursor)}`);
    for (const { id } of page.items) ids.add(id);
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

describe('a store that is looked after while it is served', () => {
  let folder;
  let server;
  let shop;
  const state = { stop: false, orders: [] };
  const backup = (n) => path.join(folder, `backup-${n}`);
  const answeredBefore = [];

  before(async () => {
    folder = await temporaryFolder();
    server = await Server.start({ demo: true, unlimited: true });
    shop = (await demoShops(server.url)).bakery;
    const seller = await signedIn(server.url, 'seller@demo.shop');
    const body = { name: 'Backed up', price_minor: 100, stock: 1_000_000, status: 'active' };
    const product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const load = Promise.all([1, 2, 3, 4].map(() => orderAllTheTime(buyer, shop, product, state)));
    for (let n = 0; n < 3; ++n) {
      await new Promise((resolve) => setTimeout(resolve, SERVED_MS));
      answeredBefore.push(state.orders.length);
      const made = await run(['backup', '--data', server.data, '--to', backup(n)]);
      assert.equal(made.status, 0, made.stderr);
    }
    state.stop = true;
    await load;
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is sound, also while somebody writes to it', async () => {
    const verified = await run(['verify', '--data', server.data]);
    assert.deepEqual([verified.status, verified.stdout], [0, `${server.data} is sound.\n`]);
  });

  it('gives backups that are sound states with every order that was answered before', async () => {
    for (let n = 0; n < 3; ++n) {
      const verified = await run(['verify', '--from', backup(n)]);
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
      assert.equal((await stat(backup(n))).mode & 0o077, 0);
      const data = path.join(folder, `restored-${n}`);
      assert.equal((await run(['restore', '--from', backup(n), '--data', data])).status, 0);
      const restored = await Server.start({ data });
      const there = await ordersIn(restored.url);
      for (const id of state.orders.slice(0, answeredBefore[n])) assert.ok(there.has(id), `${id} is missing`);
      assert.ok(n === 2 || state.orders.some((id) => !there.has(id)), 'the load went on after the backup');
      assert.equal(await restored.stop(), 0);
    }
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith('backup')).length, 3);
  });

  it('is restored under a new epoch, so that clients of the old one start over', async () => {
    const seller = await signedIn(server.url, 'seller@demo.shop');
    const { position } = await seller.get(`rooms/desk:${shop.id}/snapshot?limit=1`);
    const restored = await Server.start({ data: path.join(folder, 'restored-0') });
    const again = await signedIn(restored.url, 'seller@demo.shop');
    assert.notEqual(await epochOf(seller), await epochOf(again));
    const user = await WebSocketUser.connect(restored.url, { headers: { Authorization: `Bearer ${again.token}` } });
    const joined = await user.request('join', { room: `desk:${shop.id}`, since: position });
    assert.equal(joined.resumed, false);
    const [reset] = await user.inbox.untilCount(1);
    assert.deepEqual([reset.type, reset.body.reason], ['reset', 'other_epoch']);
    user.close();
    await restored.stop();
  });

  it('is restored into an empty place alone', async () => {
    const refused = await run(['restore', '--from', backup(0), '--data', path.join(folder, 'restored-1')]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /holds data already: restore into an empty one/);
  });

  it('is told to be damaged when it is', async () => {
    const damaged = backup(2);
    const file = await open(damaged, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(4096, 0x55), 0, 4096, Math.floor(size / 2 / 4096) * 4096);
    await file.close();
    const verified = await run(['verify', '--from', damaged]);
    assert.equal(verified.status, 1, verified.stdout);
    assert.match(verified.stdout, /^pages: the database: /m);
    assert.match(verified.stderr, /is not sound; findings: \d+\./);
  });
});
