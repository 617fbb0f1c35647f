// The profile client: everything that an unmodified socket.io-client can ask for.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { Fixture, within } from './support/fixture.mjs';

const fixture = await Fixture.start('client');
const open = [];
after(async () => {
  for (const socket of open) socket.disconnect();
  await fixture.stop();
});

function client(nsp = '', options = {}) {
  const socket = io(fixture.url + nsp, { forceNew: true, reconnection: false, ...options });
  open.push(socket);
  return socket;
}

const heard = (socket, event) =>
  within(5_000, event, new Promise((resolve) => socket.once(event, (...args) => resolve(args))));

for (const transport of ['polling', 'websocket']) {
  describe(`over ${transport}`, () => {
    const own = (nsp, options = {}) => client(nsp, { transports: [transport], ...options });

    test('events of text come back', async () => {
      const socket = own();
      for (const [sent, event, expected] of [
        ['hi', 'hi', []],
        ['false', 'false', [false]],
      ]) {
        socket.emit(sent);
        // With recovery, each event ends with its offset.
        assert.deepEqual((await heard(socket, event)).slice(0, -1), expected);
      }
      const texts = [];
      socket.on('takeUtf8', (text) => texts.push(text));
      socket.emit('getUtf8');
      await socket.emitWithAck('echo', 0);
      assert.deepEqual(texts, [
        'てすと', 'Я Б Г Д Ж Й', 'Ä ä Ü ü ß', 'utf8 — string', 'utf8 — string',
      ]);
    });

    test('dates are dates', async () => {
      const socket = own();
      const isNow = (text) => Math.abs(Date.parse(text) - Date.now()) < 5_000;
      socket.emit('getDate');
      assert.ok(isNow((await heard(socket, 'takeDate'))[0]));
      socket.emit('getDateObj');
      assert.ok(isNow((await heard(socket, 'takeDateObj'))[0].date));
      assert.ok(isNow(await socket.emitWithAck('getAckDate', { test: true })));
    });

    test('acknowledgements go both ways, with bytes in them', async () => {
      const socket = own();
      assert.deepEqual(await socket.emitWithAck('echo', { a: [1, null] }), { a: [1, null] });
      const bytes = await socket.emitWithAck('echo', { deep: [Buffer.from([1, 2])] });
      assert.deepEqual([...new Uint8Array(bytes.deep[0])], [1, 2]);
      socket.on('ack', (answer) => answer(5, { test: true }));
      socket.emit('ack');
      await heard(socket, 'got it');
    });

    test('bytes arrive, and are told apart from text', async () => {
      const socket = own();
      for (const [sent, event] of [['doge', 'doge'], ['getbin', 'takebin']]) {
        socket.emit(sent);
        assert.equal(String(Buffer.from((await heard(socket, event))[0])), 'asdfasdf');
      }
      const bytes = Buffer.from('bytes');
      const mixed = { hello: 'lol', message: bytes, goodbye: 'gotcha' };
      for (const [sent, value, event] of [
        ['buffa', bytes, 'buffack'],
        ['blob', bytes, 'back'],
        ['jsonbuff', mixed, 'jsonbuff-ack'],
        ['jsonblob', mixed, 'jsonblob-ack'],
      ]) {
        socket.emit(sent, value);
        await heard(socket, event);
      }
      let wrong = false;
      socket.once('buffack', () => (wrong = true));
      socket.emit('buffa', 'text');
      await socket.emitWithAck('echo', 0);
      assert.equal(wrong, false);
    });

    test('bytes keep their place among other messages', async () => {
      const socket = own();
      socket.emit('abuff1', Buffer.from('one'));
      socket.emit('abuff2', 'two');
      await heard(socket, 'abuff2-ack');
      socket.emit('blob1', Buffer.from('first'));
      socket.emit('blob2', 'second');
      socket.emit('blob3', Buffer.from('third'));
      await heard(socket, 'blob3-ack');
    });

    test('the handshake tells headers, query, auth and address', async () => {
      const socket = own('?key=%26%3Dbar', {
        auth: { token: 'x' },
        extraHeaders: { 'x-till': 'three' },
      });
      const handshake = await socket.emitWithAck('getHandshake');
      assert.equal(handshake.headers['x-till'], 'three');
      assert.equal(handshake.query.key, '&=bar');
      assert.equal(handshake.query.EIO, '4');
      assert.deepEqual(handshake.auth, { token: 'x' });
      assert.equal(handshake.address, '127.0.0.1');
      assert.equal(handshake.secure, false);
      assert.equal(handshake.xdomain, false);
      assert.match(handshake.url, /^\/socket\.io\/\?/);
      assert.ok(Math.abs(handshake.issued - Date.now()) < 5_000);
      assert.ok(Math.abs(Date.parse(handshake.time) - Date.now()) < 5_000);
    });
  });
}

test('a handshake is let in after its delay', async () => {
  const start = performance.now();
  await fetch(`${fixture.url}/socket.io/?EIO=4&transport=polling`);
  assert.ok(performance.now() - start >= 9);
});

describe('namespaces', () => {
  test('have sockets of their own, with ids of 20 characters, over one connection', async () => {
    const main = client();
    const foo = main.io.socket('/foo');
    const ids = [await main.emitWithAck('getId'), await foo.emitWithAck('getId')];
    assert.deepEqual(ids, [main.id, foo.id]);
    assert.notEqual(ids[0], ids[1]);
    for (const id of ids) assert.equal(id.length, 20);
  });
  test('can all be joined', async () => {
    for (const nsp of ['/timeout_socket', '/valid', '/asd']) {
      await heard(client(nsp), 'connect');
    }
    const [handshake] = await heard(client('/abc?b=c'), 'handshake');
    assert.equal(handshake.query.b, 'c');
  });
  for (const [nsp, message] of [
    ['/no', 'Auth failed (custom namespace)'],
    ['/invalid', 'Invalid namespace'],
    ['/?fail=true', 'Auth failed (main namespace)'],
  ]) {
    test(`${nsp} is refused: ${message}`, async () => {
      const [error] = await heard(client(nsp), 'connect_error');
      assert.equal(error.message, message);
    });
  }
});

test('an upgrade in the middle of traffic loses and reorders nothing', async () => {
  const socket = client('', { transports: ['polling', 'websocket'] });
  const answers = [];
  const upgraded = new Promise((resolve) => {
    socket.io.once('open', () => socket.io.engine.once('upgrade', resolve));
  });
  const all = [];
  for (let n = 0; n < 300; ++n) {
    const value = n % 3 === 0 ? Buffer.of(n % 256) : n;
    all.push(socket.emitWithAck('echo', value).then(() => answers.push(n)));
    if (n % 10 === 0) await new Promise(setImmediate);
  }
  await within(5_000, 'the upgrade', upgraded);
  await within(5_000, 'all answers', Promise.all(all));
  assert.deepEqual(answers, Array.from({ length: 300 }, (_, n) => n));
});
