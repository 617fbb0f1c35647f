// Back-pressure: a thousand clients of which a hundred never read cost the server no memory, and the
// others miss nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Fixture, Frames, within } from './support/fixture.mjs';

const READERS = 900;
const SLOW_WEBSOCKETS = 80;
const SLOW_POLLING = 20;
const OUTBOX_BYTES = 256 * 1024;
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;

const fixture = await Fixture.start('room', '--outbox-bytes', String(OUTBOX_BYTES));
after(() => fixture.stop());

const engine = `/socket.io/?EIO=4&transport=`;
const rssBytes = () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${fixture.pid}/status`, 'utf8'))[1]);
const descriptors = () => readdirSync(`/proc/${fixture.pid}/fd`).length;

/** A WebSocket in room1: plain, or Socket.IO by raw frames. `numbers` are those it was sent. */
async function member(kind) {
  const socket = new WebSocket(fixture.ws + (kind === 'plain' ? '/ws' : `${engine}websocket`));
  const one = { kind, socket, count: 0, wrong: [] };
  socket.on('error', () => {});
  one.ended = new Promise((resolve) => socket.once('close', resolve));
  const joined = new Promise((resolve) => {
    socket.on('message', (data) => {
      const head = data.toString('latin1', 0, 40);
      const number = /^(?:42\["msg",\{"n":"|)(\d+) x/.exec(head);
      if (number) {
        if (Number(number[1]) !== one.count) one.wrong.push(Number(number[1]));
        ++one.count;
        one.counted?.();
      } else if (head.startsWith('0{')) socket.send('40');
      else if (head.startsWith('40')) socket.send('420["join","room1"]');
      else if (head === 'ok' || head === '430["ok"]') resolve();
      else if (head === '2') socket.send('3');
    });
  });
  await new Promise((resolve) => socket.once('open', resolve));
  if (kind === 'plain') socket.send('join');
  await within(10_000, 'joined', joined);
  return one;
}

const members = (n) => Promise.all(Array.from({ length: n }, (_, i) => member(i % 2 ? 'plain' : 'Socket.IO')));

/** A polling session that joins and then never polls. */
async function idlePoller() {
  const url = `${fixture.url}${engine}polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
  const post = (body) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
  await post('40');
  await post('42["join","room1"]');
  return () => fetch(`${url}&sid=${sid}`);
}

test('a hundred of a thousand clients never read', async () => {
  // Both forms of each message: Socket.IO's by one publisher, the text of plain WebSockets by the other.
  const plain = await Frames.open(`${fixture.ws}/ws`);
  const live = await Frames.open(`${fixture.ws}${engine}websocket`);
  live.send('40');
  let next = 0;
  const publish = (messages, bytes) => {
    for (const end = next + messages; next < end; ++next) {
      const text = `${next} ${'x'.repeat(bytes)}`;
      plain.send(text);
      live.send(`42["pub",{"n":"${text}"}]`);
    }
  };

  const slow = await members(SLOW_WEBSOCKETS);
  for (const { socket } of slow) socket.pause();
  // What the kernel takes for those who do not read; the server owes them little of it yet.
  publish(200, 16 * 1024);
  const base = next;
  await sleep(300);

  const readers = await members(READERS);
  for (const reader of readers) reader.count = base;
  const polls = await Promise.all(Array.from({ length: SLOW_POLLING }, idlePoller));
  const joined = { descriptors: descriptors(), rss: rssBytes() };

  let rss = joined.rss;
  const gone = () => joined.descriptors - descriptors() >= SLOW_WEBSOCKETS;
  for (let batch = 0; batch < 100 && !(gone() && batch >= 4); ++batch) {
    const end = next + 25;
    const all = readers.map(
      (reader) => new Promise((resolve) => (reader.counted = () => reader.count === end && resolve())),
    );
    publish(25, 4 * 1024);
    await within(10_000, `batch ${batch}`, Promise.all(all));
    rss = Math.max(rss, rssBytes());
  }

  for (const reader of readers) {
    assert.deepEqual(reader.wrong, [], 'every message, in order');
    assert.equal(reader.socket.readyState, WebSocket.OPEN);
  }
  const grown = rss - joined.rss;
  assert.ok(grown < GROWTH_BYTES_MAX, `memory grew by ${grown} bytes`);
  await until(gone, 'the end of those who do not read');
  for (const { socket, ended } of slow) {
    socket.resume();
    assert.ok([1006, 4408].includes(await within(5_000, 'the end', ended)));
  }
  for (const poll of polls) {
    const answer = await poll();
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { code: 1, message: 'Session ID unknown' });
  }
  for (const { socket } of readers) socket.terminate();
  plain.end();
  live.end();
});

async function until(true_, what) {
  for (let i = 0; i < 100; ++i) {
    if (true_()) return;
    await sleep(30);
  }
  assert.fail(`${what} did not come`);
}

test('who is too slow and reads after all is told 4408', async () => {
  const slow = await member('plain');
  const quick = await member('plain');
  const codes = [];
  slow.ended.then((code) => codes.push(code));
  // How much the kernel takes is its own affair, so more and more is sent until the server has had to queue.
  for (let megabytes = 8; megabytes <= 128 && codes.length === 0; megabytes *= 2) {
    slow.socket.pause();
    for (let sent = 0; sent < megabytes; ++sent) {
      const end = quick.count + 64;
      const all = new Promise((resolve) => (quick.counted = () => quick.count === end && resolve()));
      for (let n = quick.count; n < end; ++n) quick.socket.send(`${n} ${'x'.repeat(16 * 1024)}`);
      await within(10_000, 'a megabyte', all);
    }
    slow.socket.resume();
    await sleep(300);
  }
  assert.deepEqual(codes, [4408]);
  assert.deepEqual(quick.wrong, []);
  quick.socket.terminate();
});
