// The profile broadcast: what a server does to many sockets at once, and whom it refuses, as
// socket.io-client sees it.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { Fixture, within } from './support/fixture.mjs';

const open = [];

function client(url, options = {}) {
  const socket = io(url, { forceNew: true, reconnection: false, ...options });
  socket.got = [];
  socket.onAny((event, ...values) => socket.got.push([event, ...values]));
  open.push(socket);
  return socket;
}

const heard = (socket, event) =>
  within(5_000, event, new Promise((resolve) => socket.once(event, (...args) => resolve(args))));

/** What a socket was sent so far; the order is answered after all that was sent before it. */
async function got(socket) {
  await socket.emitWithAck('join', { rooms: [] });
  return socket.got.splice(0);
}

for (const threads of ['1', '2']) {
  for (const transport of ['websocket', 'polling']) {
    describe(`over ${transport}, on ${threads} loops`, async () => {
      const fixture = await Fixture.start('broadcast', '--threads', threads);
      after(async () => {
        for (const socket of open.splice(0)) socket.disconnect();
        await fixture.stop();
      });

      let room = '';
      /** A test with three clients that share a room of its name; each is also in one of its own. */
      const run = (name, body) =>
        test(name, async () => {
          room = name;
          const sockets = ['a', 'b', 'c'].map(() => client(fixture.url, { transports: [transport] }));
          await Promise.all(
            sockets.map((socket, i) => socket.emitWithAck('join', { rooms: [room, `${room}${'abc'[i]}`] })),
          );
          await body(...sockets);
          for (const socket of sockets) socket.disconnect();
        });
      const order = (more) => ({ to: [room], ...more });

      run('rooms, exceptions and the sender itself', async (a, b, c) => {
        const emit = (what, value) => a.emitWithAck('emit', { event: 'said', ...what }, value);
        await emit({ to: [room] }, 1);
        await emit({ to: [room], from_me: true }, 2);
        await emit({ to: [room], except: [`${room}b`] }, 3);
        await emit({ to: [`${room}b`, `${room}c`, room] }, 4);
        await emit({ to: [c.id] }, 5);
        await emit({ to: [room], except: [a.id] }, 6);
        await emit({ to: [room] }, 'last');
        await Promise.all([a, b, c].map((socket) => until(socket, 'last')));
        const values = (socket) => socket.got.map(([, value]) => value);
        assert.deepEqual(values(a), [1, 3, 4, 'last']);
        assert.deepEqual(values(b), [1, 2, 4, 6, 'last']);
        assert.deepEqual(values(c), [1, 2, 3, 4, 5, 6, 'last']);
      });

      run('bytes', async (a, b, c) => {
        const both = [heard(b, 'bytes'), heard(c, 'bytes')];
        await a.emitWithAck('emit', order({ event: 'bytes', from_me: true }), { deep: [Buffer.of(1, 2)] }, 'x');
        for (const [value, text] of await Promise.all(both)) {
          assert.deepEqual([...new Uint8Array(value.deep[0])], [1, 2]);
          assert.equal(text, 'x');
        }
      });

      run('answers of all', async (a, b, c) => {
        for (const [socket, name] of [[a, 'a'], [b, 'b'], [c, 'c']]) {
          socket.on('who', (hint, answer) => answer(name, hint));
        }
        const [answers, missing] = await asked(a, order({ event: 'who', timeout_ms: 2_000 }), 'hint');
        assert.equal(missing, 0);
        const byId = Object.fromEntries(answers.map(({ id, values }) => [id, values]));
        assert.deepEqual(byId, { [a.id]: ['a', 'hint'], [b.id]: ['b', 'hint'], [c.id]: ['c', 'hint'] });
      });

      run('answers of those who answered in time', async (a, b, c) => {
        a.on('who', (answer) => answer('a'));
        b.on('who', (answer) => answer('b'));
        c.on('who', () => {});
        const start = performance.now();
        const [answers, missing] = await asked(a, order({ event: 'who', timeout_ms: 100 }));
        assert.ok(performance.now() - start >= 95);
        assert.deepEqual(answers.map(({ values }) => values[0]).sort(), ['a', 'b']);
        assert.equal(missing, 1);
      });

      run('one answer, or none in time', async (a) => {
        a.on('me', (answer) => answer('here', Buffer.of(1).length));
        assert.deepEqual(await a.emitWithAck('ask me', { event: 'me', timeout_ms: 2_000 }), ['here', 1]);
        assert.equal(await a.emitWithAck('ask me', { event: 'silence', timeout_ms: 50 }), null);
      });

      run('a client that is not answered in time', async (a) => {
        await assert.rejects(a.timeout(50).emitWithAck('nobody listens'), /timed out/);
      });

      run('fetch, join, leave', async (a, b, c) => {
        const fetched = async (to) => {
          const all = await a.emitWithAck('sockets fetch', { to: [to] });
          return all.map(({ id }) => id).sort();
        };
        assert.deepEqual(await fetched(room), [a.id, b.id, c.id].sort());
        await a.emitWithAck('sockets join', { to: [`${room}b`, `${room}c`], rooms: ['hall'] });
        assert.deepEqual(await fetched('hall'), [b.id, c.id].sort());
        await a.emitWithAck('sockets leave', { to: [c.id], rooms: ['hall'] });
        const [only] = await a.emitWithAck('sockets fetch', { to: ['hall'] });
        assert.equal(only.id, b.id);
        assert.equal(only.address, '127.0.0.1');
        assert.deepEqual(only.rooms.sort(), [room, `${room}b`, 'hall'].sort());
        assert.deepEqual(await fetched('nowhere'), []);
      });

      run('disconnect', async (a, b, c) => {
        const gone = heard(b, 'disconnect');
        const closed = heard(c, 'disconnect');
        await a.emitWithAck('sockets disconnect', { to: [b.id] });
        assert.equal((await gone)[0], 'io server disconnect');
        await a.emitWithAck('sockets disconnect', { to: [c.id], close: true });
        assert.equal((await closed)[0], 'io server disconnect');
        assert.deepEqual(
          (await a.emitWithAck('sockets fetch', order())).map(({ id }) => id),
          [a.id],
        );
      });

      run('reserved names, which the server does not emit either', async (a) => {
        for (const event of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']) {
          assert.equal(await a.emitWithAck('emit', { event }), false);
          assert.equal(await a.emitWithAck('emit to me', { event }), false);
          assert.equal(await a.emitWithAck('emit to me', { event, volatile: true }), false);
          assert.equal(await a.emitWithAck('ask', { event }), false);
        }
        assert.deepEqual(await got(a), []);
      });
    });
  }
}

