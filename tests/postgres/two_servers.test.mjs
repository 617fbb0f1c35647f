// Two servers on one database are one shop: nothing is sold twice, and each shows what the other one did.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Frames } from '../e2e/support/frames.mjs';
import { WebSocketUser, assertChain, join, lsnOf } from '../e2e/support/live.mjs';
import { allChanges, assertProblem, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { removeData, sql, temporaryData } from '../e2e/support/data.mjs';
import { Server } from '../e2e/support/server.mjs';

/** The answer that is good, asked for again until it comes: a lost connection takes a moment to be noticed. */
async function until(ask, good) {
  for (let tries = 0; ; ++tries) {
    const answer = await ask();
    if (good(answer)) return answer;
    answer.frames.end();
    assert.ok(tries < 50, 'the session did not become free');
    await sleep(20);
  }
}

const PIECES = 50;
const BUYERS = 200;
const WRITERS = 32;
const ORDERS_A_WRITER = 20;

describe('two servers on one database', () => {
  let data;
  let servers;
  let seller;
  let shop;

  before(async () => {
    data = await temporaryData();
    // The second one starts on what the first one has filled in.
    servers = [await Server.start({ unlimited: true, data, demo: true }), await Server.start({ unlimited: true, data })];
    seller = await signedIn(servers[0].url, 'seller@demo.shop');
    shop = (await demoShops(servers[1].url)).bakery;
  });
  after(async () => {
    for (const server of servers) await server.stop();
    await removeData(data);
  });

  const create = (name, stock) =>
    seller.expect(201, 'POST', `shops/${shop.id}/products`, {
      body: { name, price_minor: 300, cost_minor: 100, stock, status: 'active' },
    });

  it('take the session of the other one', async () => {
    const other = await signedIn(servers[1].url, 'seller@demo.shop');
    other.url = servers[0].url;
    assert.equal((await other.get('me')).user.email, 'seller@demo.shop');
  });

  it(`sell exactly ${PIECES} pieces to ${BUYERS} buyers at once`, async () => {
    const product = await create('Last loaf', PIECES);
    const people = await Promise.all(
      ['buyer', 'buyer2', 'admin', 'seller2'].map((name, i) => signedIn(servers[i % 2].url, `${name}@demo.shop`)),
    );
    const items = [{ product: product.id, quantity: 1 }];
    const answers = await Promise.all(
      Array.from({ length: BUYERS }, (_, i) => people[i % people.length].order(shop.id, items)),
    );
    const sold = answers.filter(({ status }) => status === 201);
    for (const answer of answers) if (answer.status !== 201) assertProblem(answer, 409, 'out_of_stock');
    assert.equal(sold.length, PIECES);
    assert.equal(new Set(sold.map(({ body }) => body.number)).size, PIECES);
    assert.equal((await seller.get(`products/${product.id}`)).stock, 0);
    const created = (await allChanges(seller, `desk:${shop.id}`))
      .filter(({ kind, op, record }) => kind === 'order' && op === 'created' && record.items[0].product_id === product.id);
    assert.deepEqual(created.map(({ id }) => id).sort(), sold.map(({ body }) => body.id).sort());
  });

  it(`tell ${WRITERS} writers' orders in one order on both, and no reader steps over one`, async () => {
    const product = await create('Plenty', 1_000_000);
    const room = `desk:${shop.id}`;
    const followers = [];
    for (const server of servers) {
      const token = (await signedIn(server.url, 'seller@demo.shop')).token;
      const user = await WebSocketUser.connect(server.url, { headers: { Authorization: `Bearer ${token}` } });
      const joined = await join(user, room);
      followers.push({ user, start: lsnOf(joined.position) });
    }
    const buyers = await Promise.all(servers.map(({ url }) => signedIn(url, 'buyer@demo.shop')));
    let done = false;
    const tail = (async () => {
      const read = async (since) =>
        (await sql(data, `SELECT lsn FROM changes WHERE lsn > ${since} ORDER BY lsn`)).split('\n').filter(Boolean).map(Number);
      let last = Number(await sql(data, 'SELECT max(lsn) FROM changes'));
      for (let more = true; more;) {
        more = !done;
        for (const lsn of await read(last)) assert.equal(lsn, ++last, 'a gap that would be filled behind the reader');
      }
    })();
    const orders = (await Promise.all(
      Array.from({ length: WRITERS }, async (_, w) => {
        const made = [];
        for (let i = 0; i < ORDERS_A_WRITER; ++i) {
          const answer = await buyers[w % 2].order(shop.id, [{ product: product.id, quantity: 1 }]);
          assert.equal(answer.status, 201, answer.text);
          made.push(answer.body.id);
        }
        return made;
      }),
    )).flat();
    done = true;
    await tail;

    const ofOrders = ({ kind, op }) => kind === 'order' && op === 'created';
    for (const { user } of followers) {
      await user.inbox.until(() => user.inbox.changes(room).filter(ofOrders).length >= orders.length, 'all orders');
    }
    const expected = await allChanges(seller, room, `${await sql(data, "SELECT value FROM meta WHERE name = 'epoch'")}:${followers[1].start}`);
    for (const { user, start } of followers) {
      await user.inbox.until(() => user.inbox.changes(room).at(-1).lsn === expected.at(-1).lsn, 'the last change');
      const changes = user.inbox.changes(room);
      assertChain(changes, start);
      assert.deepEqual(changes.filter(ofOrders).map(({ id }) => id).sort(), [...orders].sort());
      assert.deepEqual(changes.slice(-expected.length), expected);
      assert.deepEqual(user.inbox.messages.filter(({ type }) => type !== 'change'), []);
      user.close();
    }
  });

  const open = async (server, connect) => {
    const frames = await Frames.open(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await frames.next();
    frames.send(connect);
    const packet = await frames.next();
    assert.match(packet, /^40\{/);
    return { frames, ...JSON.parse(packet.slice(2)) };
  };
  const present = (pid) => `40${JSON.stringify({ pid })}`;

  it('give a Socket.IO session to one socket, on whichever of them that is', async () => {
    const { frames, sid, pid } = await open(servers[0], '40');
    // The start of a third one frees nothing that others hold.
    const third = await Server.start({ data });
    for (const server of [servers[1], third]) {
      const stranger = await open(server, present(pid));
      assert.notEqual(stranger.pid, pid);
      stranger.frames.end();
    }
    frames.end();
    const there = await until(() => open(servers[1], present(pid)), (answer) => answer.pid === pid);
    assert.equal(there.sid, sid);
    const stranger = await open(servers[0], present(pid));
    assert.notEqual(stranger.pid, pid);
    stranger.frames.end();
    there.frames.end();
    const back = await until(() => open(third, present(pid)), (answer) => answer.pid === pid);
    // What a killed server held is free at once.
    await third.signal('SIGKILL');
    back.frames.end();
    const again = await until(() => open(servers[0], present(pid)), (answer) => answer.pid === pid);
    assert.equal(again.sid, sid);
    again.frames.end();
  });

  it('end the live connections of a session that ended on the other one', async () => {
    const buyer = await signedIn(servers[0].url, 'buyer2@demo.shop');
    const headers = { Authorization: `Bearer ${buyer.token}` };
    const user = await WebSocketUser.connect(servers[1].url, { headers });
    await join(user, `user:${buyer.user.id}`);
    await buyer.expect(204, 'POST', 'auth/logout');
    await user.closed;
  });
});
