// RFC 6455 in raw frames against the echo server: framing, pings, reserved bits and opcodes,
// fragments, UTF-8, closing, and large messages. The groups are those that the Autobahn test suite
// made customary: 1 to 7, 9 and 10.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Fixture } from './support/fixture.mjs';
import {
  BINARY,
  CLOSE,
  PING,
  PONG,
  RawWebSocket,
  TEXT,
  close,
  fragments,
  frame,
} from './support/raw_websocket.mjs';

let fixture;
before(async () => (fixture = await Fixture.start('ws-echo')));
after(() => fixture.stop());

const open = () => RawWebSocket.open(fixture.port);

/** What comes back for the frames until the connection ends, after a normal close at the end. */
async function answers(...frames) {
  const raw = await open();
  raw.send(...frames, close(1000));
  return raw.rest();
}

/** What comes back for frames after which the server itself must end the connection. */
async function fails(...frames) {
  const raw = await open();
  raw.send(...frames);
  return raw.rest();
}

/** The same in every way to cut the bytes into segments of one size. */
async function answersChopped(size, ...frames) {
  const raw = await open();
  await raw.sendChopped(Buffer.concat([...frames, close(1000)]), size);
  return raw.rest();
}

describe('1 frames', () => {
  for (const size of [0, 1, 125, 126, 127, 128, 65_535, 65_536]) {
    test(`of ${size} bytes come back, text and binary, in the shortest header`, async () => {
      const text = '*'.repeat(size);
      assert.deepEqual(await answers(frame(TEXT, text)), [`text ${text}`.trimEnd(), 'close 1000']);
      const raw = await open();
      const bytes = Buffer.alloc(size, 0xfe);
      raw.send(frame(BINARY, bytes));
      const answer = await raw.next();
      assert.equal(answer.opcode, BINARY);
      assert.ok(answer.fin && answer.rsv === 0 && answer.data.equals(bytes));
      raw.end();
    });
  }
  test('come back when they arrive in segments of any size', async () => {
    const text = '*'.repeat(65_536);
    for (const size of [997, 16_384]) {
      assert.deepEqual(await answersChopped(size, frame(TEXT, text)), [`text ${text}`, 'close 1000']);
    }
    for (const size of [1, 2, 3, 7]) {
      assert.deepEqual(await answersChopped(size, frame(TEXT, 'x'.repeat(130)), frame(TEXT)), [
        `text ${'x'.repeat(130)}`,
        'text',
        'close 1000',
      ]);
    }
  });
  test('without a mask are refused', async () => {
    assert.deepEqual(await fails(frame(TEXT, 'x', { masked: false })), ['close 1002']);
  });
  test('with a longer length field than they need are refused', async () => {
    for (const head of [
      [0x81, 0xfe, 0, 125],
      [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
      [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1],
    ]) {
      assert.deepEqual(await fails(Buffer.from(head)), ['close 1002']);
    }
  });
});

describe('2 pings', () => {
  test('are answered with the same payload', async () => {
    const bytes = Buffer.alloc(125, 0xfe);
    const raw = await open();
    raw.send(frame(PING), frame(PING, 'Hello'), frame(PING, bytes));
    for (const payload of ['', 'Hello', bytes]) {
      const pong = await raw.next();
      assert.equal(pong.opcode, PONG);
      assert.deepEqual(pong.data, Buffer.from(payload));
    }
    raw.end();
  });
  test('above 125 bytes are refused', async () => {
    assert.deepEqual(await fails(frame(PING, Buffer.alloc(126, 0xfe))), ['close 1002']);
  });
  test('are answered in order, also byte by byte', async () => {
    const pings = Array.from({ length: 10 }, (_, i) => frame(PING, `payload-${i}`));
    const pongs = Array.from({ length: 10 }, (_, i) => `pong payload-${i}`);
    assert.deepEqual(await answers(...pings), [...pongs, 'close 1000']);
    assert.deepEqual(await answersChopped(1, ...pings), [...pongs, 'close 1000']);
  });
  test('are what a pong answers: one that nobody asked for is ignored', async () => {
    assert.deepEqual(
      await answers(frame(PONG), frame(PONG, 'unasked'), frame(PING, 'asked'), frame(TEXT, 'x')),
      ['pong asked', 'text x', 'close 1000'],
    );
  });
});

describe('3 reserved bits', () => {
  for (let rsv = 1; rsv <= 7; ++rsv) {
    test(`${rsv} are refused in any frame, and what came before is answered`, async () => {
      for (const opcode of [TEXT, BINARY, PING, CLOSE]) {
        assert.deepEqual(await fails(frame(TEXT, 'before'), frame(opcode, '', { rsv }), frame(PING)), [
          'text before',
          'close 1002',
        ]);
      }
    });
  }
});

describe('4 reserved opcodes', () => {
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    test(`${opcode} is refused, with and without a payload`, async () => {
      for (const payload of ['', 'payload']) {
        assert.deepEqual(await fails(frame(TEXT, 'before'), frame(opcode, payload), frame(PING)), [
          'text before',
          'close 1002',
        ]);
      }
    });
  }
});

