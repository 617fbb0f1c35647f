// The contract as documents: they are valid by the rules of those who made the formats, what the server really
// answers and sends is what they say, and the client's types are made of them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { SocketIoUser, WebSocketUser, join } from './support/live.mjs';
import { JPEG } from './support/pictures.mjs';
import { Client, demoShops, epochOf, signedIn } from './support/rest.mjs';
import { Server, run } from './support/server.mjs';

const asyncApiRules = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');

describe('the contract', () => {
  let server;
  let openapi;
  let asyncapi;
  let seller;
  let buyer;
  let anyone;
  let shop;

  before(async () => {
    server = await Server.start({ demo: true });
    anyone = new Client(server.url);
    openapi = (await anyone.call('GET', '/openapi.json')).body;
    asyncapi = (await anyone.call('GET', '/asyncapi.json')).body;
    seller = await signedIn(server.url, 'seller@demo.shop');
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    shop = (await demoShops(server.url)).bakery;
  });
  after(() => server.stop());

  /** Says what is wrong with a value by the schema that stands at `pointer` of a document. */
  const checker = (document) => {
    const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
    ajv.addSchema({ ...document, $id: 'contract' });
    return (pointer, value, what) => {
      const check = ajv.getSchema(`contract#${pointer}`) ?? ajv.compile({ $ref: `contract#${pointer}` });
      assert.ok(check(value), `${what}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value).slice(0, 500)}`);
    };
  };

  it('is valid OpenAPI', async () => {
    assert.equal(openapi.openapi, '3.1.0');
    await SwaggerParser.validate(structuredClone(openapi));
  });

  it('is valid AsyncAPI', () => {
    assert.equal(asyncapi.asyncapi, '3.0.0');
    const check = addFormats(new Ajv({ strict: false, allErrors: true })).compile(asyncApiRules);
    assert.ok(check(asyncapi), JSON.stringify(check.errors?.slice(0, 3)));
  });

  it('is served with a validator, and is what the program prints', async () => {
    const first = await anyone.call('GET', '/openapi.json');
    const again = await anyone.call('GET', '/openapi.json', {
      headers: { 'If-None-Match': first.headers.get('etag') },
    });
    assert.equal(again.status, 304);
    assert.deepEqual(JSON.parse((await run(['schema', 'openapi'])).stdout), openapi);
    assert.deepEqual(JSON.parse((await run(['schema', 'asyncapi'])).stdout), asyncapi);
  });

  it('is what packages/client has its types from', async () => {
    const file = new URL('../../packages/client/src/schema.ts', import.meta.url);
    const { stdout } = await run(['schema', 'types']);
    assert.equal(await readFile(file, 'utf8'), stdout,
      'run: build/release/tillcast schema types > packages/client/src/schema.ts');
  });

  it('names every route, and the answers are what it says', async () => {
    const check = checker(openapi);
    const { items: orders } = await seller.get(`orders?shop=${shop.id}&limit=3`);
    const { items: products } = await anyone.get(`products?shop=${shop.id}&limit=5`);
    await buyer.expect(200, 'PUT', `wishlist/${products[0].id}`);
    const since = `${await epochOf(anyone)}:0`;
    const values = { id: shop.id, room: `desk:${shop.id}`, product: products[0].id, file: '640.webp' };
    const shown = await seller.expect(200, 'PUT', `products/${products[0].id}/image`,
      { raw: JPEG, headers: { 'Content-Type': 'image/jpeg' } });
    values.picture = shown.image_url.split('/')[3];
    const idOf = { orders: orders[0].id, products: products[0].id, shops: shop.id };
    for (const [path, operations] of Object.entries(openapi.paths)) {
      if (!operations.get) continue;
      const collection = path.split('/')[3];
      const url = path.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? idOf[collection] : values[name])) +
        (path.endsWith('/changes') ? `?since=${since}` : '');
      const client = path.includes('wishlist') || path.includes('cart') ? buyer : seller;
      const answer = await client.call('GET', url);
      assert.equal(answer.status, 200, `${url}: ${answer.text}`);
      const { content } = operations.get.responses[200];
      if (!content['application/json']) continue;
      const at = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
      check(encodeURI(at), answer.body, url);
    }
  });

  it('says what writes take and give', async () => {
    const check = checker(openapi);
    const schema = (name) => `/components/schemas/${name}`;
    const body = { name: 'Rye', price_minor: 300, stock: 5, sku: 'CONTRACT-1' };
    check(schema('NewProduct'), body, 'the body');
    const product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
    check(schema('Product'), product, 'a product');
    const patch = { sku: null, cost_minor: 100 };
    check(schema('ProductPatch'), patch, 'the patch');
    check(schema('Product'), await seller.expect(200, 'PATCH', `products/${product.id}`, { body: patch }), 'patched');
    const request = { shop: shop.id, items: [{ product: product.id, quantity: 2 }] };
    check(schema('OrderRequest'), request, 'an order request');
    const order = await buyer.expect(201, 'POST', 'orders', { body: request });
    check(schema('Order'), order, 'an order');
    assert.ok(!('profit_minor' in order));
    const short = await buyer.call('POST', 'orders', { body: { ...request, items: [{ product: product.id, quantity: 9 }] } });
    check(schema('Problem'), short.body, 'out of stock');
    const wrong = await seller.call('PATCH', `products/${product.id}`, { body: { price_minor: -1, nonsense: 1 } });
    check(schema('Problem'), wrong.body, 'field errors');
    assert.throws(() => check(schema('ProductPatch'), { rating_avg: 5 }, 'read only'));
    assert.throws(() => check(schema('Product'), { ...product, price_minor: 'much' }, 'wrong'));
    const newcomer = new Client(server.url);
    check(schema('SignIn'), await newcomer.register('Reader'), 'a sign-in');
  });

  it('says what live clients are sent', async () => {
    const check = checker(asyncapi);
    const payload = (name) => `/components/messages/${name}/payload`;
    const rooms = ['market', `desk:${shop.id}`, `user:${seller.user.id}`];
    const headers = { Authorization: `Bearer ${seller.token}` };
    const users = [
      await SocketIoUser.connect(server.url, { token: seller.token }),
      await WebSocketUser.connect(server.url, { headers }),
    ];
    const since = `${await epochOf(anyone)}:0`;
    for (const user of users) {
      for (const room of rooms) check(payload('joined'), strip(await join(user, room, since)), 'joined');
      const other = await user.request('join', { room: 'shop:none', since: 'other:1' });
      check(payload('joined'), strip(other), 'joined');
      check(payload('refused'), strip(await user.request('join', { room: 'user:nobody' })), 'refused');
      check(payload('authenticated'), strip(await user.request('auth', { token: seller.token })), 'authenticated');
      const messages = await user.inbox.until(
        (all) => all.length > 500 && all.some(({ type }) => type === 'reset') && all, 'the history');
      const seen = new Set();
      for (const { type, body } of messages) {
        check(payload(type), body, type);
        seen.add(`${type} ${body.kind} ${body.op}`);
        if (body.op === 'created') check(`/components/schemas/${typeName(body.kind)}`, body.record, body.kind);
      }
      assert.ok(seen.has('reset undefined undefined') && seen.has('change product updated'), [...seen].join());
      user.close();
    }
  });
});

/** An answer of the plain WebSocket without what answers to requests have in front. */
const strip = ({ type, ref, ...body }) => body;

const typeName = (kind) => kind.replace(/(^|_)(\w)/g, (_, __, letter) => letter.toUpperCase());
