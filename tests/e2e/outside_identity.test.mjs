// People whom an outside issuer vouches for: tokens made by the `jose` library, keys published over
// HTTP by a server of the test.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as jose from 'jose';
import { Client, assertProblem } from './support/rest.mjs';
import { SocketIoUser } from './support/live.mjs';
import { Server, run, temporaryFolder } from './support/server.mjs';

const ISSUER = 'https://login.example';
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** An issuer: key pairs, and a server that publishes the public ones. */
class Issuer {
  keys = [];
  fetches = 0;

  static async start() {
    const issuer = new Issuer();
    for (const alg of ALGORITHMS) await issuer.addKey(alg);
    issuer.server = http.createServer((request, response) => {
      issuer.fetches += 1;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
    });
    issuer.server.listen(0, '127.0.0.1');
    await once(issuer.server, 'listening');
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}/keys`;
    return issuer;
  }

  async addKey(alg) {
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    const kid = `${alg}-${this.keys.length}`;
    const jwk = { ...(await jose.exportJWK(publicKey)), kid, alg, use: 'sig' };
    const key = { alg, kid, jwk, privateKey };
    this.keys.push(key);
    return key;
  }

  token(claims = {}, { key = this.keys[0], header = {}, audience = 'shop', issuer = ISSUER } = {}) {
    return new jose.SignJWT({ email_verified: true, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(claims.exp ?? '5m')
      .sign(key.privateKey);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('a user of an outside issuer', () => {
  let issuer;
  let server;

  const signIn = (id_token) => new Client(server.url).call('POST', 'auth/login', { body: { id_token } });
  const ada = (more = {}) => ({ sub: 'ada', email: 'ada@login.example', name: 'Ada', ...more });
  async function signedIn(claims, options) {
    const answer = await signIn(await issuer.token(claims, options));
    assert.equal(answer.status, 200, answer.text);
    const client = new Client(server.url);
    client.token = answer.body.access_token;
    client.user = answer.body.user;
    return client;
  }

  before(async () => {
    issuer = await Issuer.start();
    const file = path.join(await temporaryFolder(), 'issuers.json');
    const config = {
      issuers: [
        {
          issuer: ISSUER,
          audience: ['shop', 'desk'],
          algorithms: ALGORITHMS,
          jwks: issuer.url,
          link_by_email: true,
          claims: { role: '/app_metadata/role', shops: '/shops' },
          roles: { vendor: 'seller', boss: 'admin' },
        },
      ],
    };
    await writeFile(file, JSON.stringify(config));
    server = await Server.start({ demo: true, args: ['--issuers', file] });
  });
  after(async () => {
    await server.stop();
    issuer.stop();
  });

  it('signs in with each kind of signature, to one account', async () => {
    const ids = new Set();
    for (const key of issuer.keys) ids.add((await signedIn(ada(), { key })).user.id);
    assert.equal(ids.size, 1);
  });

  it('is a user as every other: profile, cookie, live connection', async () => {
    const client = await signedIn(ada());
    const me = await client.get('me');
    assert.equal(me.user.name, 'Ada');
    assert.equal(me.user.email, 'ada@login.example');
    assert.equal(me.user.role, 'customer');
    const live = await SocketIoUser.connect(server.url, { token: client.token });
    const joined = await live.request('join', { room: `user:${me.user.id}` });
    assert.equal(joined.error, undefined);
    live.close();
  });

  it('has the role and the shops that the token says, from sign-in to sign-in', async () => {
    const worker = { sub: 'bo', email: 'bo@login.example', name: 'Bo' };
    const first = await signedIn({
      ...worker,
      app_metadata: { role: 'vendor' },
      shops: ['shop_bakery', 'shop_of_nobody'],
    });
    const me = await first.get('me');
    assert.equal(me.user.role, 'seller');
    assert.deepEqual(me.shops.map(({ shop_id, role }) => [shop_id, role]), [['shop_bakery', 'staff']]);
    await first.get('shops/shop_bakery/stats');

    const later = await signedIn({ ...worker, app_metadata: { role: 'nothing' }, shops: [] });
    const now = await later.get('me');
    assert.equal(now.user.role, 'customer');
    assert.deepEqual(now.shops, []);
    // The older session lost it as well: roles and shops are those of the account.
    assertProblem(await first.call('GET', 'shops/shop_bakery/stats'), 403, 'forbidden');
  });

  it('takes over the account of its verified address, whose password then opens nothing', async () => {
    const squatter = new Client(server.url);
    await squatter.expect(201, 'POST', 'auth/register', {
      body: { email: 'cy@login.example', name: 'Squatter', password: 'squatter-pass-1' },
    });
    const password = { email: 'cy@login.example', password: 'squatter-pass-1' };
    await squatter.expect(200, 'POST', 'auth/login', { body: password });
    const cy = await signedIn({ sub: 'cy', email: 'CY@login.example', name: 'Cy' });
    assert.equal(cy.user.email, 'cy@login.example');
    assertProblem(await new Client(server.url).call('POST', 'auth/login', { body: password }), 401, 'wrong_password');
  });

  it('needs a verified address for a new account', async () => {
    for (const claims of [{ sub: 'dee' }, { sub: 'dee', email: 'dee@login.example', email_verified: false },
      { sub: 'dee', email: 'no address' }]) {
      assertProblem(await signIn(await issuer.token(claims)), 403, 'email_unverified');
    }
  });

  it('with an invented key name does not make the server ask the issuer again and again', async () => {
    const before = issuer.fetches;
    for (let i = 0; i < 5; i += 1) {
      const token = await issuer.token(ada(), { header: { kid: `invented-${i}` } });
      assertProblem(await signIn(token), 401, 'unauthenticated');
    }
    assert.ok(issuer.fetches - before <= 1, `${issuer.fetches - before} fetches`);
  });

  it('is refused with any token that is not what the issuer made for this server', async () => {
    const [rsa] = issuer.keys;
    const stranger = await new Issuer().addKey('RS256');
    const good = await issuer.token(ada());
    const [header, payload, signature] = good.split('.');
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const confused = await new jose.SignJWT(ada())
      .setProtectedHeader({ alg: 'HS256', kid: rsa.kid })
      .setIssuer(ISSUER).setAudience('shop').setExpirationTime('5m')
      .sign(new TextEncoder().encode(JSON.stringify(rsa.jwk)));
    const refused = {
      'of another issuer': await issuer.token(ada(), { issuer: 'https://evil.example' }),
      'for another audience': await issuer.token(ada(), { audience: 'other' }),
      'signed by a stranger with the same key name': await issuer.token(ada(), { key: { ...stranger, kid: rsa.kid } }),
      'that brings its own key': await issuer.token(ada(), { key: stranger, header: { jwk: stranger.jwk } }),
      'that says where its key is': await issuer.token(ada(), { key: stranger, header: { jku: issuer.url } }),
      'without signature': `${encode({ alg: 'none' })}.${payload}.`,
      'with the public key as secret': confused,
      'with another payload': `${header}.${encode({ ...ada({ sub: 'eve' }), iss: ISSUER, aud: 'shop', exp: 9e9 })}.${signature}`,
      'that is none': 'nonsense',
    };
    for (const [what, token] of Object.entries(refused)) {
      assertProblem(await signIn(token), 401, 'unauthenticated', what);
    }
    const old = await issuer.token(ada({ exp: Math.floor(Date.now() / 1000) - 120 }));
    assertProblem(await signIn(old), 401, 'token_expired');
  });

  it('has no use for the token itself as a bearer', async () => {
    const client = new Client(server.url);
    client.token = await issuer.token(ada());
    assertProblem(await client.call('GET', 'me'), 401, 'unauthenticated');
  });
});

describe('the issuers file', () => {
  it('that is wrong keeps the server from starting, with a sentence', async () => {
    const file = path.join(await temporaryFolder(), 'issuers.json');
    const good = { issuer: ISSUER, audience: 'a', algorithms: ['RS256'], jwks: 'keys.json' };
    const cases = [
      ['nonsense', /no JSON object/],
      [{ issuers: [] }, /1 to 16/],
      [{ issuers: [{ ...good, surprise: 1 }] }, /issuers\[0\]\.surprise is not known/],
      [{ issuers: [{ ...good, algorithms: ['none'] }] }, /"none" is not one of/],
      [{ issuers: [{ ...good, algorithms: ['RS256', 'HS256'] }] }, /HS256 beside others/],
      [{ issuers: [{ ...good, jwks: 'http://login.example/keys' }] }, /https URL/],
      [{ issuers: [{ ...good, claims: { role: 'role' }, roles: { a: 'admin' } }] }, /JSON pointer/],
      [{ issuers: [{ ...good, roles: { a: 'king' } }] }, /customer, seller or admin/],
      [{ issuers: [good, good] }, /there twice/],
    ];
    for (const [content, sentence] of cases) {
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      const data = await temporaryFolder();
      const { status, stderr } = await run(['serve', '--listen', '127.0.0.1:0', '--data', data, '--issuers', file]);
      assert.equal(status, 1, stderr);
      assert.match(stderr, sentence);
    }
  });
});
