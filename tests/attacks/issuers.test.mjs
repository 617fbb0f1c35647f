// Tokens of outside issuers: what somebody tries who has the issuer's public key, or an account there.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client, Target, assertProblem, base64url } from './support.mjs';

const ISSUER = 'https://issuer.example';
const now = () => Math.floor(Date.now() / 1000);

describe('a token of an outside issuer', () => {
  const real = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let folder;
  let target;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tillcast-issuers-'));
    const jwk = { ...real.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
    await writeFile(path.join(folder, 'keys.json'), JSON.stringify({ keys: [jwk] }));
    await writeFile(path.join(folder, 'issuers.json'), JSON.stringify({ issuers: [{
      issuer: ISSUER, audience: 'shop', algorithms: ['RS256'], jwks: 'keys.json',
      claims: { role: '/role' }, roles: { vendor: 'seller' },
    }] }));
    target = await Target.start({ args: ['--issuers', path.join(folder, 'issuers.json')], unlimited: true });
  });
  after(async () => {
    await target.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const claims = (more = {}) => ({
    iss: ISSUER, aud: 'shop', sub: `u${Math.random()}`, iat: now(), exp: now() + 600,
    email: `p${Math.random()}@outside.example`, email_verified: true, name: 'P', ...more,
  });
  const token = (payload, header = {}, key = real.privateKey) => {
    const signed = `${base64url({ alg: 'RS256', kid: 'one', ...header })}.${base64url(payload)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  };
  const logIn = (id_token) => new Client(target.url).call('POST', 'auth/login', { body: { id_token } });

  it('that is right signs in, so that what follows is refused for its one fault', async () => {
    const answer = await logIn(token(claims()));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.user.role, 'customer');
  });

  const macBy = (key) => () => {
    const signed = `${base64url({ alg: 'HS256', kid: 'one' })}.${base64url(claims())}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
  for (const [what, make] of Object.entries({
    'by a key of the attacker': () => token(claims(), {}, own.privateKey),
    'by a key of the attacker that it brings (jwk)': () => token(claims(), { jwk: own.publicKey.export({ format: 'jwk' }) }, own.privateKey),
    'by a key at an address that it names (jku)': () => token(claims(), { jku: 'https://evil.example/keys' }, own.privateKey),
    'by a certificate at an address that it names (x5u)': () => token(claims(), { x5u: 'https://evil.example/c' }, own.privateKey),
    'of algorithm none': () => `${base64url({ alg: 'none' })}.${base64url(claims())}.`,
    'by HS256 and the public key as PEM': macBy(real.publicKey.export({ format: 'pem', type: 'spki' })),
    'by HS256 and the public key as JWK': macBy(JSON.stringify(real.publicKey.export({ format: 'jwk' }))),
    'of an algorithm that is not configured': () => token(claims(), { alg: 'PS256' }),
    'with a critical header': () => token(claims(), { crit: ['exp'] }),
    'of another issuer': () => token(claims({ iss: 'https://evil.example' })),
    'of an issuer that only begins so': () => token(claims({ iss: `${ISSUER}.evil.example` })),
    'for another audience': () => token(claims({ aud: 'other' })),
    'for an audience that only begins so': () => token(claims({ aud: 'shop2' })),
    'for nobody': () => token(claims({ aud: undefined })),
    'that has ended': () => token(claims({ exp: now() - 120 })),
    'that has no end': () => token(claims({ exp: undefined })),
    'whose end is a text': () => token(claims({ exp: '9999999999' })),
    'that begins later': () => token(claims({ nbf: now() + 600 })),
    'without a user': () => token(claims({ sub: undefined })),
    'of an empty user': () => token(claims({ sub: '' })),
    'that is an access token of this server': () => target.buyer.token,
  })) {
    it(`${what} is refused`, async () => {
      const answer = await logIn(make());
      assert.equal(answer.status, 401, answer.text);
      assert.match(answer.headers.get('content-type'), /problem/);
      assert.deepEqual(answer.headers.getSetCookie(), []);
    });
  }

  it('opens nothing by itself', async () => {
    const client = new Client(target.url);
    client.token = token(claims());
    assertProblem(await client.call('GET', 'me'), 401, 'unauthenticated');
  });

  it('does not take over an account by its address', async () => {
    assertProblem(await logIn(token(claims({ email: 'admin@demo.shop' }))), 409, 'email_taken');
    assertProblem(await logIn(token(claims({ email: 'ADMIN@demo.shop' }))), 409, 'email_taken');
    assertProblem(await logIn(token(claims({ email: 'new@outside.example', email_verified: false }))), 403, 'email_unverified');
    assertProblem(await logIn(token(claims({ email: 'new@outside.example', email_verified: 'true' }))), 403, 'email_unverified');
  });

  it('gives no role but by the configured words', async () => {
    for (const role of ['admin', 'Vendor', ['admin'], { vendor: true }, 'vendor ']) {
      const answer = await logIn(token(claims({ role })));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.body.user.role, 'customer', JSON.stringify(role));
    }
  });

  it('of a flood of key names costs nobody else anything', async () => {
    const flood = Promise.all(Array.from({ length: 300 }, (_, i) => logIn(token(claims(), { kid: `invented-${i}` }))));
    const began = performance.now();
    for (let i = 0; i < 10; ++i) await target.buyer.get('me');
    assert.ok(performance.now() - began < 2_000);
    for (const answer of await flood) assert.ok([401, 503].includes(answer.status), answer.text);
    assert.equal((await logIn(token(claims()))).status, 200);
  });
});