describe('5 fragments', () => {
  const parts = fragments(TEXT, 'fragment1fragment2', [9]);
  test('make one message, however they arrive', async () => {
    assert.deepEqual(await answers(parts), ['text fragment1fragment2', 'close 1000']);
    assert.deepEqual(await answersChopped(1, parts), ['text fragment1fragment2', 'close 1000']);
  });
  test('may be empty', async () => {
    assert.deepEqual(await answers(fragments(TEXT, '', [0, 0])), ['text', 'close 1000']);
    assert.deepEqual(await answers(fragments(TEXT, 'middle', [0, 6])), ['text middle', 'close 1000']);
  });
  test('let pings through at once', async () => {
    const message = [
      frame(TEXT, 'one', { fin: false }),
      frame(PING, '1'),
      frame(0, 'two', { fin: false }),
      frame(PONG, 'unasked'),
      frame(PING, '2'),
      frame(0, 'three'),
    ];
    const expected = ['pong 1', 'pong 2', 'text onetwothree', 'close 1000'];
    assert.deepEqual(await answers(...message), expected);
    assert.deepEqual(await answersChopped(1, ...message), expected);
    const raw = await open();
    raw.send(frame(TEXT, 'one', { fin: false }), frame(PING, 'now'));
    assert.equal(String((await raw.next()).data), 'now', 'before the message is complete');
    raw.end();
  });
  test('of control frames are refused', async () => {
    for (const opcode of [PING, PONG, CLOSE]) {
      assert.deepEqual(await fails(frame(opcode, '', { fin: false }), frame(0, 'x')), ['close 1002']);
    }
  });
  test('must follow a first one, and nothing else may come before the last', async () => {
    const first = frame(TEXT, 'first', { fin: false });
    for (const bad of [
      [frame(0, 'nothing is open')],
      [frame(0, 'nothing is open', { fin: false })],
      [first, frame(TEXT, 'another')],
      [first, frame(BINARY, 'another')],
      [first, frame(TEXT, 'another', { fin: false })],
      [first, frame(0, 'last'), frame(0, 'one more')],
    ]) {
      const seen = await fails(...bad, frame(PING));
      assert.equal(seen.pop(), 'close 1002');
      assert.deepEqual(seen, bad.length === 3 ? ['text firstlast'] : []);
    }
  });
});

