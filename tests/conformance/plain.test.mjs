// The profiles without a protocol of their own on top (ws-echo, http-echo and room), and the switches.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { io } from 'socket.io-client';
import { BINARY, Fixture, Frames, rawExchange } from './support/fixture.mjs';

/** Runs `use` on a fixture of its own. */
async function on(profile, use, ...switches) {
  const fixture = await Fixture.start(profile, ...switches);
  try {
    await use(fixture);
  } finally {
    await fixture.stop();
  }
}

test('ws-echo gives back text, bytes, fragments, pings and the close code', () =>
  on('ws-echo', async ({ ws }) => {
    const frames = await Frames.open(ws);
    const large = Buffer.alloc(3_000_000, 7);
    frames.send('€', '', large);
    assert.equal(await frames.next(), '€');
    assert.equal(await frames.next(), '');
    assert.deepEqual(await frames.next(), large);
    frames.socket.send('one ', { fin: false });
    const pong = new Promise((resolve) => frames.socket.once('pong', resolve));
    frames.socket.ping('in between');
    frames.socket.send('message', { fin: true });
    assert.equal(String(await pong), 'in between');
    assert.equal(await frames.next(), 'one message');
    frames.socket.close(4321, 'enough');
    assert.equal((await frames.closed).code, 4321);
  }));

describe('http-echo', () => {
  test('gives back the body of any method', () =>
    on('http-echo', async ({ url }) => {
      assert.equal(await (await fetch(url)).text(), 'OK');
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'REPORT']) {
        const answer = await fetch(`${url}/any/path`, { method, body: `${method} body` });
        assert.equal(answer.status, 200);
        assert.equal(await answer.text(), `${method} body`);
      }
      assert.equal(await (await fetch(url, { method: 'HEAD' })).text(), '');
    }));
  test('shows headers and cookies as received', () =>
    on('http-echo', async ({ url, port }) => {
      const cookies = await fetch(`${url}/cookie`, { headers: { cookie: 'a=1; b="two"; c=' } });
      assert.equal(await cookies.text(), 'a=1\nb=two\nc=\n');
      const answer = await rawExchange(
        port,
        'GET /echo HTTP/1.1\r\nHost: till\r\nX-A: 1\r\nX-A:  2 \r\nConnection: close\r\n\r\n',
      );
      assert.match(answer, /\r\n\r\nhost: till\nx-a: 1\nx-a: 2\nconnection: close\n$/);
    }));
  test('refuses what two servers could read in two ways, and ends the connection', () =>
    on('http-echo', async ({ port }) => {
      const chunked = 'Transfer-Encoding: chunked\r\n';
      for (const [head, body] of [
        [`Content-Length: 4\r\n${chunked}`, '0\r\n\r\n'],
        ['Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'],
        ['Content-Length: +3\r\n', 'abc'],
        [chunked, '0x1\r\na\r\n0\r\n\r\n'],
        ['X-A: 1\r\n folded\r\n', ''],
        ['X-A : 1\r\n', ''],
        ['X-A: 1\n', ''],
      ]) {
        const request = `POST / HTTP/1.1\r\nHost: till\r\n${head}\r\n${body}`;
        const answer = await rawExchange(port, request);
        assert.match(answer, /^HTTP\/1\.1 400 /, JSON.stringify(head));
        assert.match(answer, /connection: close/i);
      }
    }));
});

describe('room', () => {
  for (const threads of [1, 2]) {
    test(`carries what is published to all who joined, on ${threads} loops`, () =>
      on(
        'room',
        async ({ url, ws }) => {
          const sockets = Array.from({ length: 4 }, () =>
            io(url, { forceNew: true, transports: ['websocket'] }),
          );
          const outside = io(url, { forceNew: true, transports: ['websocket'] });
          const wrong = [];
          outside.on('msg', (message) => wrong.push(message));
          const got = await Promise.all(
            sockets.map(async (socket) => {
              assert.equal(await socket.emitWithAck('join', 'room1'), 'ok');
              return new Promise((resolve) => {
                const messages = [];
                socket.on('msg', (message) => {
                  if (messages.push(message.n) === 100) resolve(messages);
                });
                if (socket === sockets[0]) {
                  setTimeout(() => {
                    for (let n = 0; n < 100; ++n) outside.emit('pub', { n });
                  }, 200);
                }
              });
            }),
          );
          for (const messages of got) assert.deepEqual(messages, [...Array(100).keys()]);
          assert.deepEqual(wrong, []);
          for (const socket of [...sockets, outside]) socket.disconnect();

          const plain = await Promise.all([1, 2, 3].map(() => Frames.open(`${ws}/ws`)));
          for (const frames of plain) {
            frames.send('join');
            assert.equal(await frames.next(), 'ok');
          }
          plain[0].send('to all');
          for (const frames of plain) assert.equal(await frames.next(), 'to all');
          for (const frames of plain) frames.end();
        },
        '--threads',
        String(threads),
      ));
  }
});

describe('a switch is stronger than its profile:', () => {
  const opened = async ({ url }, path = '/engine.io/') => {
    const start = performance.now();
    const answer = await fetch(`${url}${path}?EIO=4&transport=polling`);
    assert.equal(answer.status, 200);
    return { ...JSON.parse((await answer.text()).slice(1)), took: performance.now() - start };
  };
  test('the times and the largest message of Engine.IO', () =>
    on(
      'engineio',
      async (fixture) => {
        const { pingInterval, pingTimeout, maxPayload } = await opened(fixture);
        assert.deepEqual([pingInterval, pingTimeout, maxPayload], [700, 600, 5_000]);
        const frames = await Frames.open(`${fixture.ws}/engine.io/?EIO=4&transport=websocket`, { pings: true });
        const start = performance.now();
        await frames.next();
        assert.equal(await frames.next(), '2');
        const took = performance.now() - start;
        assert.ok(took > 600 && took < 2_000, `the ping came after ${took} ms`);
        frames.send(`4${'x'.repeat(5_000)}`);
        assert.equal((await frames.closed).code, 1009);
      },
      ...['--ping-interval-ms', '700', '--ping-timeout-ms', '600', '--max-payload-bytes', '5000'],
    ));
  test('its path, and the wait of a handshake', () =>
    on(
      'engineio',
      async (fixture) => {
        assert.ok((await opened(fixture, '/live/')).took >= 149);
        assert.equal((await fetch(`${fixture.url}/engine.io/?EIO=4&transport=polling`)).status, 404);
      },
      ...['--path', '/live/', '--handshake-delay-ms', '150'],
    ));
  test('the time in which a namespace must be asked for', () =>
    on(
      'socketio',
      async ({ ws }) => {
        const start = performance.now();
        await (await Frames.open(`${ws}/socket.io/?EIO=4&transport=websocket`)).closed;
        const took = performance.now() - start;
        assert.ok(took > 1_700 && took < 3_000, `after ${took} ms`);
      },
      ...['--connect-timeout-ms', '1800'],
    ));
});

test('a profile or switch that does not exist is refused with a sentence', async () => {
  const run = promisify(execFile);
  for (const [args, message] of [
    [['--profile', 'nothing', '--port', '0'], /there is no profile "nothing"/],
    [['--profile', 'room', '--port', '0', '--frobnicate'], /--frobnicate/],
    [['--profile', 'room', '--port', '0', '--cookies'], /engine-client/],
    [['--profile', 'room', '--port', '0', '--path', 'x'], /slash/],
  ]) {
    await assert.rejects(run(BINARY, args), (error) => {
      assert.equal(error.code, 2);
      assert.match(error.stderr, message);
      return true;
    });
  }
});
