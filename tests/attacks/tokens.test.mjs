// Tokens that nobody issued, and those of others.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser } from '../e2e/support/live.mjs';
import { Client, Target, assertProblem, base64url, hmacToken, parts, signedIn } from './support.mjs';

describe('a token', () => {
  let target;
  let real;
  before(async () => {
    target = await Target.start();
    real = target.buyer.token;
  });
  after(() => target.stop());

  const use = (token, path = 'me') => {
    const client = new Client(target.url);
    client.token = token;
    return client.call('GET', path);
  };
  const forged = (header, payload = parts(real).payload, key = '') => hmacToken({ typ: 'JWT', ...header }, payload, key);
  const asAdmin = () => ({ ...parts(real).payload, sub: target.admin.user.id });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const byRsa = (header, payload) => {
    const signed = `${base64url(header)}.${base64url(payload)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')}`;
  };

  const forgeries = {
    'of algorithm none': () => `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(asAdmin())}.`,
    'of algorithm nOnE': () => `${base64url({ alg: 'nOnE', typ: 'JWT' })}.${base64url(asAdmin())}.`,
    'of algorithm none with the old signature': () =>
      `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(asAdmin())}.${parts(real).signature}`,
    'without its signature': () => `${parts(real).signed}.`,
    'with another user in it': () => `${base64url(parts(real).header)}.${base64url(asAdmin())}.${parts(real).signature}`,
    'with a later end': () =>
      `${base64url(parts(real).header)}.${base64url({ ...parts(real).payload, exp: 4e9 })}.${parts(real).signature}`,
    'with a role in it': () =>
      `${base64url(parts(real).header)}.${base64url({ ...parts(real).payload, role: 'admin' })}.${parts(real).signature}`,
    'signed by an empty key': () => forged({ alg: 'HS256' }, asAdmin(), ''),
    'signed by a guessed key': () => forged({ alg: 'HS256' }, asAdmin(), 'secret'),
    'signed by its own header': () => forged({ alg: 'HS256' }, asAdmin(), base64url(parts(real).header)),
    'of HS512': () => hmacToken({ alg: 'HS512', typ: 'JWT' }, asAdmin(), 'secret', 'sha512'),
    'of RS256, by a key of the attacker': () => byRsa({ alg: 'RS256', typ: 'JWT' }, asAdmin()),
    'that brings its own key (jwk)': () =>
      byRsa({ alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, asAdmin()),
    'that says where its key is (jku)': () => byRsa({ alg: 'RS256', jku: 'http://127.0.0.1:1/keys' }, asAdmin()),
    'that says where its certificate is (x5u)': () => byRsa({ alg: 'RS256', x5u: 'http://127.0.0.1:1/c' }, asAdmin()),
    'whose key name is a path (kid)': () => forged({ alg: 'HS256', kid: '../../../dev/null' }, asAdmin(), ''),
    'whose key name is SQL (kid)': () => forged({ alg: 'HS256', kid: "x' UNION SELECT 'k" }, asAdmin(), 'k'),
    'with critical headers': () => forged({ alg: 'HS256', crit: ['exp'] }, asAdmin(), ''),
    'as JSON instead of compact': () =>
      JSON.stringify({ payload: base64url(asAdmin()), signatures: [{ protected: base64url({ alg: 'none' }) }] }),
    'of five parts, as if it were encrypted': () => `${base64url({ alg: 'dir', enc: 'A128GCM' })}..a.b.c`,
    'whose last character hides other bits': () => {
      const last = real.at(-1);
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      return real.slice(0, -1) + letters[letters.indexOf(last) ^ 1];
    },
    'that is ten thousand characters long': () => `${real}${'A'.repeat(10_000)}`,
    'that is empty': () => '',
    'with a line end in its middle': () => `${real.slice(0, 50)}%0a${real.slice(50)}`,
  };
  for (const [what, make] of Object.entries(forgeries)) {
    it(`${what} opens nothing`, async () => {
      const token = make();
      assertProblem(await use(token), 401, 'unauthenticated');
      const user = await WebSocketUser.connect(target.url);
      const answer = await user.request('auth', { token });
      assert.equal(answer.error.code, 'unauthenticated');
      assert.equal((await user.request('join', { room: 'admin' })).error.code, 'unauthenticated');
      user.close();
    });
  }

  it('of Socket.IO that is no text, or says what it is, proves nobody', async () => {
    for (const token of [{ role: 'admin' }, ['x'], 7, true, { toString: 'x' }]) {
      await assert.rejects(SocketIoUser.connect(target.url, { token, reconnection: false }),
        ({ data }) => data.code === 'unauthenticated');
    }
  });

  it('is not the cookie, the refresh token or the device of the same person', async () => {
    const answer = await new Client(target.url).call('POST', 'auth/login',
      { body: { email: 'buyer@demo.shop', password: 'demo-pass-1' } });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0].split('=')[1]);
    for (const secret of [...cookies, answer.body.refresh_token]) assertProblem(await use(secret), 401, 'unauthenticated');
    const refresh = (token) => new Client(target.url).call('POST', 'auth/refresh', { body: { refresh_token: token } });
    for (const secret of [...cookies, answer.body.access_token, '', 'x']) {
      assertProblem(await refresh(secret), 401, 'unauthenticated');
    }
    const device = cookies.at(-1);
    assertProblem(await new Client(target.url).call('GET', 'me', { headers: { Cookie: `tillcast_session=${device}` } }),
      401, 'unauthenticated');
  });

  it('in the address of a page or a socket is not looked at', async () => {
    assertProblem(await new Client(target.url).call('GET', `me?token=${real}&access_token=${real}`), 401, 'unauthenticated');
    const user = await SocketIoUser.connect(target.url, { query: { token: real } });
    assert.equal((await user.request('join', { room: `user:${target.buyer.user.id}` })).error.code, 'unauthenticated');
    user.close();
    assert.ok(!target.server.stderr.includes(real), 'and is not in the log');
  });

  it('that was used to refresh ends the session of whoever has it', async () => {
    const thief = await signedIn(target.url, 'buyer2@demo.shop');
    const signIn = await new Client(target.url).call('POST', 'auth/login',
      { body: { email: 'buyer2@demo.shop', password: 'demo-pass-1' } });
    const refresh = (token) => thief.call('POST', 'auth/refresh', { body: { refresh_token: token } });
    const second = await refresh(signIn.body.refresh_token);
    assert.equal(second.status, 200);
    assertProblem(await refresh(signIn.body.refresh_token), 401, 'refresh_reused');
    assertProblem(await refresh(second.body.refresh_token), 401, 'unauthenticated');
    assertProblem(await use(second.body.access_token), 401, 'unauthenticated');
  });

  it('that was used twice at the same moment gives one session at most', async () => {
    const signIn = await new Client(target.url).call('POST', 'auth/login',
      { body: { email: 'buyer2@demo.shop', password: 'demo-pass-1' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () =>
      new Client(target.url).call('POST', 'auth/refresh', { body: { refresh_token: signIn.body.refresh_token } })));
    const good = answers.filter(({ status }) => status === 200);
    assert.equal(good.length, 1);
    for (const { status } of answers) assert.ok(status === 200 || status === 401);
    assertProblem(await use(good[0].body.access_token), 401, 'unauthenticated');
  });

  it('is good for nothing after logout, nor is its cookie', async () => {
    const answer = await new Client(target.url).call('POST', 'auth/login',
      { body: { email: 'buyer2@demo.shop', password: 'demo-pass-1' } });
    const client = new Client(target.url);
    client.token = answer.body.access_token;
    await client.expect(204, 'POST', 'auth/logout');
    assertProblem(await client.call('GET', 'me'), 401, 'unauthenticated');
    const Cookie = answer.headers.getSetCookie()[0].split(';')[0];
    assertProblem(await new Client(target.url).call('GET', 'me', { headers: { Cookie } }), 401, 'unauthenticated');
    assertProblem(await new Client(target.url).call('POST', 'auth/refresh',
      { body: { refresh_token: answer.body.refresh_token } }), 401, 'unauthenticated');
  });

  it('of a session is never taken from the client (fixation)', async () => {
    const chosen = 'A'.repeat(43);
    const answer = await new Client(target.url).call('POST', 'auth/login', {
      body: { email: 'buyer@demo.shop', password: 'demo-pass-1' }, headers: { Cookie: `tillcast_session=${chosen}` },
    });
    assert.equal(answer.status, 200);
    assert.ok(!answer.headers.getSetCookie()[0].includes(chosen));
    assertProblem(await new Client(target.url).call('GET', 'me', { headers: { Cookie: `tillcast_session=${chosen}` } }),
      401, 'unauthenticated');
  });

  it('sent twice is refused rather than chosen from', async () => {
    const answer = await target.raw(
      `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${real}\r\nAuthorization: Bearer x\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });
});
