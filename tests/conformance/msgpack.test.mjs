// The switch --parser msgpack: the same servers, spoken to by socket.io-client with npm's
// socket.io-msgpack-parser.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import * as parser from 'socket.io-msgpack-parser';
import { Fixture, Frames, within } from './support/fixture.mjs';

const servers = Object.fromEntries(
  await Promise.all(
    ['client', 'broadcast', 'socketio'].map(async (profile) => [
      profile,
      await Fixture.start(profile, '--parser', 'msgpack', '--threads', '2'),
    ]),
  ),
);
const open = [];
after(async () => {
  for (const socket of open) socket.disconnect();
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

function client(profile, transport, nsp = '', options = {}) {
  const socket = io(servers[profile].url + nsp, {
    forceNew: true,
    reconnection: false,
    transports: [transport],
    parser: parser.default ?? parser,
    ...options,
  });
  open.push(socket);
  return socket;
}

const heard = (socket, event) =>
  within(5_000, event, new Promise((resolve) => socket.once(event, (...args) => resolve(args))));

for (const transport of ['polling', 'websocket']) {
  describe(`over ${transport}`, () => {
    test('values of every kind come back', async () => {
      const socket = client('client', transport);
      for (const value of [
        null, true, 0, -1, 127, 128, -129, 65_536, 2 ** 40, -(2 ** 40), 0.1, 1.5e-300, '', 'てすと 😀',
        'x'.repeat(70_000), [], [1, [2, [3]]], {}, { a: { b: [null, 'c'] } }, Array.from({ length: 300 }, (_, n) => n),
      ]) {
        assert.deepEqual(await socket.emitWithAck('echo', value), value);
      }
    });
    test('bytes come back, more than ten as well', async () => {
      const socket = client('client', transport);
      const many = Array.from({ length: 20 }, (_, n) => Buffer.of(n));
      const back = await socket.emitWithAck('echo', { many });
      assert.deepEqual(back.many.map((bytes) => bytes[0]), [...Array(20).keys()]);
      socket.emit('doge');
      assert.equal(String(Buffer.from((await heard(socket, 'doge'))[0])), 'asdfasdf');
      socket.emit('jsonbuff', { hello: 'lol', message: Buffer.from('bytes'), goodbye: 'gotcha' });
      await heard(socket, 'jsonbuff-ack');
    });
    test('acknowledgements go both ways', async () => {
      const socket = client('client', transport);
      socket.on('ack', (answer) => answer(5, { test: true }));
      socket.emit('ack');
      await heard(socket, 'got it');
    });
    test('namespaces, auth and refusals', async () => {
      const foo = client('client', transport, '/foo');
      assert.equal(await foo.emitWithAck('getId'), foo.id);
      for (const [nsp, message] of [
        ['/no', 'Auth failed (custom namespace)'],
        ['/invalid', 'Invalid namespace'],
      ]) {
        const [error] = await heard(client('client', transport, nsp), 'connect_error');
        assert.equal(error.message, message);
      }
      const [error] = await heard(client('broadcast', transport, '/guarded', { auth: { name: 'mallory' } }), 'connect_error');
      assert.deepEqual(error.data, { code: 'forbidden' });
    });
    test('broadcasts, with and without answers, and a disconnect', async () => {
      const sockets = await Promise.all(
        [1, 2, 3].map(async () => {
          const socket = client('broadcast', transport);
          await socket.emitWithAck('join', { rooms: [transport] });
          socket.on('who', (answer) => answer(socket.id));
          return socket;
        }),
      );
      const all = sockets.map((socket) => heard(socket, 'said'));
      await sockets[0].emitWithAck('emit', { to: [transport], event: 'said' }, { n: 1 }, Buffer.of(9));
      for (const [value, bytes] of await Promise.all(all)) {
        assert.deepEqual(value, { n: 1 });
        assert.deepEqual([...bytes], [9]);
      }
      const [answers, missing] = await new Promise((resolve) =>
        sockets[0].emit('ask', { to: [transport], event: 'who', timeout_ms: 2_000 }, (...answer) => resolve(answer)),
      );
      assert.equal(missing, 0);
      assert.deepEqual(answers.map(({ values }) => values[0]).sort(), sockets.map(({ id }) => id).sort());
      const gone = heard(sockets[1], 'disconnect');
      await sockets[0].emitWithAck('sockets disconnect', { to: [sockets[1].id] });
      assert.deepEqual((await gone)[0], 'io server disconnect');
    });
  });
}

test('an upgrade in the middle of traffic loses and reorders nothing', async () => {
  const socket = client('client', 'polling', '', { transports: ['polling', 'websocket'] });
  const answers = [];
  const upgraded = new Promise((resolve) => {
    socket.io.once('open', () => socket.io.engine.once('upgrade', resolve));
  });
  const all = Array.from({ length: 200 }, (_, n) =>
    socket.emitWithAck('echo', n % 3 ? n : Buffer.of(n)).then(() => answers.push(n)),
  );
  await within(5_000, 'the upgrade', upgraded);
  await within(5_000, 'all answers', Promise.all(all));
  assert.deepEqual(answers, [...Array(200).keys()]);
});

describe('a client is ended within 200 ms of', () => {
  const bytes = (value) => new parser.Encoder().encode(value)[0];
  for (const [name, packet] of [
    ['a text packet', '40'],
    ['bytes that are no MessagePack', Buffer.of(0xc1)],
    ['a number', bytes(1)],
    ['an unknown type', bytes({ type: 7, nsp: '/', data: ['message'] })],
    ['no namespace', bytes({ type: 2, data: ['message'] })],
    ['a reserved event', bytes({ type: 2, nsp: '/', data: ['disconnect'] })],
    ['an event without a name', bytes({ type: 2, nsp: '/', data: [] })],
    ['an event in a namespace that it is not in', bytes({ type: 2, nsp: '/custom', data: ['message'] })],
    ['an acknowledgement without an id', bytes({ type: 3, nsp: '/', data: [] })],
  ]) {
    test(name, async () => {
      const frames = await Frames.open(`${servers.socketio.ws}/socket.io/?EIO=4&transport=websocket`);
      await frames.next();
      frames.send(bytes({ type: 0, nsp: '/' }));
      assert.equal(new Uint8Array(await frames.next())[0] >> 4, 8, 'a map');
      await frames.next();
      frames.send(name === 'a text packet' ? `4${packet}` : packet);
      await within(200, 'the end', frames.closed);
    });
  }
});
