// Two servers on one database share the work of enriching products, and neither does what the other one does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeData, temporaryData } from '../e2e/support/data.mjs';
import { allChanges, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { Server } from '../e2e/support/server.mjs';

describe('two servers on one database', () => {
  it('draw each picture once, and one goes on when the other is killed', { timeout: 120_000 }, async () => {
    const data = await temporaryData();
    const one = await Server.start({ unlimited: true, data, demo: true });
    const two = await Server.start({ unlimited: true, data });
    const seller = await signedIn(two.url, 'seller@demo.shop');
    const shop = (await demoShops(two.url)).bakery.id;
    const room = `desk:${shop}`;
    const { items } = await seller.get(`products?shop=${shop}&limit=40`);
    const { position } = await seller.get(`rooms/${room}/snapshot?limit=1`);
    const jobs = async () => {
      const found = new Map();
      for (const { kind, id, record, patch } of await allChanges(seller, room, position)) {
        if (kind === 'job') found.set(id, { ...found.get(id), ...(record ?? patch) });
      }
      return [...found.values()];
    };
    const untilDone = async (count) => {
      for (let tries = 0; ; ++tries) {
        const all = await jobs();
        if (all.filter(({ state }) => state === 'done').length >= count) return all;
        assert.ok(tries < 300, JSON.stringify(all));
        await sleep(200);
      }
    };
    for (const { id } of items.slice(0, 20)) await seller.expect(202, 'POST', `products/${id}/enrich`);
    for (const { state, attempts } of await untilDone(20)) assert.deepEqual([state, attempts], ['done', 1]);
    for (const { id } of items.slice(20)) await seller.expect(202, 'POST', `products/${id}/enrich`);
    await untilDone(25);
    await one.signal('SIGKILL');
    const all = await untilDone(items.length);
    assert.equal(all.filter(({ attempts }) => attempts > 2).length, 0);
    assert.ok(all.filter(({ attempts }) => attempts === 2).length <= 1, 'only what the killed server was at is done again');
    const done = (await allChanges(seller, room, position)).filter(({ kind, patch }) => kind === 'job' && patch?.state === 'done');
    assert.equal(done.length, items.length);
    await two.stop();
    await removeData(data);
  });
});
