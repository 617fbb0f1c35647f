// The database ends connections at random moments while orders come in. Each order is sent with the same key until
// it has an answer that says what became of it; then every answered order is there once and no other.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WebSocketUser, assertChain, join, lsnOf } from '../e2e/support/live.mjs';
import { allChanges, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { removeData, sql, temporaryData } from '../e2e/support/data.mjs';
import { Server } from '../e2e/support/server.mjs';

const CONNECTIONS = 16;
const ROUNDS = 40;
const PAUSE_MS_MAX = 120;
const UNSETTLED = ['not_committed', 'outcome_unknown', 'storage_failed', 'busy'];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a database that ends connections at random', () => {
  it('gets no order twice and loses none', { timeout: 120_000 }, async (t) => {
    const data = await temporaryData();
    t.after(() => removeData(data));
    const server = await Server.start({ unlimited: true, data, demo: true });
    const shop = (await demoShops(server.url)).bakery;
    const seller = await signedIn(server.url, 'seller@demo.shop');
    const buyers = [await signedIn(server.url, 'buyer@demo.shop'), await signedIn(server.url, 'buyer2@demo.shop')];
    const stock = 1_000_000;
    const body = { name: 'Rye', price_minor: 300, cost_minor: 100, stock, status: 'active' };
    const product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
    const room = `desk:${shop.id}`;
    const follower = await WebSocketUser.connect(server.url, { headers: { Authorization: `Bearer ${seller.token}` } });
    const { position } = await join(follower, room);

    const sold = new Map();
    const unsettled = new Map();
    let stop = false;
    const order = async (connection) => {
      for (let n = 0; !stop; ++n) {
        const headers = { 'Idempotency-Key': `${connection}-${n}` };
        const items = [{ product: product.id, quantity: 1 + (n % 3) }];
        for (;;) {
          const answer = await buyers[connection % 2].order(shop.id, items, headers);
          if (answer.status === 201) {
            assert.ok(!sold.has(answer.body.id), 'two keys, one order');
            sold.set(answer.body.id, items[0].quantity);
            break;
          }
          assert.equal(answer.status, 503, answer.text);
          assert.ok(UNSETTLED.includes(answer.body.code), answer.text);
          unsettled.set(answer.body.code, (unsettled.get(answer.body.code) ?? 0) + 1);
        }
      }
    };
    const load = Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => order(i)));
    let ended = 0;
    for (let round = 0; round < ROUNDS; ++round) {
      await sleep(Math.random() * PAUSE_MS_MAX);
      // All of them now and then, and mostly the one that writes.
      const which = round % 4 === 0 ? 'true' : "query ~ 'pg_xact_status|advisory|SAVEPOINT|COMMIT|INSERT|UPDATE|ROLLBACK'";
      ended += Number(await sql(data, `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'tillcast' AND ${which}`));
    }
    stop = true;
    await load;
    t.diagnostic(`${sold.size} orders, ${ended} connections ended, sent again: ${JSON.stringify([...unsettled])}`);
    assert.ok(sold.size > 100 && ended > ROUNDS / 2);

    const expected = await allChanges(seller, room, position);
    const created = expected.filter(({ kind, op }) => kind === 'order' && op === 'created');
    assert.deepEqual(created.map(({ id }) => id).sort(), [...sold.keys()].sort());
    const units = [...sold.values()].reduce((sum, quantity) => sum + quantity, 0);
    assert.equal((await seller.get(`products/${product.id}`)).stock, stock - units);
    await follower.inbox.until(() => follower.inbox.changes(room).length >= expected.length, 'all changes');
    assertChain(follower.inbox.changes(room), lsnOf(position));
    assert.deepEqual(follower.inbox.changes(room), expected);
    follower.close();
    assert.equal(await server.signal('SIGTERM'), 0);
  });
});
