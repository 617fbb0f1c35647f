// Cookies, refresh tokens, and what another site may not make a browser do.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, assertProblem } from './support/rest.mjs';
import { Server } from './support/server.mjs';

describe('a session', () => {
  let server;
  let signIn;
  let cookie;
  const client = () => new Client(server.url);

  before(async () => {
    server = await Server.start();
    await client().register('Ann');
    const body = { email: 'ANN@example.org ', password: 'Ann-password' };
    const answer = await client().call('POST', 'auth/login', { body });
    assert.equal(answer.status, 200, answer.text);
    signIn = answer.body;
    [cookie] = answer.headers.getSetCookie();
  });
  after(() => server.stop());

  const withCookie = (headers = {}) => ({ Cookie: cookie.split(';')[0], ...headers });

  it('is held by a cookie that scripts cannot read and other sites do not send', () => {
    assert.match(cookie, /^tillcast_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });

  it('is known by the cookie alone', async () => {
    const me = await client().get('me', { headers: withCookie() });
    assert.equal(me.user.name, 'Ann');
  });

  it('gives a new access token for the cookie', async () => {
    const fresh = await client().expect(200, 'POST', 'auth/refresh', { headers: withCookie(), body: {} });
    assert.equal(fresh.user.id, signIn.user.id);
    const me = client();
    me.token = fresh.access_token;
    await me.get('me');
  });

  it('does not write for a page of another site', async () => {
    const patch = (headers) =>
      client().call('PATCH', 'me', { body: { name: 'Eve' }, headers: withCookie(headers) });
    for (const origin of ['https://evil.example', 'null', `${server.url}0`]) {
      assertProblem(await patch({ Origin: origin }), 403, 'cross_origin');
    }
    assert.equal((await client().get('me', { headers: withCookie() })).user.name, 'Ann');
    assert.equal((await patch({ Origin: server.url })).body.name, 'Eve');
  });

  it('may be used from any origin by who knows the token', async () => {
    const me = client();
    me.token = signIn.access_token;
    await me.expect(200, 'PATCH', 'me', { body: { name: 'Ann' }, headers: { Origin: 'https://a.example' } });
  });

  it('takes each refresh token once, and ends when one comes again', async () => {
    const refresh = (refresh_token) => client().call('POST', 'auth/refresh', { body: { refresh_token } });
    const second = await refresh(signIn.refresh_token);
    assert.equal(second.status, 200, second.text);
    assert.notEqual(second.body.refresh_token, signIn.refresh_token);
    assertProblem(await refresh(signIn.refresh_token), 401, 'refresh_reused');
    assertProblem(await refresh(second.body.refresh_token), 401, 'unauthenticated');
    const me = client();
    me.token = second.body.access_token;
    assertProblem(await me.call('GET', 'me'), 401, 'unauthenticated');
  });

  it('leaves who still has its cookie a stranger, to whom the shop is open', async () => {
    const headers = withCookie();
    assert.equal((await client().call('GET', 'products', { headers })).status, 200);
    assertProblem(await client().call('GET', 'me', { headers }), 401, 'unauthenticated');
    assertProblem(await client().call('PATCH', 'me', { headers, body: { name: 'E' } }), 401, 'unauthenticated');
  });

  it('is refused for tokens that nobody issued', async () => {
    const [header, payload] = signIn.access_token.split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const token of ['x', `${header}.${payload}.`, `${none}.${payload}.`, `${signIn.access_token}x`]) {
      const forged = client();
      forged.token = token;
      assertProblem(await forged.call('GET', 'me'), 401, 'unauthenticated');
    }
    const basic = { Authorization: 'Basic YW5uOnNlY3JldA==' };
    assertProblem(await client().call('GET', 'me', { headers: basic }), 401, 'unauthenticated');
  });

  it('says the same to an unknown account and to a wrong password', async () => {
    const attempt = (email) =>
      client().call('POST', 'auth/login', { body: { email, password: 'wrong-password' } });
    const known = await attempt('ann@example.org');
    const unknown = await attempt('nobody@example.org');
    assertProblem(known, 401, 'wrong_password');
    assert.equal(known.text, unknown.text);
  });
});