describe('6 text', () => {
  const bytes = (hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const valid = [
    '', '00', '7f', 'c280', 'dfbf', 'e0a080', 'efbfbf', 'f0908080', 'f48fbfbf', 'ed9fbf', 'ee8080',
    'efbfbd', 'efbfbe', 'f09fbfbe', 'f48fbfbe', 'efb790', 'e282ac', 'cebae1bdb9cf83cebcceb5',
  ];
  const invalid = [
    '80', 'bf', '8080', 'c0', 'c1', 'c0af', 'c1bf', 'c320', 'e08080', 'e09fbf', 'e0a0', 'eda080',
    'edadbf', 'edb080', 'edbfbf', 'eda080edb080', 'f0808080', 'f08fbfbf', 'f4908080', 'f5808080',
    'f7bfbfbf', 'f888808080', 'fc8480808080', 'fe', 'ff', 'fefeffff', 'cebae1bdb9cf83cebcceb5eda080',
    'f0908080c3', 'e28228', 'f0288cbc', 'f09028bc', 'f0288c28',
  ];
  test('comes back if it is UTF-8, whole and in fragments of one byte', async () => {
    for (const hex of valid) {
      const text = bytes(hex);
      const raw = await open();
      raw.send(frame(TEXT, text), fragments(TEXT, text, Array(text.length).fill(1)));
      for (let i = 0; i < 2; ++i) assert.deepEqual((await raw.next()).data, text, hex);
      raw.end();
    }
  });
  test('may have the last two code points of every plane, which stand for no character', async () => {
    const points = Array.from({ length: 17 }, (_, plane) => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]);
    for (const text of points.flat().map((point) => String.fromCodePoint(point))) {
      assert.deepEqual(await answers(frame(TEXT, text)), [`text ${text}`, 'close 1000']);
    }
  });
  test('that is no UTF-8 is refused, whole and in fragments of one byte', async () => {
    for (const hex of invalid) {
      const text = bytes(hex);
      assert.deepEqual(await fails(frame(TEXT, text)), ['close 1007'], hex);
      const parts = fragments(TEXT, text, Array(text.length).fill(1));
      assert.deepEqual(await fails(parts), ['close 1007'], hex);
    }
  });
  test('may be cut inside a character, but not end there', async () => {
    assert.deepEqual(await answers(fragments(TEXT, bytes('e282ac'), [1, 1])), ['text €', 'close 1000']);
    assert.deepEqual(await fails(fragments(TEXT, bytes('e282'), [1])), ['close 1007']);
  });
  test('is refused as soon as it cannot become valid, before the rest has come', async () => {
    const start = bytes('cebae1bdb9cf83cebcceb5');
    const wrong = bytes('f4908080');
    const later = Buffer.from('edited');
    for (const first of [
      [frame(TEXT, start, { fin: false }), frame(0, wrong, { fin: false })],
      // A frame of which half has come.
      [frame(TEXT, Buffer.concat([start, wrong, later])).subarray(0, 6 + start.length + 2)],
      [frame(TEXT, start, { fin: false }), frame(0, Buffer.concat([wrong, later])).subarray(0, 8)],
    ]) {
      assert.deepEqual(await fails(...first), ['close 1007']);
    }
  });
  test('is held to UTF-8 and bytes are not', async () => {
    const raw = await open();
    raw.send(frame(BINARY, bytes('fffe80')));
    assert.deepEqual((await raw.next()).data, bytes('fffe80'));
    raw.end();
  });
});

describe('7 closing', () => {
  test('is answered once, then nothing is read any more', async () => {
    for (const late of [
      [close(1000)],
      [frame(PING, 'late')],
      [frame(TEXT, 'late')],
      [frame(0, 'late')],
      [frame(3, 'nonsense')],
    ]) {
      const raw = await open();
      raw.send(frame(TEXT, 'before'), close(1000), ...late);
      assert.deepEqual(await raw.rest(), ['text before', 'close 1000']);
    }
    assert.deepEqual(await answers(frame(TEXT, 'half', { fin: false })), ['close 1000']);
  });
  test('comes after what was sent before it', async () => {
    const text = 'x'.repeat(262_144);
    assert.deepEqual(await answers(frame(TEXT, text), frame(PING, 'p')), [
      `text ${text}`,
      'pong p',
      'close 1000',
    ]);
  });
  test('may have no payload, and then has none in the answer', async () => {
    const raw = await open();
    raw.send(close());
    assert.deepEqual(await raw.rest(), ['close']);
  });
  test('has no payload of one byte, none above 125 and no reason that is no UTF-8', async () => {
    assert.deepEqual(await fails(frame(CLOSE, 'x')), ['close 1002']);
    assert.deepEqual(await fails(frame(CLOSE, Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(124, 42)]))), [
      'close 1002',
    ]);
    const bad = Buffer.from('03e8cebae1bdb9cf83cebcceb5eda080', 'hex');
    assert.deepEqual(await fails(frame(CLOSE, bad)), ['close 1007']);
  });
  test('takes a reason of 123 bytes', async () => {
    const raw = await open();
    raw.send(close(1000, '*'.repeat(123)));
    assert.match((await raw.rest()).at(-1), /^close 1000/);
  });
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]) {
    test(`with ${code} is answered with it`, async () => {
      const raw = await open();
      raw.send(close(code));
      assert.deepEqual(await raw.rest(), [`close ${code}`]);
    });
  }
  for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
    test(`with ${code} is refused`, async () => {
      assert.deepEqual(await fails(close(code)), ['close 1002']);
      assert.deepEqual(await fails(close(code, 'a reason')), ['close 1002']);
    });
  }
});

