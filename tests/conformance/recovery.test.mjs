// Connection state recovery in memory: raw frames, and socket.io-client as it is.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import * as msgpack from 'socket.io-msgpack-parser';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fixture, Frames, within } from './support/fixture.mjs';

const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';
const OFFSET = /^[^:]+:\d+:\d+$/;

const running = [];
async function fixture(...args) {
  const started = await Fixture.start(...args);
  running.push(started);
  return started;
}
const open = [];
after(async () => {
  for (const socket of open) socket.disconnect();
  for (const started of running) await started.stop();
});

const client = await fixture('client');

async function raw(server, connect) {
  const frames = await Frames.open(server.ws + SOCKET_IO);
  await frames.next();
  frames.send(connect);
  return frames;
}
async function connected(frames) {
  const packet = await frames.next();
  assert.match(packet, /^40\{/);
  return JSON.parse(packet.slice(2));
}
const event = (packet) => {
  assert.match(packet, /^42\[/);
  return JSON.parse(packet.slice(2));
};
const present = (pid, offset) => `40${JSON.stringify(offset === undefined ? { pid } : { pid, offset })}`;
const heard = (socket, name) =>
  within(5_000, name, new Promise((resolve) => socket.once(name, (...args) => resolve(args))));

/** Waits until the server has noticed that the connection is gone. */
async function end(frames) {
  frames.end();
  await frames.closed;
  await sleep(20);
}

describe('raw frames', () => {
  test('a connection is answered with a private id, and an event ends with its offset', async () => {
    const frames = await raw(client, '40');
    const { sid, pid } = await connected(frames);
    assert.equal(sid.length, 20);
    assert.ok(typeof pid === 'string' && pid !== sid);
    frames.send('42["hi"]');
    const [name, offset, ...more] = event(await frames.next());
    assert.equal(name, 'hi');
    assert.match(offset, OFFSET);
    assert.equal(more.length, 0);
    frames.send('42["ack"]');
    assert.deepEqual(event((await frames.next()).replace('420', '42')), ['ack']);
    frames.send('42["doge"]');
    assert.match(await frames.next(), /^451-\["doge",\{"_placeholder":true,"num":0\},"[^"]+"\]$/);
    frames.end();
  });

  test('what was missed comes first, then the same ids', async () => {
    const frames = await raw(client, '40');
    const { sid, pid } = await connected(frames);
    frames.send('42["hi"]', '42["getId"]', '42["false"]');
    const first = event(await frames.next()).at(-1);
    const rest = event(await frames.next());
    await end(frames);
    const again = await raw(client, present(pid, first));
    assert.deepEqual(event(await again.next()), rest);
    assert.deepEqual(await connected(again), { sid, pid });
    again.send('42["hi"]');
    const last = event(await again.next()).at(-1);
    await end(again);
    const once_more = await raw(client, present(pid, last));
    assert.deepEqual(await connected(once_more), { sid, pid });
    once_more.end();
  });

  test('a client that had no event yet gets all since the start', async () => {
    const frames = await raw(client, '40');
    const { sid, pid } = await connected(frames);
    await end(frames);
    const again = await raw(client, present(pid));
    assert.deepEqual(await connected(again), { sid, pid });
    again.send('42["hi"]');
    const got = event(await again.next());
    await end(again);
    const third = await raw(client, present(pid));
    assert.deepEqual(event(await third.next()), got);
    assert.deepEqual(await connected(third), { sid, pid });
    third.end();
  });

  test('what is no offset or no session starts a new one', async () => {
    const frames = await raw(client, '40');
    const { sid, pid } = await connected(frames);
    frames.send('42["hi"]');
    const offset = event(await frames.next()).at(-1);
    await end(frames);
    for (const auth of [
      present(pid, 'garbage'), present(pid, ''), present(pid, 7), present(pid, {}),
      present(pid, `${offset}0000`), present(pid, offset.replace(/^[^:]+/, 'other')),
      present('x'.repeat(20), offset), present('short'), present(''), present(7), present([pid]),
    ]) {
      const other = await raw(client, auth);
      const answer = await connected(other);
      assert.notEqual(answer.sid, sid, auth);
      assert.notEqual(answer.pid, pid, auth);
      other.end();
    }
  });

  test('a session that is presented twice is held once', async () => {
    const frames = await raw(client, '40');
    const ids = await connected(frames);
    const second = await raw(client, present(ids.pid));
    assert.deepEqual(await connected(second), ids);
    assert.equal(await frames.next(), '41');
    await end(frames);
    second.send('42["hi"]');
    assert.equal(event(await second.next())[0], 'hi');
    second.end();
  });

  test('a session that its client left is over, and so is one of another namespace', async () => {
    const frames = await raw(client, '40');
    const { pid } = await connected(frames);
    const foreign = await raw(client, `40/foo,${JSON.stringify({ pid })}`);
    const packet = await foreign.next();
    assert.match(packet, /^40\/foo,\{/);
    assert.ok(!packet.includes(pid));
    foreign.end();
    frames.send('41');
    await end(frames);
    const again = await raw(client, present(pid));
    assert.notEqual((await connected(again)).pid, pid);
    again.end();
  });

  test('without recovery there is neither', async () => {
    const plain = await fixture('client', '--no-recovery');
    const frames = await raw(plain, '40');
    assert.deepEqual(Object.keys(await connected(frames)), ['sid']);
    frames.send('42["hi"]');
    assert.equal(await frames.next(), '42["hi"]');
    frames.end();
  });
});

describe('socket.io-client', () => {
  const start = (server, options = {}) => {
    const socket = io(server.url, {
      forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options,
    });
    open.push(socket);
    return socket;
  };

  const parsers = [['json', {}], ['msgpack', { parser: msgpack.default ?? msgpack }]];
  for (const [parser, options] of parsers) {
    for (const transport of ['polling', 'websocket']) {
      test(`is recovered over ${transport} in ${parser}, with what it missed`, async () => {
        const server = await fixture('client', '--parser', parser);
        const socket = start(server, { transports: [transport], ...options });
        await heard(socket, 'connect');
        assert.equal(socket.recovered, false);
        const { id } = socket;
        socket.emit('hi');
        const [offset, ...none] = await heard(socket, 'hi');
        assert.match(offset, OFFSET);
        assert.deepEqual(none, []);
        socket.emit('doge');
        const [bytes, next] = await heard(socket, 'doge');
        assert.equal(String(Buffer.from(bytes)), 'asdfasdf');
        assert.match(next, OFFSET);
        // As if the last event had not come.
        socket._lastOffset = offset;
        const again = heard(socket, 'doge');
        socket.io.engine.close();
        await heard(socket, 'connect');
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
        assert.equal((await again)[1], next);
        socket.disconnect();
        socket.connect();
        await heard(socket, 'connect');
        assert.equal(socket.recovered, false);
      });
    }
  }

  for (const [threads, parser, options] of [['1', ...parsers[0]], ['3', ...parsers[0]], ['2', ...parsers[1]]]) {
    test(`has every broadcast once and in order on ${threads} loops in ${parser}`, async () => {
      const server = await fixture('room', '--recovery', '--threads', threads, '--parser', parser);
      const members = Array.from({ length: 8 }, () => start(server, { transports: ['websocket'], ...options }));
      const got = members.map(() => []);
      await Promise.all(members.map(async (socket, i) => {
        socket.on('msg', (message) => got[i].push(message.n));
        await heard(socket, 'connect');
        await socket.timeout(5_000).emitWithAck('join', 'room1');
      }));
      const sender = start(server, { transports: ['websocket'], ...options });
      await heard(sender, 'connect');
      const count = 300;
      for (let n = 0; n < count; ++n) {
        sender.emit('pub', { n });
        if (n % 10 === 0) members[(n / 10) % members.length].io.engine.close();
        await sleep(2);
      }
      const all = Array.from({ length: count }, (_, n) => n);
      await within(10_000, 'all messages', (async () => {
        while (got.some((messages) => messages.at(-1) !== count - 1)) await sleep(20);
      })());
      for (const [i, messages] of got.entries()) assert.deepEqual(messages, all, `member ${i}`);
      assert.ok(members.every((socket) => socket.recovered));
    });
  }
});
