// Public reads from memory: what was answered to a writer is in every later read, on every loop, and what
// is one person's own is never kept.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const WRITERS = 4;
const READERS = 8;
const RUN_MS = 3_000;
const WRITES_MIN = 50;
const READS_MIN = 200;
const SEED = Number(process.env.CACHE_SEED ?? 20261121);

function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

describe('the response cache', () => {
  let server;
  let shops;
  let seller;
  before(async () => {
    server = await Server.start({ demo: true, args: ['--loops', '2'], unlimited: true });
    shops = await demoShops(server.url);
    seller = await signedIn(server.url, 'seller@demo.shop');
  });
  after(() => server.stop());

  const anyone = (path, headers = {}) => new Client(server.url).call('GET', path, { headers });
  const counted = async (name) => {
    const { text } = await anyone('/metrics');
    return Number(text.split('\n').find((line) => line.startsWith(name)).split(' ').at(-1));
  };
  const page = () => `products?shop=${shops.bakery.id}&limit=48`;

  it('answers repeated reads from memory with the same bytes', async () => {
    const first = await anyone(page());
    const hits = await counted('tillcast_response_cache_total{result="hit"}');
    // A loop has its own, so the first reads may each meet another one.
    for (let i = 0; i < 40; ++i) {
      const again = await anyone(`products?limit=48&shop=${shops.bakery.id}`);
      assert.equal(again.text, first.text);
      assert.equal(again.headers.get('etag'), first.headers.get('etag'));
      assert.equal(again.headers.get('vary'), 'Authorization, Cookie');
    }
    assert.ok((await counted('tillcast_response_cache_total{result="hit"}')) - hits >= 20);
    assert.ok((await counted('tillcast_response_cache_bytes')) > first.text.length);
  });

  it('says 304 to who has the answer, until something in it changes', async () => {
    const first = await anyone(page());
    const etag = first.headers.get('etag');
    assert.match(etag, /^"[\w-]+:\d+"$/);
    for (let i = 0; i < 10; ++i) {
      const again = await anyone(page(), { 'If-None-Match': etag });
      assert.deepEqual([again.status, again.text], [304, '']);
      assert.equal(again.headers.get('etag'), etag);
    }
    const other = (await shops.productsOf('gadgets'))[0];
    const seller2 = await signedIn(server.url, 'seller2@demo.shop');
    await seller2.expect(200, 'PATCH', `products/${other.id}`, { body: { caption: 'other' } });
    assert.equal((await anyone(page(), { 'If-None-Match': etag })).status, 304, 'another shop is none of its business');
    const mine = first.body.items[0];
    await seller.expect(200, 'PATCH', `products/${mine.id}`, { body: { caption: 'changed' } });
    const changed = await anyone(page(), { 'If-None-Match': etag });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.items.find(({ id }) => id === mine.id).caption, 'changed');
    assert.notEqual(changed.headers.get('etag'), etag);
  });

  it('keeps what is shown to one person from everybody else', async () => {
    const product = (await shops.productsOf('bakery'))[0];
    for (let i = 0; i < 6; ++i) {
      const own = await seller.get(page());
      assert.ok(own.items.every((item) => 'cost_minor' in item));
      const open = await anyone(page());
      assert.ok(open.body.items.every((item) => !('cost_minor' in item)));
      assert.ok('cost_minor' in (await seller.get(`products/${product.id}`)));
      assert.ok(!('cost_minor' in (await anyone(`products/${product.id}`)).body));
    }
  });

  it('forgets refusals, and what is gone', async () => {
    const body = { name: 'Short-lived', price_minor: 100, stock: 1, status: 'draft' };
    const product = await seller.expect(201, 'POST', `shops/${shops.bakery.id}/products`, { body });
    assert.equal((await anyone(`products/${product.id}`)).status, 404);
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { status: 'active' } });
    for (let i = 0; i < 4; ++i) assert.equal((await anyone(`products/${product.id}`)).status, 200);
    await seller.expect(204, 'DELETE', `products/${product.id}`);
    for (let i = 0; i < 4; ++i) assert.equal((await anyone(`products/${product.id}`)).status, 404);
    assert.equal((await anyone(`products/${product.id}/reviews`)).status, 404);
  });

  it(`never gives what is older than an answered write (seed ${SEED})`, { timeout: 60_000 }, async () => {
    const random = seededRandom(SEED);
    const products = (await shops.productsOf('bakery')).slice(0, 6);
    const acknowledged = new Map(products.map(({ id, version }) => [id, version]));
    const until = Date.now() + RUN_MS;
    let reads = 0;
    let writes = 0;
    // A machine that is busy takes longer to show as much.
    const going = () => Date.now() < until || writes <= WRITES_MIN || reads <= READS_MIN;
    const pick = () => products[Math.floor(random() * products.length)].id;
    const writer = async () => {
      while (going()) {
        const id = pick();
        const body = { caption: `caption ${++writes}` };
        const { version } = await seller.expect(200, 'PATCH', `products/${id}`, { body });
        acknowledged.set(id, Math.max(acknowledged.get(id), version));
        // A pause lets answers live long enough to be given again.
        await new Promise((resolve) => setTimeout(resolve, random() * 30));
      }
    };
    const reader = async () => {
      while (going()) {
        const known = new Map(acknowledged);
        if (random() < 0.5) {
          const id = pick();
          const answer = await anyone(`products/${id}`);
          assert.ok(answer.body.version >= known.get(id), `${id}: ${answer.body.version} < ${known.get(id)}`);
        } else {
          const answer = await anyone(page());
          for (const { id, version } of answer.body.items) {
            assert.ok(version >= (known.get(id) ?? 0), `${id} in the list: ${version} < ${known.get(id)}`);
          }
        }
        ++reads;
      }
    };
    const hits = await counted('tillcast_response_cache_total{result="hit"}');
    await Promise.all([...Array(WRITERS)].map(writer).concat([...Array(READERS)].map(reader)));
    const answered = (await counted('tillcast_response_cache_total{result="hit"}')) - hits;
    assert.ok(answered > reads / 10, `only ${answered} of ${reads} reads came from memory`);
  });
});
