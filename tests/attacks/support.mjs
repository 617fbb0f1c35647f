// What all attacks need: the demo shop with people in it, raw bytes, and tokens that nobody issued.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import net from 'node:net';
import { Client, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { Server } from '../e2e/support/server.mjs';

export { Client, assertProblem, signedIn } from '../e2e/support/rest.mjs';

/** A server with the demo, and clients by who they are. */
export class Target {
  static async start(options = {}) {
    const target = new Target();
    target.server = await Server.start({ demo: true, ...options });
    target.url = target.server.url;
    target.port = target.server.port;
    target.anybody = new Client(target.url);
    for (const [name, email] of Object.entries({
      admin: 'admin', seller: 'seller', seller2: 'seller2', buyer: 'buyer', buyer2: 'buyer2',
    })) {
      target[name] = await signedIn(target.url, `${email}@demo.shop`);
    }
    const shops = await demoShops(target.url);
    target.bakery = shops.bakery;
    target.gadgets = shops.gadgets;
    [target.bread] = await shops.productsOf('bakery');
    [target.gadget] = await shops.productsOf('gadgets');
    return target;
  }

  stop() {
    return this.server.stop();
  }

  /** The log's end: an attack that was refused has not moved it. */
  async position() {
    return (await this.admin.get('rooms/admin/snapshot?limit=1')).position;
  }

  /** Sends the bytes, and gives all that comes until the server ends the connection. */
  raw(bytes, { end = false, wait_ms = 10_000 } = {}) {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = net.connect(this.port, '127.0.0.1', () => (end ? socket.end(bytes) : socket.write(bytes)));
      socket.setEncoding('latin1');
      socket.on('data', (data) => (answer += data));
      socket.on('close', () => resolve(answer));
      socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
      socket.setTimeout(wait_ms, () => socket.destroy(new Error(`the connection stays open after: ${answer}`)));
    });
  }
}

/** The answer is of that status and says why; the server has closed after it. */
export function assertRefused(answer, status, code) {
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), answer.slice(0, 300));
  assert.equal(answer.match(/^HTTP\/1\.1 /gm).length, 1, 'one answer, and nothing was taken for a second request');
  if (code) assert.match(answer, new RegExp(`"code":"${code}"`), answer.slice(0, 600));
}

export const base64url = (value) =>
  Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

/** A compact JWS signed by HMAC with that key. */
export function hmacToken(header, payload, key, hash = 'sha256') {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

/** Header and payload of a token, read without being believed. */
export function parts(token) {
  const [header, payload, signature] = token.split('.');
  const read = (text) => JSON.parse(Buffer.from(text, 'base64url'));
  return { header: read(header), payload: read(payload), signature, signed: `${header}.${payload}` };
}