/** The two arguments of the answer to `ask`. */
const asked = (socket, ...order) =>
  within(5_000, 'the answers', new Promise((resolve) => socket.emit('ask', ...order, (...answer) => resolve(answer))));

async function until(socket, value) {
  if (socket.got.some(([, first]) => first === value)) return;
  await within(5_000, value, new Promise((resolve) => socket.onAny((_, first) => first === value && resolve())));
}

describe('one server', async () => {
  const fixture = await Fixture.start('broadcast');
  after(() => fixture.stop());

  test('a volatile event is dropped while nobody polls, and sent while somebody does', async () => {
    const sender = client(fixture.url, { transports: ['websocket'] });
    const url = `${fixture.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    const poll = async () => (await fetch(`${url}&sid=${sid}`)).text();
    const post = (body) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
    await post('40');
    const { sid: id } = JSON.parse((await poll()).slice(2));
    const tick = (n) => sender.emitWithAck('emit', { to: [id], event: 'tick', volatile: true }, n);
    await tick(1);
    const waiting = poll();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await tick(2);
    assert.equal(await waiting, '42["tick",2]');
    await tick(3);
    await sender.emitWithAck('emit', { to: [id], event: 'tick' }, 4);
    assert.equal(await poll(), '42["tick",4]');
    sender.disconnect();
  });

  describe('middleware', () => {
    const guarded = (auth) => client(`${fixture.url}/guarded`, { auth });
    test('lets in whom it knows', async () => {
      assert.deepEqual(await heard(guarded({ name: 'alice' }), 'welcome'), ['alice']);
    });
    for (const [auth, message, code] of [
      [{}, 'Say who you are', 'no_name'],
      [{ name: 'mallory' }, 'Not you', 'forbidden'],
    ]) {
      test(`refuses with "${message}" and data, and the client may try again`, async () => {
        const socket = guarded(auth);
        const [error] = await heard(socket, 'connect_error');
        assert.equal(error.message, message);
        assert.deepEqual(error.data, { code });
        assert.equal(socket.connected, false);
        socket.auth = { name: 'bob' };
        socket.connect();
        assert.deepEqual(await heard(socket, 'welcome'), ['bob']);
      });
    }
    test('of one namespace is not asked for another', async () => {
      const socket = guarded({});
      const other = socket.io.socket('/');
      await heard(socket, 'connect_error');
      assert.equal(await other.emitWithAck('join', { rooms: ['r'] }), true);
    });
  });

  test('a socket is in at most 64 rooms, and their names have at most 128 bytes', async () => {
    const socket = client(fixture.url);
    const rooms = Array.from({ length: 62 }, (_, n) => `r${n}`);
    assert.equal(await socket.emitWithAck('join', { rooms }), true);
    assert.equal(await socket.emitWithAck('join', { rooms: ['x'.repeat(129)] }), false);
    assert.equal(await socket.emitWithAck('join', { rooms: ['x'.repeat(128)] }), true);
    assert.equal(await socket.emitWithAck('join', { rooms: ['one', 'too many'] }), false);
    socket.disconnect();
  });
});
