// permessage-deflate (RFC 7692): groups 12 and 13 of the Autobahn suite's order, with npm's ws as the
// client and zlib as the judge, and what only raw frames can say.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { WebSocket } from 'ws';
import { Fixture, within } from './support/fixture.mjs';
import { BINARY, PING, RawWebSocket, TEXT, close, fragments, frame } from './support/raw_websocket.mjs';

const RSV1 = 4;
const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate\r\n';
const ALWAYS = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

let fixture;
before(async () => (fixture = await Fixture.start('ws-echo', '--deflate')));
after(() => fixture.stop());

function deflate(data, options = {}) {
  const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
  const packed = zlib.deflateRawSync(data, { ...flush, ...options });
  return packed.subarray(0, packed.length - 4);
}

function inflate(data) {
  const whole = Buffer.concat([data, Buffer.from([0, 0, 255, 255])]);
  return zlib.inflateRawSync(whole, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
}

const products = (count) =>
  JSON.stringify(Array.from({ length: count }, (_, i) => ({ id: i, name: 'Brötchen', stock: i * 7 })));

const open = (headers = OFFER) => RawWebSocket.open(fixture.port, { headers });
const extensions = (raw) => /sec-websocket-extensions: (.*)/i.exec(raw.head)?.[1];

describe('npm ws agrees and echoes', () => {
  for (const [name, parameters] of Object.entries({
    'nothing special': {},
    'server_no_context_takeover': { serverNoContextTakeover: true },
    'client_no_context_takeover': { clientNoContextTakeover: true },
    'a server window of 9 bits': { serverMaxWindowBits: 9 },
    'a server window of 15 bits': { serverMaxWindowBits: 15 },
    'a client window of 9 bits': { clientMaxWindowBits: 9 },
    'all of them': {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 10,
    },
  })) {
    test(name, async () => {
      const socket = new WebSocket(fixture.ws, { perMessageDeflate: { threshold: 0, ...parameters } });
      await once(socket, 'open');
      assert.match(socket.extensions, /permessage-deflate/);
      const sizes = [0, 16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072];
      const messages = sizes.flatMap((size) => [
        Buffer.alloc(size, products(5)),
        randomBytes(size),
        Buffer.alloc(size),
      ]);
      for (let round = 0; round < 3; ++round) {
        for (const message of messages) {
          socket.send(message);
          const [answer, binary] = await within(5_000, 'the echo', once(socket, 'message'));
          assert.ok(binary && answer.equals(message));
        }
        const text = products(200 + round);
        socket.send(text);
        assert.equal(String((await once(socket, 'message'))[0]), text);
      }
      socket.close(1000);
      assert.equal((await once(socket, 'close'))[0], 1000);
    });
  }
  test('many at once', async () => {
    const socket = new WebSocket(fixture.ws, { perMessageDeflate: { threshold: 0 } });
    await once(socket, 'open');
    const sent = Array.from({ length: 500 }, (_, i) => products(i % 100));
    const got = [];
    const all = new Promise((resolve) =>
      socket.on('message', (data) => got.push(String(data)) === sent.length && resolve()),
    );
    for (const text of sent) socket.send(text);
    await within(10_000, 'all echoes', all);
    assert.deepEqual(got, sent);
    socket.terminate();
  });
});

describe('the agreement', () => {
  for (const [offer, answer] of [
    ['permessage-deflate', ALWAYS],
    ['permessage-deflate; client_max_window_bits', ALWAYS],
    ['permessage-deflate; server_max_window_bits=9', `${ALWAYS}; server_max_window_bits=9`],
    ['permessage-deflate; server_max_window_bits=8', undefined],
    ['permessage-deflate; unknown', undefined],
    ['permessage-deflate; server_max_window_bits=8, permessage-deflate', ALWAYS],
    ['permessage-bzip2', undefined],
    ['permessage-deflate; server_max_window_bits="10"', `${ALWAYS}; server_max_window_bits=10`],
    // Parameters that RFC 7692 section 7.1 does not know, or not so.
    ['permessage-deflate; server_max_window_bits', undefined],
    ['permessage-deflate; server_max_window_bits=16', undefined],
    ['permessage-deflate; server_max_window_bits=7', undefined],
    ['permessage-deflate; server_max_window_bits=09', undefined],
    ['permessage-deflate; client_max_window_bits=16', undefined],
    ['permessage-deflate; client_max_window_bits=x', undefined],
    ['permessage-deflate; server_no_context_takeover=1', undefined],
    ['permessage-deflate; client_no_context_takeover=true', undefined],
    ['permessage-deflate; server_no_context_takeover; server_no_context_takeover', undefined],
    ['permessage-deflate; client_max_window_bits; client_max_window_bits=10', undefined],
  ]) {
    test(`for "${offer}" is ${answer ?? 'none'}`, async () => {
      const raw = await open(`Sec-WebSocket-Extensions: ${offer}\r\n`);
      assert.equal(extensions(raw), answer);
      raw.send(answer ? frame(TEXT, deflate('hi'), { rsv: RSV1 }) : frame(TEXT, 'hi'));
      assert.equal(String((await raw.next()).data), 'hi');
      raw.end();
    });
  }
  test('holds for every combination of parameters, whole and in fragments', async () => {
    const text = products(400);
    for (const server of ['', '; server_no_context_takeover']) {
      for (const client of ['', '; client_no_context_takeover']) {
        for (const bits of ['', 9, 12, 15]) {
          for (const own of ['', '; client_max_window_bits', '; client_max_window_bits=9', '; client_max_window_bits=15']) {
            const window = bits && `; server_max_window_bits=${bits}`;
            const offer = `permessage-deflate${server}${client}${window}${own}`;
            const raw = await open(`Sec-WebSocket-Extensions: ${offer}\r\n`);
            const agreed = extensions(raw);
            assert.match(agreed, /^permessage-deflate; server_no_context_takeover; client_no_context_takeover/, offer);
            if (bits) assert.match(agreed, new RegExp(`server_max_window_bits=${bits}`), offer);
            const windowBits = Number(/client_max_window_bits=(\d+)/.exec(agreed)?.[1] ?? 15);
            const packed = deflate(text, { windowBits });
            raw.send(
              frame(TEXT, packed, { rsv: RSV1 }),
              fragments(TEXT, packed, Array(Math.floor(packed.length / 128)).fill(128), { rsv: RSV1 }),
            );
            for (let i = 0; i < 2; ++i) {
              const answer = await raw.next();
              const tail = Buffer.from([0, 0, 255, 255]);
              const narrow = zlib.inflateRawSync(Buffer.concat([answer.data, tail]), {
                windowBits: bits || 15,
                finishFlush: zlib.constants.Z_SYNC_FLUSH,
              });
              assert.equal(String(narrow), text, offer);
            }
            raw.end();
          }
        }
      }
    }
  });
  test('is not offered to a client that did not ask, nor by a server without the switch', async () => {
    assert.equal(extensions(await open('')), undefined);
    const plain = await Fixture.start('ws-echo');
    const raw = await RawWebSocket.open(plain.port, { headers: OFFER });
    assert.equal(extensions(raw), undefined);
    raw.send(frame(TEXT, deflate('x'), { rsv: RSV1 }));
    assert.deepEqual(await raw.rest(), ['close 1002']);
    await plain.stop();
  });
});

describe('compressed frames', () => {
  test('are sent for large messages alone, each without a history, and within the window', async () => {
    const raw = await open('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n');
    const large = products(300);
    for (const text of ['small', large, large]) raw.send(frame(TEXT, text));
    const small = await raw.next();
    assert.equal(small.rsv, 0);
    assert.equal(String(small.data), 'small');
    const first = await raw.next();
    const second = await raw.next();
    assert.equal(first.rsv, RSV1);
    assert.ok(first.data.equals(second.data));
    assert.equal(String(inflate(first.data)), large);
    // A window of 512 bytes is enough to read it.
    const tail = Buffer.from([0, 0, 255, 255]);
    const narrow = zlib.inflateRawSync(Buffer.concat([first.data, tail]), {
      windowBits: 9,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    assert.equal(String(narrow), large);
    raw.end();
  });
  test('are read with every window, level and kind of block, whole and in fragments', async () => {
    const raw = await open();
    const text = products(500);
    for (const windowBits of [9, 10, 12, 15]) {
      for (const level of [0, 1, 9]) {
        for (const strategy of [zlib.constants.Z_DEFAULT_STRATEGY, zlib.constants.Z_FIXED]) {
          const packed = deflate(text, { windowBits, level, strategy });
          const cut = Math.floor(packed.length / 3);
          raw.send(
            frame(TEXT, packed, { rsv: RSV1 }),
            fragments(TEXT, packed, [1, cut, 0, cut], { rsv: RSV1 }),
          );
          for (let i = 0; i < 2; ++i) {
            const answer = await raw.next();
            assert.equal(String(answer.rsv === RSV1 ? inflate(answer.data) : answer.data), text);
          }
        }
      }
    }
    raw.end();
  });
  test('let pings through between their fragments, and come in segments of one byte', async () => {
    const raw = await open();
    const packed = deflate('Hello');
    const bytes = Buffer.concat([
      frame(TEXT, packed.subarray(0, 3), { rsv: RSV1, fin: false }),
      frame(PING, 'between'),
      frame(0, packed.subarray(3)),
      frame(TEXT, 'not compressed'),
      close(1000),
    ]);
    await raw.sendChopped(bytes, 1);
    assert.deepEqual(await raw.rest(), ['pong between', 'text Hello', 'text not compressed', 'close 1000']);
  });
  test('may end with a last block, or be empty', async () => {
    const raw = await open();
    const last = Buffer.concat([zlib.deflateRawSync('Hello'), Buffer.alloc(1)]);
    raw.send(frame(TEXT, last, { rsv: RSV1 }), frame(BINARY, Buffer.alloc(1), { rsv: RSV1 }));
    assert.equal(String((await raw.next()).data), 'Hello');
    assert.equal((await raw.next()).data.length, 0);
    raw.end();
  });
  test('have their bit on the first fragment of a message and nowhere else', async () => {
    const packed = deflate('Hello');
    for (const bad of [
      [frame(TEXT, packed.subarray(0, 3), { rsv: RSV1, fin: false }), frame(0, packed.subarray(3), { rsv: RSV1 })],
      [frame(PING, '', { rsv: RSV1 })],
      [frame(8, '', { rsv: RSV1 })],
      [frame(TEXT, packed, { rsv: RSV1 | 2 })],
      [frame(TEXT, packed, { rsv: RSV1 | 1 })],
    ]) {
      const raw = await open();
      raw.send(...bad);
      assert.deepEqual(await raw.rest(), ['close 1002']);
    }
  });
  test('that are broken or no UTF-8 are refused', async () => {
    for (const bad of [
      Buffer.from('ffffff', 'hex'),
      deflate(products(50)).subarray(0, 100),
      deflate(Buffer.from('f4908080', 'hex')),
    ]) {
      const raw = await open();
      raw.send(frame(TEXT, bad, { rsv: RSV1 }));
      assert.deepEqual(await raw.rest(), ['close 1007']);
    }
    const raw = await open();
    raw.send(frame(BINARY, deflate(Buffer.from('f4908080', 'hex')), { rsv: RSV1 }));
    assert.equal((await raw.next()).data.toString('hex'), 'f4908080');
    raw.end();
  });
  test('that would become larger than the limit are refused without becoming it', async () => {
    const small = await Fixture.start('ws-echo', '--deflate', '--max-payload-bytes', '100000');
    const bomb = deflate(Buffer.alloc(64 * 1024 * 1024));
    assert.ok(bomb.length < 100_000);
    const raw = await RawWebSocket.open(small.port, { headers: OFFER });
    raw.send(frame(BINARY, bomb, { rsv: RSV1 }));
    assert.deepEqual(await raw.rest(), ['close 1009']);
    const fits = await RawWebSocket.open(small.port, { headers: OFFER });
    fits.send(frame(BINARY, deflate(Buffer.alloc(100_000)), { rsv: RSV1 }));
    assert.equal(inflate((await fits.next()).data).length, 100_000);
    fits.end();
    await small.stop();
  });
});

test('a broadcast has the same bytes for all who agreed to the same, and reaches those who did not', async () => {
  const room = await Fixture.start('room', '--deflate');
  const join = async (headers) => {
    const raw = await RawWebSocket.open(room.port, { path: '/ws', headers });
    raw.send(frame(TEXT, 'join'));
    assert.equal(String((await raw.next()).data), 'ok');
    return raw;
  };
  const one = await join(OFFER);
  const two = await join(OFFER);
  const narrow = await join('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n');
  const plain = await join('');
  const text = products(300);
  plain.send(frame(TEXT, text));
  const [a, b, c, d] = await Promise.all([one, two, narrow, plain].map((raw) => raw.next()));
  assert.deepEqual([a.rsv, b.rsv, c.rsv, d.rsv], [RSV1, RSV1, RSV1, 0]);
  assert.ok(a.data.equals(b.data));
  for (const compressed of [a, c]) assert.equal(String(inflate(compressed.data)), text);
  assert.equal(String(d.data), text);
  for (const raw of [one, two, narrow, plain]) raw.end();
  await room.stop();
});
