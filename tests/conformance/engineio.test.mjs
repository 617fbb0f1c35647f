// Engine.IO 4 by raw requests and frames: the profile engineio, and the rules of every session.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Socket } from 'engine.io-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fixture, Frames, refusedUpgrade, within } from './support/fixture.mjs';

const fixture = await Fixture.start('engineio');
after(() => fixture.stop());

const polling = (sid) =>
  `${fixture.url}/engine.io/?EIO=4&transport=polling${sid ? `&sid=${sid}` : ''}`;
const websocket = (sid) =>
  `${fixture.ws}/engine.io/?EIO=4&transport=websocket${sid ? `&sid=${sid}` : ''}`;
const post = (sid, body) => fetch(polling(sid), { method: 'POST', body });
const poll = async (sid) => (await fetch(polling(sid))).text();

async function open() {
  const text = await poll();
  assert.equal(text[0], '0');
  return JSON.parse(text.slice(1)).sid;
}

async function isOver(sid) {
  const answer = await fetch(polling(sid));
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), { code: 1, message: 'Session ID unknown' });
}

describe('errors', () => {
  const bodies = [
    ['GET', '?EIO=4', 0, 'Transport unknown'],
    ['GET', '?EIO=4&transport=tftp', 0, 'Transport unknown'],
    ['GET', '?EIO=4&transport=polling&sid=nobody', 1, 'Session ID unknown'],
    ['POST', '?EIO=4&transport=polling', 2, 'Bad handshake method'],
    ['GET', '?EIO=4&transport=websocket', 3, 'Bad request'],
    ['GET', '?EIO=3&transport=polling', 5, 'Unsupported protocol version'],
    ['GET', '?transport=polling', 5, 'Unsupported protocol version'],
  ];
  for (const [method, query, code, message] of bodies) {
    test(`${method} ${query} is ${code}`, async () => {
      const answer = await fetch(`${fixture.url}/engine.io/${query}`, { method });
      assert.equal(answer.status, 400);
      assert.match(answer.headers.get('content-type'), /^application\/json/);
      assert.equal(await answer.text(), JSON.stringify({ code, message }));
    });
  }

  for (const [query, body] of [
    ['?EIO=4', 'Transport unknown'],
    ['?EIO=4&transport=websocket&sid=nobody', 'Session ID unknown'],
    ['?EIO=4&transport=polling', 'Bad request'],
    ['?EIO=3&transport=websocket', 'Unsupported protocol version'],
  ]) {
    test(`an upgrade with ${query} is refused in plain HTTP`, async () => {
      const refusal = await refusedUpgrade(`${fixture.ws}/engine.io/${query}`);
      assert.deepEqual(refusal, { status: 400, body });
    });
  }

  test('a POST above the limit is 413', async () => {
    const sid = await open();
    assert.equal((await post(sid, `4${'x'.repeat(1_000_000)}`)).status, 413);
    assert.equal((await post(sid, `4${'x'.repeat(999_999)}`)).status, 200);
  });

  test('a WebSocket message above the limit closes with 1009', async () => {
    const frames = await Frames.open(websocket());
    await frames.next();
    frames.send(`4${'x'.repeat(1_000_000)}`);
    assert.equal((await frames.closed).code, 1009);
  });
});

describe('a session is closed at once by', () => {
  for (const packet of ['abc', '', '0', '2', '5', '4ok\x1e', 'b***', '9']) {
    test(`the POST ${JSON.stringify(packet)}`, async () => {
      const sid = await open();
      const waiting = poll(sid);
      await sleep(20);
      const sent = await post(sid, packet);
      await sent.text();
      assert.ok(sent.status === 200 || sent.status === 400);
      assert.match(await within(200, 'the end', waiting), /^(1|4ok)$/);
      await isOver(sid);
    });
  }
  for (const packet of ['abc', '', '0', '2', '5', '9']) {
    test(`the frame ${JSON.stringify(packet)}`, async () => {
      const frames = await Frames.open(websocket());
      await frames.next();
      frames.send(packet);
      await within(200, 'the end', frames.closed);
    });
  }
  test('a second poll', async () => {
    const sid = await open();
    const first = poll(sid);
    await sleep(20);
    assert.equal((await fetch(polling(sid))).status, 400);
    assert.equal(await within(200, 'the end', first), '1');
    await isOver(sid);
  });
  test('a poll that the client gives up', async () => {
    const sid = await open();
    const given = new AbortController();
    const waiting = fetch(polling(sid), { signal: given.signal });
    await sleep(20);
    given.abort();
    await assert.rejects(waiting);
    await sleep(20);
    await isOver(sid);
  });
  test('its own packet, which lets a waiting poll go', async () => {
    const sid = await open();
    const waiting = poll(sid);
    await sleep(20);
    await post(sid, '1');
    assert.equal(await within(200, 'the noop', waiting), '6');
    await isOver(sid);
  });
});

