// Starts wire_fixture with one profile on a free port, and speaks to it in raw requests and frames.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = process.env.TILLCAST_BINARY
  ? path.dirname(process.env.TILLCAST_BINARY)
  : path.join(ROOT, 'build/release');
export const BINARY = path.join(FOLDER, 'wire_fixture');
const WAIT_MS = 5_000;

/** The promise's value, or an error that says what did not come in time. */
export async function within(ms, what, promise) {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${what} did not come within ${ms} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}

export class Fixture {
  #child;

  static async start(profile, ...switches) {
    const fixture = new Fixture();
    let errors = '';
    let output = '';
    fixture.#child = spawn(BINARY, ['--profile', profile, '--port', '0', ...switches]);
    fixture.#child.stderr.on('data', (text) => (errors += text));
    const ready = new Promise((resolve, reject) => {
      fixture.#child.once('exit', () => reject(new Error(`wire_fixture ended: ${errors}`)));
      fixture.#child.once('error', reject);
      const look = () => {
        fixture.url = /http:\S+(?=\n)/.exec(errors)?.[0];
        if (fixture.url && output.split('\n').includes('ready')) resolve();
      };
      fixture.#child.stderr.on('data', look);
      fixture.#child.stdout.on('data', (text) => {
        output += text;
        look();
      });
    });
    await within(WAIT_MS, 'ready', ready);
    fixture.pid = fixture.#child.pid;
    fixture.port = Number(new URL(fixture.url).port);
    fixture.ws = fixture.url.replace('http', 'ws');
    return fixture;
  }

  async stop() {
    this.#child.removeAllListeners('exit');
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    // What a test left open is cut by the second signal.
    const again = setTimeout(() => this.#child.kill('SIGTERM'), 100);
    await ended;
    clearTimeout(again);
  }
}

/** A WebSocket whose messages are read one after the other; pings of Engine.IO are left out. */
export class Frames {
  #messages = [];
  #waiting = [];

  static async open(url, { headers, pings = false } = {}) {
    const frames = new Frames();
    frames.socket = new WebSocket(url, { headers });
    frames.closed = new Promise((resolve) =>
      frames.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    frames.socket.on('message', (data, binary) => {
      const message = binary ? data : String(data);
      if (message === '2' && !pings) {
        frames.socket.send('3');
        return;
      }
      const next = frames.#waiting.shift();
      if (next) next(message);
      else frames.#messages.push(message);
    });
    await once(frames.socket, 'open');
    return frames;
  }

  next() {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return within(WAIT_MS, 'a message', new Promise((resolve) => this.#waiting.push(resolve)));
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  end() {
    this.socket.terminate();
  }
}

/** The status and body with which an upgrade is refused. */
export function refusedUpgrade(url, headers = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once('open', () => reject(new Error('the upgrade was not refused')));
    socket.on('error', () => {});
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}

/** Sends bytes on a connection of their own, and gives all that comes back until it ends. */
export function rawExchange(port, bytes) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (answer += data));
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
    socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('the connection was not ended')));
  });
}
