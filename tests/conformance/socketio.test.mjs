// Socket.IO 5 by raw frames, packet for packet, and by socket.io-client: the profile socketio.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { Fixture, Frames, within } from './support/fixture.mjs';

const fixture = await Fixture.start('socketio');
after(() => fixture.stop());

const ONE = '{"_placeholder":true,"num":0}';
const TWO = `${ONE},{"_placeholder":true,"num":1}`;

async function open() {
  const frames = await Frames.open(`${fixture.ws}/socket.io/?EIO=4&transport=websocket`);
  assert.match(await frames.next(), /^0\{"sid":"/);
  return frames;
}

async function connect() {
  const frames = await open();
  frames.send('40');
  assert.match(await frames.next(), /^40\{"sid":"[\w-]{20}"\}$/);
  assert.equal(await frames.next(), '42["auth",{}]');
  return frames;
}

describe('CONNECT', () => {
  test('is answered with a socket id and then the auth', async () => {
    const frames = await open();
    frames.send('40{"token":"x"}', '40/custom,{"n":[1,null]}');
    assert.match(await frames.next(), /^40\{"sid"/);
    assert.match(await frames.next(), /^40\/custom,\{"sid":"[\w-]{20}"\}$/);
    const told = [await frames.next(), await frames.next()].sort();
    assert.deepEqual(told, ['42/custom,["auth",{"n":[1,null]}]', '42["auth",{"token":"x"}]']);
    frames.end();
  });
  test('to an unknown namespace is refused, and the client stays', async () => {
    const frames = await open();
    frames.send('40/random');
    assert.equal(await frames.next(), '44/random,{"message":"Invalid namespace"}');
    frames.send('40');
    assert.match(await frames.next(), /^40\{"sid"/);
    frames.end();
  });
  test('must come within a second', async () => {
    const start = performance.now();
    await (await open()).closed;
    const took = performance.now() - start;
    assert.ok(took > 900 && took < 2_000, `after ${took} ms`);
  });
});

describe('messages', () => {
  test('come back as they were sent', async () => {
    const frames = await connect();
    frames.send('42["message",1,"2",{"3":[true,null]},"€😀"]');
    assert.equal(await frames.next(), '42["message-back",1,"2",{"3":[true,null]},"€😀"]');
    frames.end();
  });
  test('come back with their attachments', async () => {
    const frames = await connect();
    frames.send(`452-["message",${TWO}]`, Buffer.from([1]), Buffer.from([]));
    assert.equal(await frames.next(), `452-["message-back",${TWO}]`);
    assert.deepEqual(await frames.next(), Buffer.from([1]));
    assert.deepEqual(await frames.next(), Buffer.from([]));
    frames.end();
  });
  test('are acknowledged', async () => {
    const frames = await connect();
    frames.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    assert.equal(await frames.next(), '43456[1,"2",{"3":[false]}]');
    frames.end();
  });
  test('are acknowledged with attachments', async () => {
    const frames = await connect();
    frames.send(`451-789["message-with-ack",{"deep":${ONE}}]`, Buffer.from([7, 8]));
    assert.equal(await frames.next(), `461-789[{"deep":${ONE}}]`);
    assert.deepEqual(await frames.next(), Buffer.from([7, 8]));
    frames.end();
  });
});

test('leaving a namespace leaves the others', async () => {
  const frames = await connect();
  frames.send('40/custom', '41');
  assert.match(await frames.next(), /^40\/custom,/);
  assert.match(await frames.next(), /^42\/custom,\["auth"/);
  frames.send('40');
  assert.match(await frames.next(), /^40\{"sid"/);
  frames.end();
});

describe('a client is ended within 200 ms of', () => {
  const ten = Array.from({ length: 10 }, (_, n) => `{"_placeholder":true,"num":${n}}`);
  for (const packet of [
    '4abc', '49', '42', '42[]', '42{}', '42[true]', '42abc["message"]', '42["message"',
    '43[1]', '4399999999999999999999[1]', '44{"message":"no"}', '41["why"]', '40[]', '40{}',
    '42/custom,["message"]', '42/nowhere,["message"]',
    '42["connect"]', '42["connect_error"]', '42["disconnect"]', '42["disconnecting"]',
    '42["newListener"]', '42["removeListener"]',
    '45["message"]', '45-["message"]', `4511-["message",${ten.join(',')}]`,
  ]) {
    test(packet.slice(0, 40), async () => {
      const frames = await connect();
      frames.send(packet);
      await within(200, 'the end', frames.closed);
    });
  }
  test('a placeholder that names no attachment', async () => {
    const frames = await connect();
    frames.send(`451-["message",${TWO}]`, Buffer.from([1]));
    await within(200, 'the end', frames.closed);
  });
  test('text where an attachment was due', async () => {
    const frames = await connect();
    frames.send(`451-["message",${ONE}]`, '42["message"]');
    await within(200, 'the end', frames.closed);
  });
  test('binary that nothing announced', async () => {
    const frames = await connect();
    frames.send(Buffer.from([1]));
    await within(200, 'the end', frames.closed);
  });
  for (const packet of ['42["message"]', '41', '430[]', '4abc']) {
    test(`${packet} before CONNECT`, async () => {
      const frames = await open();
      frames.send(packet);
      await within(200, 'the end', frames.closed);
    });
  }
});

test('ten attachments are taken', async () => {
  const frames = await connect();
  const marks = Array.from({ length: 10 }, (_, n) => `{"_placeholder":true,"num":${n}}`).join(',');
  frames.send(`4510-["message",${marks}]`, ...Array.from({ length: 10 }, (_, n) => Buffer.of(n)));
  assert.equal(await frames.next(), `4510-["message-back",${marks}]`);
  for (let n = 0; n < 10; ++n) assert.deepEqual(await frames.next(), Buffer.of(n));
  frames.end();
});

test('polling carries the same packets, and any origin may read them', async () => {
  const url = `${fixture.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await fetch(url, { headers: { origin: 'https://any.example' } });
  assert.equal(opened.headers.get('access-control-allow-origin'), '*');
  const { sid } = JSON.parse((await opened.text()).slice(1));
  const session = `${url}&sid=${sid}`;
  const post = (body) => fetch(session, { method: 'POST', body });
  await post('40');
  let seen = await (await fetch(session)).text();
  while (!seen.includes('auth')) seen += `\x1e${await (await fetch(session)).text()}`;
  assert.match(seen, /^40\{"sid":"[\w-]{20}"\}\x1e42\["auth",\{\}\]$/);
  await post(`451-["message",${ONE}]\x1ebAAE=`);
  assert.equal(await (await fetch(session)).text(), `451-["message-back",${ONE}]\x1ebAAE=`);
});

for (const transport of ['polling', 'websocket']) {
  test(`socket.io-client talks to it over ${transport}`, async () => {
    const auth = { token: 'x' };
    const main = io(fixture.url, { forceNew: true, reconnection: false, transports: [transport], auth });
    const heard = (socket, name) =>
      within(5_000, name, new Promise((resolve) => socket.once(name, (...args) => resolve(args))));
    try {
      assert.deepEqual(await heard(main, 'auth'), [auth]);
      const custom = main.io.socket('/custom', { auth: { token: 'y' } });
      assert.deepEqual(await heard(custom, 'auth'), [{ token: 'y' }]);
      const bytes = Buffer.from([1, 2, 3]);
      main.emit('message', 1, 'two', { three: [bytes] });
      const [one, two, { three }] = await heard(main, 'message-back');
      assert.deepEqual([one, two, [...new Uint8Array(three[0])]], [1, 'two', [1, 2, 3]]);
      const acked = await new Promise((resolve) =>
        main.emit('message-with-ack', 1, bytes, [null], (...args) => resolve(args)),
      );
      assert.deepEqual([acked[0], [...new Uint8Array(acked[1])], acked[2]], [1, [1, 2, 3], [null]]);
      const [error] = await heard(main.io.socket('/random'), 'connect_error');
      assert.equal(error.message, 'Invalid namespace');
    } finally {
      main.io.engine.close();
    }
  });
}
