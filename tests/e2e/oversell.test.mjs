// More buyers than pieces: each piece is sold once, and the others are told what is missing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { allChanges, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const PIECES = 50;
const BUYERS = 200;

describe('200 buyers at once for 50 pieces', () => {
  let server;
  let seller;
  let shop;
  let product;
  let other;

  before(async () => {
    server = await Server.start({ demo: true });
    seller = await signedIn(server.url, 'seller@demo.shop');
    shop = (await demoShops(server.url)).bakery;
    const create = (name, stock) =>
      seller.expect(201, 'POST', `shops/${shop.id}/products`, {
        body: { name, price_minor: 300, cost_minor: 100, stock, status: 'active' },
      });
    product = await create('Last loaf', PIECES);
    other = await create('Plenty', 1_000);
  });
  after(() => server.stop());

  it('sells exactly 50, and names the item to the others', async () => {
    const people = await Promise.all(
      ['buyer', 'buyer2', 'admin', 'seller2'].map((name) => signedIn(server.url, `${name}@demo.shop`)),
    );
    // Each also orders something that there is enough of: a refused order takes none of that either.
    const items = [{ product: other.id, quantity: 1 }, { product: product.id, quantity: 1 }];
    const answers = await Promise.all(
      Array.from({ length: BUYERS }, (_, i) => people[i % people.length].order(shop.id, items)),
    );
    const sold = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    assert.equal(sold.length, PIECES);
    assert.equal(new Set(sold.map(({ body }) => body.id)).size, PIECES);
    assert.equal(new Set(sold.map(({ body }) => body.number)).size, PIECES);
    for (const answer of refused) {
      assertProblem(answer, 409, 'out_of_stock');
      assert.deepEqual(answer.body.items,
        [{ product_id: product.id, name: 'Last loaf', requested: 1, available: 0 }]);
    }
  });

  it('leaves a stock of 0, and takes nothing for what was refused', async () => {
    assert.equal((await seller.get(`products/${product.id}`)).stock, 0);
    assert.equal((await seller.get(`products/${other.id}`)).stock, 1_000 - PIECES);
    const entries = (await allChanges(seller, `desk:${shop.id}`))
      .filter(({ kind, record }) => kind === 'stock_entry' && record.product_id === product.id)
      .map(({ record }) => record);
    assert.equal(entries.length, 1 + PIECES);
    assert.equal(entries.reduce((sum, { delta }) => sum + delta, 0), 0);
    assert.deepEqual(entries.slice(1).map(({ stock_after }) => stock_after),
      Array.from({ length: PIECES }, (_, i) => PIECES - 1 - i));
  });
});