describe('9 large messages', () => {
  const megabytes = (count) => Buffer.alloc(count * 1024 * 1024, 'Bäckerei ');
  // Whole characters only: text of that size is checked like any other.
  const text = (count) => Buffer.from('a'.repeat(count * 1024 * 1024));
  const echo = async (opcode, data, bytes) => {
    const raw = await open();
    raw.send(bytes);
    const answer = await raw.next();
    assert.equal(answer.opcode, opcode);
    assert.ok(answer.data.equals(data));
    raw.end();
  };
  for (const count of [1 / 16, 1 / 4, 1, 4, 8, 16]) {
    test(`of ${count} MiB come back, text and binary`, async () => {
      await echo(TEXT, text(count), frame(TEXT, text(count)));
      await echo(BINARY, megabytes(count), frame(BINARY, megabytes(count)));
    });
  }
  for (const size of [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304]) {
    test(`of 4 MiB come back from fragments of ${size} bytes`, async () => {
      const sizes = Array(4 * 1024 * 1024 / size - 1).fill(size);
      await echo(TEXT, text(4), fragments(TEXT, text(4), sizes));
      await echo(BINARY, megabytes(4), fragments(BINARY, megabytes(4), sizes));
    });
  }
  for (const size of [64, 128, 256, 512, 1_024, 2_048]) {
    test(`of 1 MiB come back from segments of ${size} bytes`, async () => {
      const raw = await open();
      await raw.sendChopped(frame(TEXT, text(1)), size);
      assert.ok((await raw.next()).data.equals(text(1)));
      raw.end();
    });
  }
  test('are many small ones too', async () => {
    const raw = await open();
    const count = 3_000;
    for (const opcode of [TEXT, BINARY]) {
      for (const size of [0, 16, 64, 125, 256, 1_024, 4_096]) {
        const one = frame(opcode, 'x'.repeat(size));
        raw.send(...Array(count).fill(one));
        for (let i = 0; i < count; ++i) {
          const answer = await raw.next();
          assert.ok(answer.opcode === opcode && answer.data.length === size);
        }
      }
    }
    raw.end();
  });
  test('above the limit are refused by their header alone', async () => {
    const small = await Fixture.start('ws-echo', '--max-payload-bytes', '1000');
    try {
      const limited = async (...frames) => {
        const raw = await RawWebSocket.open(small.port);
        raw.send(...frames);
        return raw.rest();
      };
      const head = frame(BINARY, Buffer.alloc(1_001)).subarray(0, 4);
      assert.deepEqual(await limited(head), ['close 1009']);
      assert.deepEqual(await limited(fragments(TEXT, 'x'.repeat(1_001), [600])), ['close 1009']);
      const huge = Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
      assert.deepEqual(await limited(huge), ['close 1009']);
      const fits = 'x'.repeat(1_000);
      assert.deepEqual(await limited(frame(TEXT, fits), close(1000)), [`text ${fits}`, 'close 1000']);
    } finally {
      await small.stop();
    }
  });
});

describe('10 fragments by size', () => {
  for (const size of [1, 1_300, 32_768, 65_535]) {
    test(`65,536 bytes in frames of ${size}`, async () => {
      const text = '*'.repeat(65_536);
      const sizes = Array(Math.ceil(65_536 / size) - 1).fill(size);
      assert.deepEqual(await answers(fragments(TEXT, text, sizes)), [`text ${text}`, 'close 1000']);
    });
  }
});
