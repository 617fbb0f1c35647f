// Sign-in and registration as somebody tries them who has no account, or wants another's.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, Target, assertProblem } from './support.mjs';

describe('sign-in', () => {
  let target;
  before(async () => {
    target = await Target.start({ args: ['--trusted-proxy', '127.0.0.1'] });
  });
  after(() => target.stop());

  let last = 0;
  /** Each from an address of its own, so that nobody has to wait. */
  const post = (path, body, raw) => {
    last += 1;
    const headers = { 'X-Forwarded-For': `198.51.100.${last % 250}` };
    return new Client(target.url).call('POST', `auth/${path}`, raw === undefined ? { body, headers } : { raw, headers });
  };
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

  it('tells nobody who has an account, by its answer or its time', { timeout: 60_000 }, async () => {
    const times = { known: [], unknown: [] };
    let texts = new Set();
    for (let i = 0; i < 15; ++i) {
      for (const [who, email] of [['known', 'buyer@demo.shop'], ['unknown', `nobody${i}@demo.shop`]]) {
        const began = performance.now();
        const answer = await post('login', { email, password: 'not-the-password' });
        times[who].push(performance.now() - began);
        assertProblem(answer, 401, 'wrong_password');
        texts.add(answer.text);
        assert.deepEqual(answer.headers.getSetCookie(), []);
      }
    }
    assert.equal(texts.size, 1);
    const [known, unknown] = [median(times.known), median(times.unknown)];
    assert.ok(Math.abs(known - unknown) < 0.5 * Math.max(known, unknown), `known ${known} ms, unknown ${unknown} ms`);
  });

  it('takes no text that is SQL, a pattern or an object for an address', async () => {
    for (const email of ["' OR 1=1 --", 'buyer@demo.shop\' --', '%', '*', 'buyer%40demo.shop', 'buyer@demo.shop\u0000']) {
      assertProblem(await post('login', { email, password: 'demo-pass-1' }), 401, 'wrong_password');
    }
    for (const email of [{ $gt: '' }, ['buyer@demo.shop'], true, null, 7]) {
      assertProblem(await post('login', { email, password: 'demo-pass-1' }), 422, 'validation_failed');
    }
    assertProblem(await post('login', { email: 'buyer@demo.shop', password: { $ne: '' } }), 422, 'validation_failed');
    assertProblem(await post('login', { email: 'buyer@demo.shop', password: true }), 422, 'validation_failed');
  });

  it('hashes no text that is longer than a password', async () => {
    const began = performance.now();
    for (const path of ['login', 'register']) {
      assertProblem(await post(path, { email: 'long@example.org', name: 'L', password: 'a'.repeat(900_000) }), 422, 'validation_failed');
    }
    assert.ok(performance.now() - began < 2_000);
  });

  it('compares the whole password', async () => {
    const password = `${'x'.repeat(100)}end`;
    const email = 'whole@example.org';
    assert.equal((await post('register', { email, name: 'W', password })).status, 201);
    for (const wrong of ['x'.repeat(100), `${password} `, password.toUpperCase(), `${password.slice(0, 72)}`]) {
      assertProblem(await post('login', { email, password: wrong }), 401, 'wrong_password');
    }
    assert.equal((await post('login', { email, password })).status, 200);
  });

  it('has one account an address, however that is written', async () => {
    for (const email of ['BUYER@DEMO.SHOP', ' buyer@demo.shop', 'Buyer@Demo.Shop ']) {
      const answer = await post('register', { email, name: 'B', password: 'long-enough' });
      assert.ok(answer.status === 409 || answer.status === 422, answer.text);
    }
  });

  it('gives no role with the first account of an address that looks like an admin', async () => {
    const answer = await post('register', { email: 'admin@example.org', name: 'admin', password: 'long-enough' });
    assert.equal(answer.body.user.role, 'customer');
  });

  it('takes no token of others where no issuer is configured', async () => {
    assertProblem(await post('login', { id_token: 'e30.e30.e30' }), 422, 'no_issuers');
  });

  it('holds a storm of sign-ins off the rest of the shop', { timeout: 60_000 }, async () => {
    const storm = Promise.all(Array.from({ length: 150 }, () => post('login', { email: 'buyer@demo.shop', password: 'wrong-one' })));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    for (let i = 0; i < 20; ++i) assert.equal((await target.anybody.call('GET', `products?limit=${i + 1}`)).status, 200);
    const order = await target.buyer.order(target.bakery.id, [{ product: target.bread.id, quantity: 1 }]);
    assert.equal(order.status, 201, order.text);
    const ms = performance.now() - began;
    const answers = await storm;
    assert.ok(ms < 4_000, `others waited ${ms} ms`);
    assert.ok(answers.every(({ status }) => [401, 503].includes(status)));
    const busy = answers.filter(({ status }) => status === 503);
    assert.ok(busy.length > 0, 'more than the queue holds are sent away');
    assertProblem(busy[0], 503, 'busy');
    assert.ok(busy[0].headers.get('retry-after'));
  });

  it('does not change a password without the old one', async () => {
    const change = (body) => target.buyer2.call('POST', 'auth/password', { body });
    assertProblem(await change({ current_password: 'wrong', new_password: 'new-password' }), 401, 'wrong_password');
    assertProblem(await change({ new_password: 'new-password' }), 422, 'validation_failed');
    assertProblem(await change({ current_password: 'demo-pass-1', new_password: 'short' }), 422, 'validation_failed');
    assertProblem(await target.anybody.call('POST', 'auth/password',
      { body: { current_password: 'demo-pass-1', new_password: 'new-password' } }), 401, 'unauthenticated');
  });
});
