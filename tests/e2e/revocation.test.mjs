// A right that is taken away is gone at once on every open connection: what is committed after it does not arrive, and
// what was committed before it does.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EventReader } from './support/events.mjs';
import { SocketIoUser, WebSocketUser, join, lsnOf } from './support/live.mjs';
import { Client, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const ROUNDS = 5;

/** Long polls one after the other, until one is refused. */
class LongPoll {
  seen = [];

  constructor(client, room, position) {
    this.ended = this.#run(client, room, position);
  }

  async #run(client, room, position) {
    for (;;) {
      const answer = await client.call('GET', `rooms/${room}/changes?since=${position}&wait_s=20`);
      if (answer.status !== 200) return answer;
      this.seen.push(...answer.body.changes);
      position = answer.body.position;
    }
  }
}

describe('a right that is taken away', () => {
  let server, owner, shop, product, desk;
  let writing;

  before(async () => {
    server = await Server.start({ demo: true, args: ['--loops', '2'], unlimited: true });
    owner = await signedIn(server.url, 'seller@demo.shop');
    const shops = await demoShops(server.url);
    shop = shops.bakery;
    desk = `desk:${shop.id}`;
    [product] = await shops.productsOf('bakery');
  });
  after(() => server.stop());

  /** Writes without a pause until the answer is called; gives how often. */
  function keepWriting() {
    let go = true;
    let count = 0;
    const one = async () => {
      while (go) {
        count += 1;
        await owner.expect(200, 'PATCH', `products/${product.id}`, { body: { low_stock_threshold: 1 + (count % 900) } });
      }
    };
    writing = Promise.all(Array.from({ length: 8 }, one));
    return async () => {
      go = false;
      await writing;
      return count;
    };
  }

  /** One client of each kind, in the desk. */
  async function everyTransport(client) {
    const headers = { Authorization: `Bearer ${client.token}` };
    const { position } = await client.get(`rooms/${desk}/snapshot?limit=1`);
    const users = {
      'Socket.IO by websocket': await SocketIoUser.connect(server.url, { token: client.token, transports: ['websocket'] }),
      'Socket.IO by polling': await SocketIoUser.connect(server.url, { token: client.token, transports: ['polling'] }),
      'a plain websocket': await WebSocketUser.connect(server.url, { headers }),
    };
    for (const user of Object.values(users)) await join(user, desk, position);
    const events = await EventReader.open(`${server.url}/events?room=${desk}&since=${position}`, { headers });
    const poll = new LongPoll(client, desk, position);
    return { users, events, poll, position };
  }

  /** All that arrived is what the log had up to `lsn`, whole and in order. */
  function assertUpTo(changes, lsn, name) {
    const beyond = changes.filter((change) => change.lsn > lsn);
    assert.deepEqual(beyond, [], `${name} was sent ${beyond.length} changes after the revocation at ${lsn}`);
    changes.forEach((change, i) => {
      if (i > 0 && change.lsn !== changes[i - 1].lsn) {
        assert.equal(change.prev, changes[i - 1].lsn, `${name} lacks something before ${change.lsn}`);
      }
    });
  }

  it('is gone on every transport, while writes come without a pause', async () => {
    const watcher = await SocketIoUser.connect(server.url, { token: owner.token });
    await join(watcher, desk);
    for (let round = 0; round < ROUNDS; ++round) {
      const staff = new Client(server.url);
      await staff.register(`Staff${round}`);
      await owner.expect(201, 'POST', `shops/${shop.id}/members`, { body: { user: staff.user.id, role: 'staff' } });
      const stop = keepWriting();
      const { users, events, poll } = await everyTransport(staff);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await owner.expect(204, 'DELETE', `shops/${shop.id}/members?user=${staff.user.id}`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.ok((await stop()) > 20, 'there were writes before and after');

      const removal = await watcher.inbox.until(() => watcher.inbox.changes(desk).find(
        ({ kind, op, id }) => kind === 'member' && op === 'deleted' && id && watcher.removed?.has(id) !== true), 'the removal');
      (watcher.removed ??= new Set()).add(removal.id);
      for (const [name, user] of Object.entries(users)) {
        const left = await user.inbox.until((all) => all.find(({ type }) => type === 'left'), `left, to ${name}`);
        assert.deepEqual(left.body, { room: desk, code: 'forbidden' }, name);
        const changes = user.inbox.changes(desk);
        assert.ok(changes.length > 0, name);
        assertUpTo(changes, removal.lsn, name);
        assert.equal(changes.at(-1).lsn, removal.lsn, `${name} was told of the removal itself`);
        const refused = await user.request('join', { room: desk });
        assert.equal(refused.error.code, 'forbidden', name);
        user.close();
      }
      await events.until(() => events.events.some(({ event }) => event === 'left'), 'left');
      assertUpTo(events.changes(desk), removal.lsn, 'an event stream');
      events.close();
      const refused = await poll.ended;
      assert.equal(refused.status, 403, refused.text);
      assertUpTo(poll.seen, removal.lsn, 'a long poll');
    }
    watcher.close();
  });

  it('ends with its session: 4401, an error event, the end of the stream, 401', async () => {
    const staff = new Client(server.url);
    await staff.register('Leaver');
    await owner.expect(201, 'POST', `shops/${shop.id}/members`, { body: { user: staff.user.id, role: 'staff' } });
    const stop = keepWriting();
    const { users, events, poll } = await everyTransport(staff);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const gone = Object.entries(users).filter(([name]) => name.startsWith('Socket.IO'))
      .map(([, user]) => new Promise((resolve) => user.socket.once('disconnect', resolve)));
    await staff.expect(204, 'POST', 'auth/logout');
    assert.equal((await users['a plain websocket'].closed).code, 4401);
    assert.deepEqual(await Promise.all(gone), gone.map(() => 'io server disconnect'));
    await events.ended;
    assert.equal((await poll.ended).status, 401);
    await stop();
    // Where the session ended is not in the room, so what each got is compared: nobody got more than was there by then.
    const { position } = await owner.get(`rooms/${desk}/snapshot?limit=1`);
    const counts = Object.values(users).map((user) => user.inbox.changes(desk).at(-1).lsn);
    for (const lsn of counts) assert.ok(lsn < lsnOf(position));
    for (const user of Object.values(users)) {
      assertUpTo(user.inbox.changes(desk), Math.max(...counts), 'it');
      user.close();
    }
    events.close();
  });
});
