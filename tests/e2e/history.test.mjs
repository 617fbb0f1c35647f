// The change log is pruned while the server runs. Whoever comes back from a position that is still known is
// told exactly what they missed; whoever comes from before it is told to start again, and never too little.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser, assertChain, join, lsnOf } from './support/live.mjs';
import { Client, allChanges, assertProblem, demoShops, epochOf, signedIn } from './support/rest.mjs';
import { Server, temporaryFolder } from './support/server.mjs';

const KEPT = 30;

describe('the history', () => {
  let data;
  let server;
  let shop;
  let products;
  let seller;
  let epoch;
  let head;

  before(async () => {
    data = await temporaryFolder();
    const first = await Server.start({ demo: true, data, unlimited: true });
    seller = await signedIn(first.url, 'seller@demo.shop');
    const shops = await demoShops(first.url);
    shop = shops.bakery;
    products = await shops.productsOf('bakery');
    epoch = await epochOf(seller);
    for (let i = 0; i < 40; ++i) {
      const body = { stock: 500 + i };
      await seller.expect(200, 'PATCH', `products/${products[i % 5].id}`, { body });
    }
    head = lsnOf((await seller.get('rooms/market/snapshot?limit=1')).position);
    assert.equal((await allChanges(seller, 'market', `${epoch}:0`)).at(-1).lsn < head, true);
    await first.stop();
    server = await Server.start({ data, unlimited: true, args: ['--history-changes', String(KEPT)] });
    seller = await signedIn(server.url, 'seller@demo.shop');
    // The old end goes in steps behind the start.
    const client = new Client(server.url);
    for (;;) {
      const answer = await client.call('GET', `rooms/market/changes?since=${epoch}:0`);
      if (answer.status === 410 && (await oldest(client)) > head - KEPT - 5) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  after(async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });

  /** The oldest position from which the market can be resumed. */
  const oldest = async (client) => {
    let low = 0;
    let high = head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const answer = await client.call('GET', `rooms/market/changes?since=${epoch}:${middle}&limit=1`);
      if (answer.status === 200) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  it('answers reset for what is pruned, and exactly what was missed for the rest', async () => {
    const client = new Client(server.url);
    const first = await oldest(client);
    const tooOld = await client.call('GET', `rooms/market/changes?since=${epoch}:${first - 1}`);
    assertProblem(tooOld, 410, 'reset');
    assert.equal(tooOld.body.reason, 'too_old');
    const changes = await allChanges(client, 'market', `${epoch}:${first}`);
    assertChain(changes, first);
    assert.equal(changes[0].prev, first, 'the chain goes on over what was pruned');
  });

  it('tells live clients the same on every transport', async () => {
    const client = new Client(server.url);
    const first = await oldest(client);
    const expected = await allChanges(client, 'market', `${epoch}:${first}`);
    for (const connect of [SocketIoUser.connect, WebSocketUser.connect]) {
      const user = await connect(server.url);
      const late = await join(user, 'market', `${epoch}:${first - 1}`);
      assert.equal(late.resumed, false);
      const [reset] = await user.inbox.until((all) => all.length > 0 && all, 'the reset');
      assert.deepEqual(reset, { type: 'reset', body: { room: 'market', reason: 'too_old' } });
      const again = await join(user, 'market', `${epoch}:${first}`);
      assert.equal(again.resumed, true);
      await user.inbox.untilCount(1 + expected.length);
      assert.deepEqual(user.inbox.changes('market'), expected);
      user.close();
    }
  });

  it('goes on by itself for a room of which nothing was pruned', async () => {
    const newcomer = new Client(server.url);
    await newcomer.register('Newcomer');
    const room = `user:${newcomer.user.id}`;
    const changes = await allChanges(newcomer, room, `${epoch}:0`);
    assert.deepEqual(changes.map(({ kind, op }) => [kind, op]), [['user', 'created'], ['cart', 'created']]);
    assert.ok((await newcomer.order(shop.id, [{ product: products[0].id, quantity: 1 }])).status === 201);
  });
});
