// The real server with a port for each of some dialects, and its clients: REST in the dialect's words and unmodified
// socket.io-clients whose connections the test cuts.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { Inbox } from '../../e2e/support/live.mjs';
import { Proxy } from '../../e2e/support/proxy.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { removeData, temporaryData } from '../../e2e/support/data.mjs';

export const PASSWORD = 'demo-pass-1';
export const WAIT_MS = 10_000;

/** A demo shop whose server can be killed: data and ports outlive it. */
export class Shop {
  static async start(names, args = []) {
    const shop = new Shop();
    shop.names = names;
    shop.args = args;
    shop.data = await temporaryData();
    await shop.#start(Object.fromEntries(names.map((name) => [name, 0])), 0);
    shop.proxies = {};
    for (const name of names) shop.proxies[name] = await Proxy.start(shop.ports[name]);
    return shop;
  }

  async #start(ports, port) {
    const flags = Object.entries(ports).flatMap(([name, number]) => ['--compat', `${name}=${number}`]);
    this.server = await Server.start({ demo: true, data: this.data, port, args: [...flags, ...this.args] });
    const spoken = () => [...this.server.stderr.matchAll(/Speaking (\w+) on http:\/\/127\.0\.0\.1:(\d+)\n/g)];
    // It says that it is ready on another stream.
    for (const end = Date.now() + WAIT_MS; spoken().length < Object.keys(ports).length && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.ports = Object.fromEntries(spoken().map(([, name, number]) => [name, Number(number)]));
    assert.deepEqual(Object.keys(this.ports).sort(), Object.keys(ports).sort(), this.server.stderr);
  }

  /** The native port. */
  get native() {
    return this.server.url;
  }

  url(name) {
    return `http://127.0.0.1:${this.ports[name]}`;
  }

  /** Where clients whose connection is to be cut connect. */
  cuttable(name) {
    return this.proxies[name].url;
  }

  /** The server ends without a word and starts again on the same data and ports. */
  async crash() {
    await this.server.signal('SIGKILL');
    await this.#start(this.ports, this.server.port);
  }

  /** Loses the connections of one port, does `meanwhile`, and lets them come back. */
  async interrupt(name, user, meanwhile) {
    const lost = once(user.socket, 'disconnect', { signal: AbortSignal.timeout(WAIT_MS) });
    this.proxies[name].cut({ open: false });
    await lost;
    await meanwhile();
    const back = once(user.socket, 'connect', { signal: AbortSignal.timeout(WAIT_MS) });
    this.proxies[name].open = true;
    await back;
  }

  async stop() {
    for (const proxy of Object.values(this.proxies)) await proxy.stop();
    await this.server.signal('SIGTERM');
    await removeData(this.data);
  }
}

/** One caller of a dialect's REST; `token` and `cookie` are what login gave. */
export class Caller {
  constructor(url) {
    this.url = url;
  }

  async call(method, path, body, headers = {}) {
    const init = { method, headers: { ...headers }, redirect: 'error' };
    if (this.token) init.headers.Authorization ??= `Bearer ${this.token}`;
    if (body instanceof FormData) init.body = body;
    else if (body !== undefined) {
      init.headers['Content-Type'] ??= 'application/json';
      init.body = JSON.stringify(body);
    }
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }

  async expect(status, method, path, body, headers) {
    const answer = await this.call(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(path) {
    return this.expect(200, 'GET', path);
  }

  async logIn(path, email, password = PASSWORD) {
    const answer = await this.call('POST', path, { email, password });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    this.token = answer.body.token;
    const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('tillcast_session='));
    this.cookie = session.split(';')[0];
    this.signIn = answer.body;
    return this;
  }
}

/** An unmodified socket.io-client that keeps what it is told. */
export class Listener {
  inbox = new Inbox();

  /** `caller` shows its token, or its cookie as a browser does; none for nobody. */
  static async connect(url, { caller, by = 'token', ...options } = {}) {
    const user = new Listener();
    const shown = {};
    if (caller && by === 'token') shown.auth = { token: caller.token };
    if (caller && by === 'cookie') shown.extraHeaders = { Cookie: caller.cookie };
    user.socket = io(url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...shown, ...options });
    user.socket.onAny((event, argument) => user.inbox.add({ event, argument }));
    await new Promise((resolve, reject) => {
      user.socket.once('connect', resolve);
      user.socket.once('connect_error', reject);
    });
    return user;
  }

  events(name) {
    return this.inbox.messages.filter(({ event }) => event === name).map(({ argument }) => argument);
  }

  /** The first event of that name for which `fits` holds. */
  async next(name, fits = () => true) {
    const found = await this.inbox.until(
      (all) => all.find(({ event, argument }) => event === name && fits(argument)),
      name,
    );
    return found.argument;
  }

  ask(event, ...args) {
    return this.socket.timeout(WAIT_MS).emitWithAck(event, ...args);
  }

  forget() {
    this.inbox.messages.length = 0;
  }

  close() {
    this.socket.disconnect();
  }
}

/** An unmodified `ws` client of a plain WebSocket that keeps what it is told. */
export class PlainListener {
  inbox = new Inbox();

  /** `caller` shows its token in the query, or its cookie as a browser does; none for nobody. */
  static async connect(url, { caller, by = 'token', headers = {} } = {}) {
    const user = new PlainListener();
    const query = caller && by === 'token' ? `?token=${caller.token}` : '';
    if (caller && by === 'cookie') headers = { ...headers, Cookie: caller.cookie };
    user.socket = new WebSocket(url.replace(/^http/, 'ws') + query, { headers });
    user.closed = new Promise((resolve) => {
      user.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    user.socket.on('message', (data) => user.inbox.add(JSON.parse(data.toString())));
    await new Promise((resolve, reject) => {
      user.socket.once('open', resolve);
      user.socket.once('error', reject);
    });
    return user;
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  of(type) {
    return this.inbox.messages.filter((each) => each.type === type);
  }

  /** The first message of that type for which `fits` holds. */
  next(type, fits = () => true) {
    return this.inbox.until((all) => all.find((each) => each.type === type && fits(each)), type);
  }

  forget() {
    this.inbox.messages.length = 0;
  }

  async close() {
    this.socket.close();
    return this.closed;
  }
}

export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true });
}

/** No page of another site may use the port: neither its sockets, nor its cookies for a write. */
export const FOREIGN = 'https://evil.example';