describe('messages', () => {
  test('come back over polling, text and binary, in order', async () => {
    const sid = await open();
    const answer = await post(sid, '4one\x1ebAQIDBA==\x1e4тест €');
    assert.equal(await answer.text(), 'ok');
    assert.equal(await poll(sid), '4one\x1ebAQIDBA==\x1e4тест €');
  });
  test('come back over a WebSocket', async () => {
    const frames = await Frames.open(websocket());
    const handshake = JSON.parse((await frames.next()).slice(1));
    assert.deepEqual(Object.keys(handshake).sort(), [
      'maxPayload', 'pingInterval', 'pingTimeout', 'sid', 'upgrades',
    ]);
    assert.equal(handshake.sid.length, 20);
    assert.deepEqual(handshake.upgrades, []);
    frames.send('4text', Buffer.from([0, 1, 255]));
    assert.equal(await frames.next(), '4text');
    assert.deepEqual(await frames.next(), Buffer.from([0, 1, 255]));
    frames.end();
  });
});

describe('the upgrade', () => {
  test('answers the probe, lets the poll go, and loses nothing in between', async () => {
    const sid = await open();
    const waiting = poll(sid);
    const frames = await Frames.open(websocket(sid));
    frames.send('2probe');
    assert.equal(await frames.next(), '3probe');
    assert.equal(await waiting, '6');
    assert.equal(await poll(sid), '6', 'a poll between probe and upgrade is let go as well');
    await post(sid, '4first');
    frames.send('5', '4second');
    assert.equal(await frames.next(), '4first');
    assert.equal(await frames.next(), '4second');
    assert.equal((await fetch(polling(sid))).status, 400);
    const second = await Frames.open(websocket(sid));
    await within(200, 'the end of the second WebSocket', second.closed);
    frames.send('4still here');
    assert.equal(await frames.next(), '4still here');
    frames.end();
  });
  test('that fails leaves polling as it was', async () => {
    const sid = await open();
    const frames = await Frames.open(websocket(sid));
    frames.send('4not a probe');
    await within(200, 'the end', frames.closed);
    await post(sid, '4hello');
    assert.equal(await poll(sid), '4hello');
  });
});

describe('the heartbeat', () => {
  test('comes every 300 ms, and a client that does not answer is gone after 200 more', async () => {
    const start = performance.now();
    const frames = await Frames.open(websocket(), { pings: true });
    await frames.next();
    assert.equal(await frames.next(), '2');
    frames.send('3');
    assert.equal(await frames.next(), '2');
    await frames.closed;
    const took = performance.now() - start;
    assert.ok(took > 780 && took < 2_000, `after ${took} ms`);
  });
  test('of a polling client that never polls ends as well', async () => {
    const sid = await open();
    await sleep(500);
    await isOver(sid);
  });
});

describe('origins', () => {
  const origin = 'https://shop.example';
  test('a listed one may read and send credentials, others may not', async () => {
    const listed = await Fixture.start('engineio', '--cors', origin);
    const url = `${listed.url}/engine.io/?EIO=4&transport=polling`;
    try {
      const good = await fetch(url, { headers: { origin } });
      assert.equal(good.headers.get('access-control-allow-origin'), origin);
      assert.equal(good.headers.get('access-control-allow-credentials'), 'true');
      assert.match(good.headers.get('vary'), /Origin/);
      const foreign = await fetch(url, { headers: { origin: 'https://evil.example' } });
      assert.equal(foreign.headers.get('access-control-allow-origin'), null);
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-token',
      };
      const preflight = await fetch(url, { method: 'OPTIONS', headers });
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
      assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
      assert.equal(preflight.headers.get('access-control-allow-headers'), 'x-token');
      const upgrade = url.replace('http', 'ws').replace('polling', 'websocket');
      (await Frames.open(upgrade, { headers: { origin } })).end();
      assert.deepEqual(await refusedUpgrade(upgrade, { origin: 'https://evil.example' }), {
        status: 400,
        body: 'Forbidden',
      });
    } finally {
      await listed.stop();
    }
  });
});

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`engine.io-client is echoed over ${transports.join(' and ')}, in order`, async () => {
    const socket = new Socket(fixture.url, { path: '/engine.io/', transports });
    socket.binaryType = 'arraybuffer';
    const sent = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? Buffer.from([n]) : `text ${n} €`));
    const got = [];
    const all = new Promise((resolve) =>
      socket.on('message', (message) => {
        const value = typeof message === 'string' ? message : Buffer.from(message);
        if (got.push(value) === sent.length) resolve();
      }),
    );
    for (const [n, message] of sent.entries()) {
      socket.send(message);
      if (n % 20 === 0) await sleep(1);
    }
    await within(5_000, 'all echoes', all);
    assert.deepEqual(got, sent);
    socket.close();
  });
}
