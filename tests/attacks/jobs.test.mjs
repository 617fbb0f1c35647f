// The token of a job, in the hands of somebody who wants more than to report.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser } from '../e2e/support/live.mjs';
import { Client, Target, assertProblem, base64url, hmacToken, parts } from './support.mjs';

describe('the token of a job', () => {
  let target, engine, folder, job, holder, position;
  before(async () => {
    const received = [];
    engine = http.createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      received.push(JSON.parse(body));
      response.end();
    });
    engine.listen(0, '127.0.0.1');
    await once(engine, 'listening');
    folder = await mkdtemp(path.join(tmpdir(), 'tillcast-attacks-'));
    await writeFile(path.join(folder, 'secret'), 'a-secret-of-the-workflow');
    target = await Target.start({
      args: ['--allow-private-webhooks', '--enrich-webhook', `http://127.0.0.1:${engine.address().port}/x`,
        '--enrich-webhook-secret-file', path.join(folder, 'secret')],
    });
    await target.seller.expect(202, 'POST', `products/${target.bread.id}/enrich`);
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    [job] = received;
    holder = new Client(target.url);
    holder.token = job.callback.token;
    position = await target.position();
  });
  after(async () => {
    await target.stop();
    engine.closeAllConnections();
    engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  const unmoved = async () => assert.equal(await target.position(), position, 'nothing has changed');
  const patch = (id, body) => holder.call('PATCH', `products/${id}`, { body });

  it('writes no other field of its product', async () => {
    for (const body of [
      { price_minor: 1 }, { cost_minor: 1 }, { stock: 1_000_000 }, { name: 'Mine' }, { image_url: 'https://evil.example/x' },
      { status: 'archived' }, { status: 'active' }, { status: null }, { shop_id: target.gadgets.id }, { id: 'x' }, { version: 1 },
      { rating_avg: 500 }, { caption: 'fine', price_minor: 1 }, { caption: 'x'.repeat(1001) },
      { generated_image_url: 'javascript:alert(1)' }, { generated_image_url: 'http://127.0.0.1/x' },
      { generated_image_url: '//evil.example/x' }, { generated_image_url: 'https://evil.example/"><script>' },
    ]) {
      assertProblem(await patch(target.bread.id, body), 422, 'validation_failed');
    }
    await unmoved();
  });

  it('writes no other product, of this shop or another', async () => {
    const { items } = await target.seller.get(`products?shop=${target.bakery.id}&limit=2&sort=price`);
    for (const id of [...items.map((product) => product.id), target.gadget.id, 'nothing'].filter((id) => id !== target.bread.id)) {
      assertProblem(await patch(id, { caption: 'Mine' }), 403, 'forbidden');
    }
    await unmoved();
  });

  it('is nobody\'s access token', async () => {
    for (const [method, path_, body] of [
      ['GET', 'me'], ['PATCH', 'me', { name: 'x' }], ['GET', 'cart'], ['GET', `shops/${target.bakery.id}/stats`],
      ['GET', `orders?shop=${target.bakery.id}`], ['POST', 'orders', { shop: target.bakery.id, items: [{ product: target.bread.id, quantity: 1 }] }],
      ['DELETE', `products/${target.bread.id}`], ['POST', `products/${target.bread.id}/enrich`],
      ['POST', `shops/${target.bakery.id}/products`, { name: 'x', price_minor: 1 }], ['GET', `rooms/desk:${target.bakery.id}/snapshot`],
      ['POST', 'admin/backup'], ['POST', 'auth/logout-all'],
    ]) {
      const answer = await holder.call(method, path_, body ? { body } : {});
      assert.equal(answer.status, 401, `${method} ${path_}: ${answer.text}`);
      assertProblem(answer, 401, 'unauthenticated');
    }
    await assert.rejects(SocketIoUser.connect(target.url, { token: job.callback.token, reconnection: false }));
    const user = await WebSocketUser.connect(target.url, { headers: { Authorization: `Bearer ${job.callback.token}` } });
    assert.equal((await user.closed).code, 4401);
    await unmoved();
  });

  it('cannot be made or changed by others, and an access token is none', async () => {
    const { header, payload, signature } = parts(job.callback.token);
    for (const token of [
      hmacToken(header, payload, ''), hmacToken(header, payload, 'a-secret-of-the-workflow'),
      `${base64url(header)}.${base64url({ ...payload, product: target.gadget.id })}.${signature}`,
      `${base64url(header)}.${base64url({ ...payload, exp_ms: 4e12 })}.${signature}`,
      `${base64url(header)}.${base64url(payload)}.`,
      `${base64url({ alg: 'none', typ: 'JOB' })}.${base64url(payload)}.`,
    ]) {
      const forger = new Client(target.url);
      forger.token = token;
      assertProblem(await forger.call('PATCH', `products/${target.bread.id}`, { body: { caption: 'x' } }), 401, 'unauthenticated');
    }
    assertProblem(await target.buyer.call('PATCH', `products/${target.bread.id}`, { body: { caption: 'x' } }), 403, 'forbidden');
    assertProblem(await target.seller.call('PATCH', `products/${target.bread.id}`, { body: { generated_image_url: 'https://a.example/x' } }),
      422, 'validation_failed');
    await unmoved();
  });

  it('has ended with its job', async () => {
    assert.equal((await patch(target.bread.id, { caption: 'Done', status: 'enriched' })).status, 200);
    assertProblem(await patch(target.bread.id, { caption: 'Again' }), 401, 'token_expired');
    await target.seller.expect(202, 'POST', `products/${target.bread.id}/enrich`);
    assertProblem(await patch(target.bread.id, { caption: 'Again' }), 401, 'token_expired');
  });
});
