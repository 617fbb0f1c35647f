// A product's picture: sent as it is or in a form, decoded and made anew, the same for everybody and for ever.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { removeData, temporaryData } from './support/data.mjs';
import { SocketIoUser } from './support/live.mjs';
import { JPEG, form, jpegOfCamera, png, webp } from './support/pictures.mjs';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { BINARY, Server } from './support/server.mjs';

describe('the picture of a product', () => {
  let server;
  let data;
  let seller;
  let products;
  let bakery;
  before(async () => {
    data = await temporaryData();
    server = await Server.start({ demo: true, data });
    seller = await signedIn(server.url, 'seller@demo.shop');
    const shops = await demoShops(server.url);
    bakery = shops.bakery;
    products = await shops.productsOf('bakery');
  });
  after(async () => {
    await server.stop();
    await removeData(data);
  });

  const put = (product, bytes, type = 'application/octet-stream', headers = {}, who = seller) =>
    who.call('PUT', `products/${product.id}/image`, { raw: bytes, headers: { 'Content-Type': type, ...headers } });
  const upload = async (product, bytes, type) => {
    const answer = await put(product, bytes, type);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const fetched = async (url, headers = {}) => {
    const response = await fetch(server.url + url, { headers });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const sizes = async ({ image_url: url }) => Promise.all([320, 640, 1280].map(async (size) => {
    const { width, height } = webp((await fetched(url.replace('640', size))).bytes);
    return `${width}x${height}`;
  }));

  it('is WebP in three sizes', async () => {
    const product = await upload(products[0], png(1600, 800), 'image/png');
    assert.match(product.image_url, /^\/images\/stored\/[0-9a-f]{64}\/640\.webp$/);
    assert.deepEqual(await sizes(product), ['320x160', '640x320', '1280x640']);
  });

  it('is never made larger than it was', async () => {
    assert.deepEqual(await sizes(await upload(products[0], png(500, 900))), ['178x320', '356x640', '500x900']);
    assert.deepEqual(await sizes(await upload(products[0], JPEG)), ['48x24', '48x24', '48x24']);
  });

  it('can be sent as any of the formats, whatever its header says, and again as the WebP that was made of it', async () => {
    const product = await upload(products[0], JPEG, 'image/png');
    const { bytes } = await fetched(product.image_url);
    assert.deepEqual(await sizes(await upload(products[0], bytes, 'image/jpeg')), ['48x24', '48x24', '48x24']);
  });

  it('can be the one file of a form', async () => {
    const { raw, headers } = form([
      { name: 'title', content: 'Bread' },
      { name: 'image', filename: '../../bread.svg', type: 'image/svg+xml', content: png(64, 32) },
    ]);
    const answer = await seller.call('PUT', `products/${products[0].id}/image`, { raw, headers });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await sizes(answer.body), ['64x32', '64x32', '64x32']);
  });

  it('is turned as the camera was held, and keeps nothing else of what the camera wrote', async () => {
    const bytes = jpegOfCamera(6, 'Owner of the camera');
    assert.ok(bytes.includes('Owner of the camera'));
    const product = await upload(products[0], bytes);
    const stored = await fetched(product.image_url);
    assert.deepEqual(webp(stored.bytes), { width: 24, height: 48, chunks: ['VP8 '] });
    for (const secret of ['Exif', 'Owner']) assert.ok(!stored.bytes.includes(secret), secret);
  });

  it('is seen by open screens at once', async () => {
    const user = await SocketIoUser.connect(server.url);
    await user.request('join', { room: `shop:${bakery.id}` });
    const product = await upload(products[1], png(40, 30));
    const seen = await user.inbox.until((all) => all.find(({ type, body }) => type === 'change' && body.id === product.id), 'the change');
    assert.equal(seen.body.patch.image_url, product.image_url);
    user.close();
  });

  it('is served to everybody, to be kept for ever, and cannot run', async () => {
    const product = await upload(products[0], png(700, 700));
    const { status, headers } = await fetched(product.image_url);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'image/webp');
    assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox");
    const again = await fetched(product.image_url, { 'If-None-Match': headers.get('etag') });
    assert.equal(again.status, 304);
    assert.equal(again.bytes.length, 0);
    for (const url of ['/images/stored/none/640.webp', product.image_url.replace('640', '641'),
      product.image_url.replace('webp', 'svg')]) {
      assert.equal((await fetched(url, { 'If-None-Match': '*' })).status, 404, url);
    }
  });

  it('has one name by what it shows', async () => {
    const one = await upload(products[0], png(300, 200));
    const two = await upload(products[1], png(300, 200));
    const other = await upload(products[1], png(300, 201));
    assert.equal(one.image_url, two.image_url);
    assert.notEqual(one.image_url, other.image_url);
    assert.equal((await fetched(one.image_url)).status, 200, 'nobody takes it from the other product');
  });

  it('goes by If-Match and Idempotency-Key as any write', async () => {
    const product = await seller.get(`products/${products[0].id}`);
    const old = await put(product, png(10, 10), 'image/png', { 'If-Match': `"${product.version + 1}"` });
    assertProblem(old, 412, 'version_conflict');
    const keyed = { 'If-Match': `"${product.version}"`, 'Idempotency-Key': 'picture-1' };
    const first = await put(product, png(10, 12), 'image/png', keyed);
    assert.equal(first.status, 200, first.text);
    assert.equal(first.headers.get('etag'), `"${product.version + 1}"`);
    const second = await put(product, png(10, 12), 'image/png', keyed);
    assert.equal(second.text, first.text);
    assertProblem(await put(product, png(10, 13), 'image/png', keyed), 422, 'idempotency_mismatch');
  });

  it('is given by the shop’s people and by admins', async () => {
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    assertProblem(await put(products[0], png(10, 10), 'image/png', {}, buyer), 403, 'forbidden');
    assertProblem(await put(products[0], png(10, 10), 'image/png', {}, new Client(server.url)), 401, 'unauthenticated');
    assertProblem(await put({ id: 'nothing' }, png(10, 10)), 404, 'not_found');
    const admin = await signedIn(server.url, 'admin@demo.shop');
    assert.equal((await put(products[0], png(10, 10), 'image/png', {}, admin)).status, 200);
  });

  it('outlives the server', async () => {
    const product = await upload(products[2], png(320, 200));
    const { bytes } = await fetched(product.image_url);
    await server.signal('SIGTERM');
    server = await Server.start({ data });
    assert.deepEqual((await fetched(product.image_url)).bytes, bytes);
    seller = await signedIn(server.url, 'seller@demo.shop');
  });

  it('is said to be worked on elsewhere when too many wait, and nothing is lost', async () => {
    const picture = png(2000, 2000);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => put(products[i % 4], picture)));
    const more = await put(products[0], png(20, 20));
    for (const { status, body } of [...answers, more]) assert.ok(status === 200 || body.code === 'busy', `${status}`);
    assert.equal(more.status, 200, 'the queue is empty again');
  });
});

describe('the process that decodes a picture', () => {
  /** It waits for its input, having shut itself in before it reads any. */
  const waiting = async () => {
    const child = spawn(BINARY, ['picture-child'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let status = '';
    for (let tries = 0; !/Seccomp:\s2/.test(status) && tries < 500; ++tries) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    }
    return { child, status };
  };

  it('has a filter of system calls, no new rights, and limits before it reads a byte', async () => {
    const { child, status } = await waiting();
    assert.match(status, /Seccomp:\s2/);
    assert.match(status, /NoNewPrivs:\s1/);
    assert.match(status, /Threads:\s1\n/);
    const limits = await readFile(`/proc/${child.pid}/limits`, 'utf8');
    assert.match(limits, /Max address space\s+1073741824\s+1073741824/);
    assert.match(limits, /Max cpu time\s+10\s+10/);
    assert.match(limits, /Max file size\s+4194304\s+4194304/);
    assert.match(limits, /Max core file size\s+0\s+0/);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('decodes from within it', async () => {
    const { child } = await waiting();
    const chunks = [];
    child.stdout.on('data', (data) => chunks.push(data));
    child.stdin.end(png(400, 300));
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.match(Buffer.concat(chunks).toString('latin1', 0, 4), /^320 /);
  });
});
