// Live connections of both kinds, as an application sees them: messages in their order, and waiting for
// one that fits.
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

const WAIT_MS = 10_000;

/** Keeps all that arrives. */
export class Inbox {
  messages = [];
  #waiting = new Set();

  add(message) {
    this.messages.push(message);
    for (const check of [...this.#waiting]) check();
  }

  /** Resolves with `pick(messages)` as soon as that gives something. */
  until(pick, what = 'a message') {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = pick(this.messages);
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`${what} did not arrive; there is ${JSON.stringify(this.messages)}`));
      }, WAIT_MS);
      this.#waiting.add(check);
      check();
    });
  }

  untilCount(count) {
    return this.until((all) => all.length >= count && all, `${count} messages`);
  }

  changes(room) {
    return this.messages.filter(({ type, body }) => type === 'change' && body.room === room)
      .map(({ body }) => body);
  }
}

/** An unmodified socket.io-client. */
export class SocketIoUser {
  inbox = new Inbox();

  static async connect(url, { token, ...options } = {}) {
    const user = new SocketIoUser();
    const auth = token === undefined ? {} : { auth: { token } };
    user.socket = io(url, { forceNew: true, ...auth, ...options });
    user.socket.onAny((type, body) => user.inbox.add({ type, body }));
    await new Promise((resolve, reject) => {
      user.socket.once('connect', resolve);
      user.socket.once('connect_error', reject);
    });
    return user;
  }

  request(type, body) {
    return this.socket.timeout(WAIT_MS).emitWithAck(type, body);
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  close() {
    this.socket.disconnect();
  }
}

/** A plain WebSocket at /live. */
export class WebSocketUser {
  inbox = new Inbox();
  #answers = new Map();
  #lastRef = 0;

  static async connect(url, { headers = {}, ca } = {}) {
    const user = new WebSocketUser();
    user.socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers, ca });
    user.closed = new Promise((resolve) => {
      user.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    user.socket.on('message', (data) => user.#take(JSON.parse(String(data))));
    await new Promise((resolve, reject) => {
      user.socket.once('open', resolve);
      user.socket.once('error', reject);
    });
    return user;
  }

  #take(message) {
    const { type, ref, ...body } = message;
    const answer = this.#answers.get(ref);
    if (!answer) return this.inbox.add({ type, body });
    this.#answers.delete(ref);
    answer(body);
  }

  request(type, body) {
    const ref = String(++this.#lastRef);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${type}`)), WAIT_MS);
      this.#answers.set(ref, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.socket.send(JSON.stringify({ type, ref, ...body }));
    });
  }

  close() {
    this.socket.close();
  }
}

/** Joins; the room must be given. */
export async function join(user, room, since) {
  const answer = await user.request('join', since === undefined ? { room } : { room, since });
  assert.equal(answer.room, room, JSON.stringify(answer));
  return answer;
}

export function lsnOf(position) {
  return Number(position.slice(position.lastIndexOf(':') + 1));
}

/**
 * The changes go on from the position `start` without a gap and without one twice. The first one may
 * name an older lsn than `start`: the last that this room had before.
 */
export function assertChain(changes, start) {
  let last;
  for (const change of changes) {
    if (last === undefined) {
      assert.ok(change.prev <= start && change.lsn > start, `${JSON.stringify(change)} after ${start}`);
    } else {
      assert.equal(change.prev, last, `lsn ${change.lsn} must follow ${last}`);
    }
    assert.ok(change.lsn > change.prev);
    last = change.lsn;
  }
  return last ?? start;
}
