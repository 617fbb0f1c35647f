// The REST contract as a program uses it.
import assert from 'node:assert/strict';

export const DEMO_PASSWORD = 'demo-pass-1';

export class Client {
  token;

  constructor(url) {
    this.url = url;
  }

  /** Gives {status, headers, body}; `body` is parsed JSON, or undefined. */
  async call(method, path, { body, raw, headers = {} } = {}) {
    const init = { method, headers: { ...headers }, redirect: 'error' };
    if (this.token && !('Authorization' in headers)) {
      init.headers.Authorization = `Bearer ${this.token}`;
    }
    if (body !== undefined || raw !== undefined) {
      init.headers['Content-Type'] ??= 'application/json';
      init.body = raw ?? JSON.stringify(body);
    }
    const base = path.startsWith('/') ? this.url : `${this.url}/api/v1/`;
    const response = await fetch(base + path, init);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const parsed = text && /json\b/.test(type) && !type.includes('ndjson') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** As call(), for what must succeed: gives the body. */
  async expect(status, method, path, options) {
    const answer = await this.call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  }

  get(path, options) {
    return this.expect(200, 'GET', path, options);
  }

  /** Signs in and keeps the token. */
  async logIn(email, password = DEMO_PASSWORD) {
    const signIn = await this.expect(200, 'POST', 'auth/login', { body: { email, password } });
    this.token = signIn.access_token;
    this.user = signIn.user;
    return signIn;
  }

  async register(name) {
    const body = { email: `${name.toLowerCase()}@example.org`, name, password: `${name}-password` };
    const signIn = await this.expect(201, 'POST', 'auth/register', { body });
    this.token = signIn.access_token;
    this.user = signIn.user;
    return signIn;
  }

  order(shop, items, headers = {}) {
    return this.call('POST', 'orders', { body: { shop, items }, headers });
  }
}

export async function signedIn(url, email) {
  const client = new Client(url);
  await client.logIn(email);
  return client;
}

/** A refusal has its status, its stable code, and the form of RFC 9457. */
export function assertProblem(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(answer.body.code, code, answer.text);
  assert.equal(answer.body.status, status);
  assert.ok(answer.body.title.length > 0);
  assert.ok(answer.body.detail.length > 0);
}

/** The demo shops by slug, and the products of each. */
export async function demoShops(url) {
  const client = new Client(url);
  const { items } = await client.get('shops');
  const bySlug = Object.fromEntries(items.map((shop) => [shop.slug, shop]));
  const productsOf = async (slug) =>
    (await client.get(`products?shop=${bySlug[slug].id}&limit=200&sort=name`)).items;
  return { ...bySlug, productsOf };
}

/** The epoch of the server's log. */
export async function epochOf(client) {
  const { position } = await client.get('rooms/market/snapshot?limit=1');
  return position.slice(0, position.lastIndexOf(':'));
}

/** All changes of a room after a position; from the beginning of the log if there is none. */
export async function allChanges(client, room, since) {
  const changes = [];
  let position = since ?? `${await epochOf(client)}:0`;
  for (;;) {
    const page = await client.get(`rooms/${room}/changes?since=${position}`);
    changes.push(...page.changes);
    if (page.changes.length === 0) return changes;
    position = page.position;
  }
}
