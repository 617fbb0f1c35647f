// What a page of another site can make a browser send: the cookie goes with it, the rest is the page's.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, Target, assertProblem } from './support.mjs';

describe('a page of another site', () => {
  let target;
  let head;
  let Cookie;
  before(async () => {
    target = await Target.start({ args: ['--cors', 'native=https://app.example'] });
    const answer = await new Client(target.url).call('POST', 'auth/login',
      { body: { email: 'seller@demo.shop', password: 'demo-pass-1' } });
    Cookie = answer.headers.getSetCookie()[0].split(';')[0];
    head = await target.position();
  });
  after(async () => {
    const now = await target.position();
    await target.stop();
    assert.equal(now, head, 'it has changed the data');
  });

  const send = (method, path, { raw, headers = {} } = {}) =>
    new Client(target.url).call(method, path, { raw, headers: { Cookie, ...headers } });
  const product = () => `products/${target.bread.id}`;

  for (const origin of ['https://evil.test', 'null', 'http://127.0.0.1', 'https://app.example.evil.test', 'http://app.example']) {
    it(`${origin} writes nothing`, async () => {
      const headers = { Origin: origin };
      assertProblem(await send('PATCH', product(), { raw: '{"stock":0}', headers }), 403, 'cross_origin');
      assertProblem(await send('DELETE', product(), { headers }), 403, 'cross_origin');
      assertProblem(await send('POST', 'auth/logout-all', { headers }), 403, 'cross_origin');
      assertProblem(await send('POST', 'auth/refresh', { raw: '{}', headers }), 403, 'cross_origin');
    });
  }

  it('cannot sign its visitor in as somebody else (login CSRF)', async () => {
    const raw = JSON.stringify({ email: 'buyer@demo.shop', password: 'demo-pass-1' });
    const answer = await new Client(target.url).call('POST', 'auth/login', { raw, headers: { Origin: 'https://evil.test' } });
    assertProblem(answer, 403, 'cross_origin');
    assert.deepEqual(answer.headers.getSetCookie(), []);
  });

  it('is known by Sec-Fetch-Site where its browser leaves Origin out', async () => {
    for (const site of ['cross-site', 'same-site']) {
      assertProblem(await send('POST', 'auth/logout', { headers: { 'Sec-Fetch-Site': site } }), 403, 'cross_origin');
    }
  });

  it('cannot send a form, which needs no preflight', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      assertProblem(await send('PATCH', product(), { raw: '{"stock":0}', headers: { 'Content-Type': type } }), 415, 'unsupported_media_type');
    }
  });

  it('is not allowed to read answers, unless it is in the list', async () => {
    for (const origin of ['https://evil.test', 'null', 'https://app.example.evil.test']) {
      const answer = await send('GET', 'me', { headers: { Origin: origin } });
      assert.equal(answer.headers.get('access-control-allow-origin'), null, origin);
      assert.equal(answer.headers.get('access-control-allow-credentials'), null, origin);
    }
    const allowed = await send('GET', 'me', { headers: { Origin: 'https://app.example' } });
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(allowed.headers.get('access-control-allow-credentials'), 'true');
    assert.match(allowed.headers.get('vary'), /Origin/);
  });

  it('of the list may write, and no wildcard is ever sent', async () => {
    const headers = { Origin: 'https://app.example' };
    const answer = await send('PATCH', product(), { raw: '{"no_such_field":1}', headers });
    assertProblem(answer, 422, 'validation_failed');
    assert.notEqual(answer.headers.get('access-control-allow-origin'), '*');
  });

  it('cannot change anything by GET', async () => {
    for (const path of ['auth/logout', 'auth/logout-all', `${product()}/delete`, 'admin/backup']) {
      const answer = await send('GET', path);
      assert.ok([404, 405].includes(answer.status), `${path}: ${answer.status}`);
    }
    assert.equal((await send('GET', 'me')).status, 200);
  });

  it('cannot put the shop into a frame, or make its files run as something else', async () => {
    for (const path of ['/', '/api/v1/products', '/no-such-page', '/api/v1/no-such-route']) {
      const response = await fetch(target.url + path, { headers: { Accept: 'text/html' } });
      await response.text();
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path);
      if (!response.headers.get('content-type')?.startsWith('text/html')) continue;
      const policy = response.headers.get('content-security-policy');
      for (const rule of ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"]) {
        assert.ok(policy.includes(rule), `${path}: ${policy}`);
      }
      assert.ok(!/unsafe-(inline|eval)/.test(policy), policy);
    }
  });

  it('gets no secret from an error or the log', async () => {
    const secret = 'hunter2-hunter2';
    const tries = [
      await new Client(target.url).call('POST', 'auth/login', { raw: JSON.stringify({ email: 'buyer@demo.shop', password: secret }) }),
      await new Client(target.url).call('POST', 'auth/login', { raw: `{"email":"buyer@demo.shop","password":"${secret}"` }),
      await new Client(target.url).call('POST', 'auth/register', { raw: JSON.stringify({ email: 'x', password: secret }) }),
      await new Client(target.url).call('GET', 'me', { headers: { Authorization: `Bearer ${secret}` } }),
      await new Client(target.url).call('POST', 'auth/refresh', { raw: JSON.stringify({ refresh_token: secret }) }),
    ];
    for (const answer of tries) {
      assert.ok(answer.status >= 400);
      assert.ok(!answer.text.includes(secret), answer.text);
    }
    assert.ok(!target.server.stderr.includes(secret));
    assert.ok(!target.server.stderr.includes(Cookie.split('=')[1]));
  });
});
