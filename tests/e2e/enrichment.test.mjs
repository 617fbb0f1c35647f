// Enriching products: drawn by the server itself, or by an outside workflow that is started by a webhook and reports
// with the job's token.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFile, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { removeData, temporaryData, temporaryFolder } from './support/data.mjs';
import { WebSocketUser } from './support/live.mjs';
import { png } from './support/pictures.mjs';
import { Client, allChanges, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server, run } from './support/server.mjs';

const SECRET = 'a-secret-of-the-workflow';
const WAIT_MS = 20_000;

/** Asks until `pick` gives something. */
async function until(pick, what) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = await pick();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const statusIs = (client, id, status) => until(async () => {
  const product = await client.get(`products/${id}`);
  return product.status === status && product;
}, `status ${status}`);

/** Width and height of a lossy WebP (RFC 9649 section 2.5: the frame header behind `VP8 `). */
function webpSize(bytes) {
  assert.equal(bytes.toString('latin1', 0, 4), 'RIFF');
  assert.equal(bytes.toString('latin1', 8, 16), 'WEBPVP8 ');
  assert.equal(bytes.readUInt32LE(4) + 8, bytes.length);
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
}

/** An outside workflow engine: keeps what it is sent and answers as `answer` says. */
class Workflow {
  received = [];
  answer = () => 200;

