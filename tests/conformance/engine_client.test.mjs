// The profile engine-client: what engine.io-client asks of a server, by that client.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Socket } from 'engine.io-client';
import { Fixture } from './support/fixture.mjs';

const fixture = await Fixture.start('engine-client', '--cookies');
after(() => fixture.stop());

const client = (options = {}) => new Socket(fixture.url, { path: '/engine.io/', ...options });

/** The next messages of a client, in order. */
function inbox(socket) {
  const messages = [];
  const waiting = [];
  socket.on('message', (message) => {
    const next = waiting.shift();
    if (next) next(message);
    else messages.push(message);
  });
  return () =>
    messages.length > 0
      ? Promise.resolve(messages.shift())
      : new Promise((resolve) => waiting.push(resolve));
}

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`greets, echoes, and gives bytes and letters over ${transports.join(' and ')}`, async () => {
    const socket = client({ transports });
    const next = inbox(socket);
    assert.equal(await next(), 'hi');
    socket.send('give utf8');
    assert.equal(await next(), 'пойду спать всем спокойной ночи');
    socket.send('give binary');
    assert.deepEqual([...new Uint8Array(await next())], [0, 1, 2, 3, 4]);
    if (transports.length > 1 && socket.transport.name === 'polling') {
      await new Promise((resolve) => socket.once('upgrade', resolve));
    }
    socket.send(Buffer.from([9, 8, 7]));
    assert.deepEqual([...new Uint8Array(await next())], [9, 8, 7]);
    socket.send('over');
    assert.equal(await next(), 'over');
    socket.close();
  });
}

test('sends back the headers of the POST', async () => {
  const socket = client({ transports: ['polling'], extraHeaders: { 'X-Till': 'three' } });
  const next = inbox(socket);
  await next();
  socket.send('sendHeaders');
  assert.equal(JSON.parse(await next())['x-till'], 'three');
  socket.close();
});

describe('a query with deny', () => {
  for (const transport of ['polling', 'websocket']) {
    test(`is refused over ${transport}`, async () => {
      const socket = client({ transports: [transport], query: { deny: 1 } });
      const error = await new Promise((resolve) => socket.once('error', resolve));
      assert.equal(error.type, 'TransportError');
    });
  }
  test('is 403', async () => {
    const answer = await fetch(`${fixture.url}/engine.io/?EIO=4&transport=polling&deny=1`);
    assert.equal(answer.status, 403);
    assert.deepEqual(await answer.json(), { code: 4, message: 'Forbidden' });
  });
});

test('sets the cookies on the handshake and never again', async () => {
  const url = `${fixture.url}/engine.io/?EIO=4&transport=polling`;
  const answer = await fetch(url);
  const cookies = answer.headers.getSetCookie();
  assert.deepEqual(cookies.slice(0, 3), [
    '1=1; Max-Age=86400',
    '2=2; Path=/; HttpOnly; Secure; SameSite=Strict',
    '3=3; Max-Age=0',
  ]);
  const expires = /^4=4; Expires=(.*)$/.exec(cookies[3])[1];
  assert.ok(Math.abs(Date.parse(expires) - Date.now()) < 60_000);
  const { sid } = JSON.parse((await answer.text()).slice(1));
  assert.deepEqual((await fetch(`${url}&sid=${sid}`)).headers.getSetCookie(), []);
});

test('says its maximum, which the client keeps to', async () => {
  const socket = client({ transports: ['polling'] });
  const next = inbox(socket);
  await next();
  for (let i = 0; i < 10; ++i) socket.send(`${i}${'x'.repeat(40)}`);
  for (let i = 0; i < 10; ++i) assert.equal((await next())[0], String(i));
  const failed = new Promise((resolve) => socket.once('error', resolve));
  socket.send('x'.repeat(200));
  assert.equal((await failed).description, 413);
});
