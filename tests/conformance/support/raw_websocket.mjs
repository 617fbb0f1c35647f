// A WebSocket client that is nothing but frames on a TCP connection, so that it can send what no
// library would.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { within } from './fixture.mjs';

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const WAIT_MS = 10_000;

/** One masked frame. `rsv` is the three reserved bits, 4 for the one of permessage-deflate. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, masked = true } = {}) {
  const data = Buffer.from(payload);
  const size = data.length;
  const length = Buffer.alloc(size < 126 ? 1 : size < 65_536 ? 3 : 9);
  length[0] = (masked ? 0x80 : 0) | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (length.length === 3) length.writeUInt16BE(size, 1);
  if (length.length === 9) length.writeBigUInt64BE(BigInt(size), 1);
  const first = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]);
  if (!masked) return Buffer.concat([first, length, data]);
  const mask = randomBytes(4);
  const hidden = Buffer.from(data);
  for (let i = 0; i < size; ++i) hidden[i] ^= mask[i & 3];
  return Buffer.concat([first, length, mask, hidden]);
}

/** A message in fragments of the sizes; the last fragment takes the rest. */
export function fragments(opcode, payload, sizes, { rsv = 0 } = {}) {
  const data = Buffer.from(payload);
  const frames = [];
  let at = 0;
  for (const size of sizes) {
    const part = data.subarray(at, at + size);
    frames.push(frame(at === 0 && frames.length === 0 ? opcode : 0, part, {
      fin: false,
      rsv: frames.length === 0 ? rsv : 0,
    }));
    at += size;
  }
  frames.push(frame(frames.length === 0 ? opcode : 0, data.subarray(at), {
    rsv: frames.length === 0 ? rsv : 0,
  }));
  return Buffer.concat(frames);
}

export function close(code, reason = '') {
  if (code === undefined) return frame(CLOSE);
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  Buffer.from(reason).copy(payload, 2);
  return frame(CLOSE, payload);
}

export class RawWebSocket {
  #socket;
  #input = [];
  #inputBytes = 0;
  #frames = [];
  #wake = () => {};
  #ended = false;

  /** Shakes hands; `headers` are lines of the request. */
  static async open(port, { path = '/', headers = '' } = {}) {
    const raw = new RawWebSocket();
    raw.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    raw.#socket.on('error', () => {});
    raw.ended = new Promise((resolve) => raw.#socket.once('close', resolve));
    raw.ended.then(() => {
      raw.#ended = true;
      raw.#wake();
    });
    raw.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: till\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        `${headers}\r\n`,
    );
    const answer = new Promise((resolve) => {
      let head = Buffer.alloc(0);
      const read = (data) => {
        head = Buffer.concat([head, data]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        raw.#socket.off('data', read);
        raw.#socket.on('data', (more) => raw.#take(more));
        raw.#take(head.subarray(end + 4));
        resolve(String(head.subarray(0, end)));
      };
      raw.#socket.on('data', read);
    });
    raw.head = await within(WAIT_MS, 'the answer to the handshake', answer);
    return raw;
  }

  send(...pieces) {
    this.#socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  }

  /** Sends the bytes in chops of that size, each a segment of its own. */
  async sendChopped(bytes, size) {
    for (let at = 0; at < bytes.length; at += size) {
      this.#socket.write(bytes.subarray(at, at + size));
      if (bytes.length / size < 2_000) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next frame as { opcode, fin, rsv, data }, or null once the server ended the connection. */
  async next() {
    const arrived = async () => {
      while (this.#frames.length === 0 && !this.#ended) {
        await new Promise((resolve) => (this.#wake = resolve));
      }
      return this.#frames.shift() ?? null;
    };
    return within(WAIT_MS, 'a frame', arrived());
  }

  /** All frames until the server ended the connection, in short: "text a", "close 1000 reason". */
  async rest() {
    const seen = [];
    for (let next = await this.next(); next !== null; next = await this.next()) {
      seen.push(describe(next));
    }
    return seen;
  }

  end() {
    this.#socket.destroy();
  }

  #take(data) {
    this.#input.push(data);
    this.#inputBytes += data.length;
    for (;;) {
      // Only what a header says is put together, so that large messages are not copied again and again.
      const head = this.#peek(10);
      if (head.length < 2) return;
      const short = head[1] & 0x7f;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (head.length < start) return;
      const size =
        short < 126 ? short : short === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
      if (this.#inputBytes < start + size) return;
      const all = Buffer.concat(this.#input);
      this.#input = [all.subarray(start + size)];
      this.#inputBytes -= start + size;
      this.#frames.push({
        opcode: all[0] & 15,
        fin: (all[0] & 0x80) !== 0,
        rsv: (all[0] >> 4) & 7,
        data: all.subarray(start, start + size),
      });
      this.#wake();
    }
  }

  #peek(bytes) {
    while (this.#input.length > 1 && this.#input[0].length < bytes) {
      this.#input.splice(0, 2, Buffer.concat(this.#input.slice(0, 2)));
    }
    return this.#input[0].subarray(0, bytes);
  }
}

export function describe({ opcode, data }) {
  if (opcode === CLOSE) {
    if (data.length === 0) return 'close';
    return `close ${data.readUInt16BE(0)} ${data.subarray(2)}`.trimEnd();
  }
  const names = { [TEXT]: 'text', [BINARY]: 'binary', [PING]: 'ping', [PONG]: 'pong' };
  return `${names[opcode] ?? opcode} ${data}`.trimEnd();
}