  static async start() {
    const workflow = new Workflow();
    workflow.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const delivery = { headers: request.headers, url: request.url, body, json: JSON.parse(body) };
      workflow.received.push(delivery);
      const status = await workflow.answer(delivery);
      if (!status) return; // no answer at all
      response.writeHead(status, { Location: 'http://127.0.0.1:1/' });
      response.end('ok');
    });
    workflow.server.listen(0, '127.0.0.1');
    await once(workflow.server, 'listening');
    workflow.url = `http://127.0.0.1:${workflow.server.address().port}/webhook/enrich-product`;
    return workflow;
  }

  /** Reports as the workflow does: with nothing but what it was sent. */
  static report({ callback }, body) {
    return fetch(callback.url, {
      method: callback.method,
      headers: { Authorization: `Bearer ${callback.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  until(count) {
    return until(() => this.received.length >= count && this.received, `delivery ${count}`);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('the builtin worker', () => {
  let server, seller, shops, breads;
  before(async () => {
    server = await Server.start({ demo: true });
    seller = await signedIn(server.url, 'seller@demo.shop');
    shops = await demoShops(server.url);
    breads = await shops.productsOf('bakery');
  });
  after(() => server.stop());

  it('makes a picture and a caption, and every screen sees how it goes', async () => {
    const product = breads[0];
    const room = `desk:${shops.bakery.id}`;
    const desk = await WebSocketUser.connect(server.url, { headers: { Authorization: `Bearer ${seller.token}` } });
    await desk.request('join', { room });
    const stranger = await WebSocketUser.connect(server.url);
    await stranger.request('join', { room: `shop:${shops.bakery.id}` });
    const job = await seller.expect(202, 'POST', `products/${product.id}/enrich`);
    assert.deepEqual([job.product_id, job.worker, job.state, job.attempts], [product.id, 'builtin', 'queued', 0]);
    const of = (user, kind, id) => user.inbox.changes(kind === 'public' ? `shop:${shops.bakery.id}` : room)
      .filter((change) => change.id === id);
    await desk.inbox.until(() => of(desk, 'desk', job.id).at(-1)?.patch?.state === 'done', 'the end of the job');
    assert.deepEqual(of(desk, 'desk', job.id).map(({ op, record, patch }) => (record ?? patch).state && `${op} ${(record ?? patch).state}`),
      ['created queued', 'updated running', 'updated done']);
    await desk.inbox.until(() => of(desk, 'desk', product.id).length >= 2, 'both changes of the product');
    assert.deepEqual(of(desk, 'desk', product.id).map(({ patch }) => patch.status), ['processing', 'enriched']);
    await stranger.inbox.until(() => of(stranger, 'public', product.id).length >= 2, 'the public changes');
    const shown = of(stranger, 'public', product.id)[1].patch;
    assert.ok(shown.caption.includes(product.name), shown.caption);
    assert.match(shown.generated_image_url, /^\/images\/stored\/[0-9a-f]{64}\/1280\.webp$/);
    assert.deepEqual(stranger.inbox.messages.filter(({ body }) => body.kind === 'job'), [], 'jobs are the desk\'s');
    const answer = await fetch(server.url + shown.generated_image_url);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/webp');
    assert.deepEqual(webpSize(Buffer.from(await answer.arrayBuffer())), [1080, 1080]);
    desk.close();
    stranger.close();
  });

  it('refuses who may not, and a second start', async () => {
    const path_ = `products/${breads[1].id}/enrich`;
    assertProblem(await new Client(server.url).call('POST', path_), 403, 'forbidden');
    assertProblem(await (await signedIn(server.url, 'buyer@demo.shop')).call('POST', path_), 403, 'forbidden');
    assertProblem(await (await signedIn(server.url, 'seller2@demo.shop')).call('POST', path_), 403, 'forbidden');
    assertProblem(await seller.call('POST', 'products/nothing/enrich'), 404, 'not_found');
    const [one, two] = await Promise.all([seller.call('POST', path_), seller.call('POST', path_)]);
    assert.deepEqual([one.status, two.status].sort(), [202, 409]);
    assertProblem(one.status === 409 ? one : two, 409, 'already_processing');
    await statusIs(seller, breads[1].id, 'enriched');
    assert.equal((await seller.call('POST', path_)).status, 202, 'again, once it has ended');
  });

  it('shows the photo that was uploaded', async () => {
    const product = await seller.expect(201, 'POST', `shops/${shops.bakery.id}/products`, {
      body: { name: 'Photographed', price_minor: 990, stock: 1 },
    });
    const drawn = async () => {
      await seller.expect(202, 'POST', `products/${product.id}/enrich`);
      return (await statusIs(seller, product.id, 'enriched')).generated_image_url;
    };
    const without = await drawn();
    assert.equal(await drawn(), without, 'the same product has the same picture');
    const photo = await seller.call('PUT', `products/${product.id}/image`, {
      raw: png(300, 200, { colour: () => [200, 20, 20] }), headers: { 'Content-Type': 'image/png' },
    });
    assert.equal(photo.status, 200, photo.text);
    assert.notEqual(await drawn(), without);
  });

  it('draws whatever a product is called, with and without a photo', async () => {
    for (const name of ['<b>&amp;</b> %s "quoted"', 'خبز طازج ١٢٣', '🥐👩‍🍳 für Zoë', 'W'.repeat(200), '\u202Eabc']) {
      const product = await seller.expect(201, 'POST', `shops/${shops.bakery.id}/products`, {
        body: { name, price_minor: 100_000_000_000, stock: 1 },
      });
      await seller.expect(202, 'POST', `products/${product.id}/enrich`);
      const { caption } = await statusIs(seller, product.id, 'enriched');
      assert.ok(caption.includes(name), caption);
    }
  });

  it('goes on where kill -9 ended it, and does each product once', { timeout: 60_000 }, async () => {
    const data = await temporaryData();
    let killed = await Server.start({ demo: true, data });
    let client = await signedIn(killed.url, 'seller@demo.shop');
    const shop = (await demoShops(killed.url)).bakery.id;
    const products = (await client.get(`products?shop=${shop}&limit=12`)).items;
    const { position } = await client.get(`rooms/desk:${shop}/snapshot?limit=1`);
    for (const { id } of products) await client.expect(202, 'POST', `products/${id}/enrich`);
    await statusIs(client, products[1].id, 'enriched');
    await killed.signal('SIGKILL');
    const again = await Server.start({ data });
    client = await signedIn(again.url, 'seller@demo.shop');
    for (const { id } of products) await statusIs(client, id, 'enriched');
    const changes = await allChanges(client, `desk:${shop}`, position);
    for (const { id } of products) {
      const statuses = changes.filter((change) => change.id === id).map(({ patch }) => patch.status);
      assert.deepEqual(statuses, ['processing', 'enriched'], id);
    }
    assert.equal(changes.filter(({ kind, patch }) => kind === 'job' && patch?.state === 'done').length, products.length);
    assert.equal(await again.signal('SIGTERM'), 0);
    await removeData(data);
  });
});

describe('an outside workflow', () => {
  let workflow, server, seller, products, folder, secretFile;
  const start = (args = [], data) => Server.start({
    demo: data === undefined,
    data,
    args: ['--enrich-webhook', workflow.url, '--enrich-webhook-secret-file', secretFile, '--allow-private-webhooks', ...args],
  });
  before(async () => {
    folder = await temporaryFolder();
    secretFile = path.join(folder, 'secret');
    await writeFile(secretFile, `${SECRET}\n`);
    workflow = await Workflow.start();
    server = await start(['--enrich-timeout', '6s']);
    seller = await signedIn(server.url, 'seller@demo.shop');
    products = await (await demoShops(server.url)).productsOf('bakery');
  });
  after(async () => {
    await server.stop();
    workflow.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const begin = async (product) => {
    workflow.received.length = 0;
    const job = await seller.expect(202, 'POST', `products/${product.id}/enrich`);
    return { job, delivery: (await workflow.until(1))[0] };
  };
  const jobOf = async (product, since) => (await allChanges(seller, `desk:${product.shop_id}`, since))
    .filter(({ kind }) => kind === 'job');

  it('is told of the product by a signed request, and its report ends the job', async () => {
    workflow.answer = () => 200;
    const [product] = products;
    const { job, delivery } = await begin(product);
    assert.equal(job.worker, 'webhook');
    const signature = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(delivery.headers['x-tillcast-signature']);
    assert.equal(signature[2], createHmac('sha256', SECRET).update(`${signature[1]}.${delivery.body}`).digest('hex'));
    assert.ok(Math.abs(Date.now() / 1000 - Number(signature[1])) < 10);
    assert.equal(delivery.headers['x-tillcast-event'], 'enrich-product');
    assert.equal(delivery.headers['x-tillcast-delivery'], `${job.id}-1`);
    assert.equal(delivery.headers['content-type'], 'application/json');
    const { json } = delivery;
    assert.deepEqual([json.type, json.job_id, json.attempt], ['enrich-product', job.id, 1]);
    assert.deepEqual([json.product.id, json.product.name, json.product.price_minor], [product.id, product.name, product.price_minor]);
    assert.ok(json.product.image_url.startsWith(server.url));
    assert.equal('cost_minor' in json.product, false);
    assert.equal((await fetch(json.product.image_url)).status, 200);
    const body = { generated_image_url: 'https://cdn.example/ad.png', caption: 'Bread!', status: 'enriched' };
    const reported = await Workflow.report(json, body);
    assert.equal(reported.status, 200);
    const { status, caption, generated_image_url: url } = await statusIs(seller, product.id, 'enriched');
    assert.deepEqual({ generated_image_url: url, caption, status }, body);
    assert.equal((await Workflow.report(json, body)).status, 401, 'the job is over');
  });

  it('may say that it failed', async () => {
    const { delivery } = await begin(products[1]);
    assert.equal((await Workflow.report(delivery.json, { status: 'failed' })).status, 200);
    await statusIs(seller, products[1].id, 'failed');
  });

  it('that never reports has failed when its time is over', async () => {
    const { position } = await seller.get(`rooms/desk:${products[2].shop_id}/snapshot?limit=1`);
    const { delivery } = await begin(products[2]);
    assertProblem(await seller.call('POST', `products/${products[2].id}/enrich`), 409, 'already_processing');
    await statusIs(seller, products[2].id, 'failed');
    const last = (await jobOf(products[2], position)).at(-1).patch;
    assert.deepEqual([last.state, last.error], ['failed', 'The workflow did not report in time.']);
    assert.equal((await Workflow.report(delivery.json, { status: 'enriched' })).status, 401);
  });

  it('that fails at first is asked again, and a refusal or a redirect is final', async () => {
    let count = 0;
    workflow.answer = () => (++count === 1 ? 500 : 200);
    const { delivery } = await begin(products[3]);
    const [, second] = await workflow.until(2);
    assert.deepEqual([delivery.json.attempt, second.json.attempt], [1, 2]);
    assert.equal((await Workflow.report(delivery.json, { status: 'enriched' })).status, 200, 'the first token is good too');
    await statusIs(seller, products[3].id, 'enriched');
    for (const [index, status] of [[4, 404], [5, 302]]) {
      workflow.answer = () => status;
      await begin(products[index]);
      await statusIs(seller, products[index].id, 'failed');
      assert.equal(workflow.received.length, 1);
    }
    workflow.answer = () => 200;
  });

  it('that reports before it has answered is believed', async () => {
    workflow.answer = async ({ json }) => {
      await Workflow.report(json, { status: 'enriched', caption: 'Quick' });
      return 200;
    };
    await begin(products[6]);
    const product = await statusIs(seller, products[6].id, 'enriched');
    assert.equal(product.caption, 'Quick');
    workflow.answer = () => 200;
  });

  it('is asked again after kill -9 in the middle of a request, and its report counts once', async () => {
    const data = await temporaryData();
    await (await Server.start({ demo: true, data })).signal('SIGTERM');
    const killed = await start([], data);
    const client = await signedIn(killed.url, 'seller@demo.shop');
    const product = products[7];
    workflow.received.length = 0;
    workflow.answer = () => undefined;
    await client.expect(202, 'POST', `products/${product.id}/enrich`);
    await workflow.until(1);
    await killed.signal('SIGKILL');
    workflow.answer = () => 200;
    const again = await start([], data);
    const [, second] = await workflow.until(2);
    assert.equal(second.json.attempt, 2);
    assert.equal((await Workflow.report(second.json, { status: 'enriched', caption: 'Once' })).status, 200);
    const after_ = await signedIn(again.url, 'seller@demo.shop');
    assert.equal((await statusIs(after_, product.id, 'enriched')).caption, 'Once');
    assert.equal(await again.signal('SIGTERM'), 0);
    await removeData(data);
  });

  it('does not hold up SIGTERM, and is asked again by the next server', async () => {
    const data = await temporaryData();
    await (await Server.start({ demo: true, data })).signal('SIGTERM');
    const stopped = await start([], data);
    const client = await signedIn(stopped.url, 'seller@demo.shop');
    workflow.received.length = 0;
    workflow.answer = () => undefined;
    await client.expect(202, 'POST', `products/${products[8].id}/enrich`);
    await workflow.until(1);
    const since = Date.now();
    assert.equal(await stopped.signal('SIGTERM'), 0);
    assert.ok(Date.now() - since < 5_000);
    workflow.answer = () => 200;
    const again = await start([], data);
    await workflow.until(2);
    assert.equal(await again.signal('SIGTERM'), 0);
    await removeData(data);
  });
});

describe('a webhook', () => {
  it('goes to no private address, by number or by name, and the product is failed', async () => {
    const workflow = await Workflow.start();
    const folder = await temporaryFolder();
    const secretFile = path.join(folder, 'secret');
    await writeFile(secretFile, SECRET);
    const { port } = new URL(workflow.url);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433']) {
      const server = await Server.start({
        demo: true, args: ['--enrich-webhook', `https://${host}:${port}/x`, '--enrich-webhook-secret-file', secretFile],
      });
      const seller = await signedIn(server.url, 'seller@demo.shop');
      const [product] = await (await demoShops(server.url)).productsOf('bakery');
      const { position } = await seller.get(`rooms/desk:${product.shop_id}/snapshot?limit=1`);
      await seller.expect(202, 'POST', `products/${product.id}/enrich`);
      await statusIs(seller, product.id, 'failed');
      const jobs = (await allChanges(seller, `desk:${product.shop_id}`, position)).filter(({ kind }) => kind === 'job');
      assert.match(jobs.at(-1).patch.error, /address that is not public/, host);
      await server.stop();
    }
    assert.equal(workflow.received.length, 0);
    workflow.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is set up with an https URL and a secret that is no flag, or not at all', async () => {
    const refused = async (args, env, message) => {
      const ended = await run(['serve', '--listen', '127.0.0.1:0', ...args], { env });
      assert.equal(ended.status, 2, ended.stderr);
      assert.match(ended.stderr, message);
    };
    const url = ['--enrich-webhook', 'https://n8n.example/webhook/x'];
    const secret = { TILLCAST_ENRICH_WEBHOOK_SECRET: SECRET };
    await refused(['--enrich-webhook', 'http://n8n.example/x'], secret, /does not begin with https/);
    await refused(['--enrich-webhook', 'n8n.example'], secret, /no URL/);
    await refused(['--enrich-webhook', 'https://a:b@n8n.example/x'], secret, /password|user name/);
    await refused(url, {}, /needs a secret/);
    await refused(url, { TILLCAST_ENRICH_WEBHOOK_SECRET: 'short' }, /16 to/);
    await refused([...url, '--enrich-webhook-secret-file', '/nowhere/secret'], {}, /cannot read/);
    await refused(['--enrich-timeout', '10'], {}, /no time for a workflow/);
    await refused(['--public-url', 'shop.example'], {}, /--public-url/);
  });
});
