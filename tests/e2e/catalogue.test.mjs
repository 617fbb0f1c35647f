// Products and what hangs on them: wishlists, reviews that go with their product, searching and paging.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, join } from './support/live.mjs';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

describe('the catalogue', () => {
  let server;
  let shops;
  let products;
  let buyer;
  let seller;
  let anyone;

  before(async () => {
    server = await Server.start({ demo: true });
    shops = await demoShops(server.url);
    products = await shops.productsOf('bakery');
    buyer = await signedIn(server.url, 'buyer@demo.shop');
    seller = await signedIn(server.url, 'seller@demo.shop');
    anyone = new Client(server.url);
  });
  after(() => server.stop());

  it('keeps a wishlist for each customer, and tells their own room of it', async () => {
    const room = `user:${buyer.user.id}`;
    const user = await SocketIoUser.connect(server.url, { token: buyer.token });
    await join(user, room);
    assert.deepEqual((await buyer.get('wishlist')).items, []);
    const wished = await buyer.expect(200, 'PUT', `wishlist/${products[3].id}`);
    assert.deepEqual(wished.items, [{ product_id: products[3].id }]);
    await buyer.expect(200, 'PUT', `wishlist/${products[1].id}`);
    assert.equal((await buyer.get(`wishlist/${products[1].id}`)).name, products[1].name);
    await buyer.expect(200, 'DELETE', `wishlist/${products[3].id}`);
    const snapshot = await buyer.get(`rooms/${room}/snapshot`);
    assert.deepEqual(snapshot.records.wishlist.map(({ items }) => items), [[{ product_id: products[1].id }]]);
    await user.inbox.untilCount(3);
    assert.deepEqual(user.inbox.changes(room).map(({ kind, op }) => [kind, op]),
      [['wishlist', 'created'], ['wishlist', 'updated'], ['wishlist', 'updated']]);
    user.close();
    assertProblem(await anyone.call('GET', 'wishlist'), 401, 'unauthenticated');
    assertProblem(await buyer.call('GET', `wishlist/${products[3].id}`), 404, 'not_found');
    assertProblem(await buyer.call('PUT', 'wishlist/nothing'), 422, 'unknown_product');
    assert.deepEqual((await seller.get('wishlist')).items, []);
  });

  it('takes the reviews of a product off every screen with it, and brings them back', async () => {
    const room = `shop:${shops.bakery.id}`;
    const product = products.find(({ rating_count }) => rating_count > 1);
    const path = `products/${product.id}`;
    const reviewsIn = async (where) =>
      ((await anyone.get(`rooms/${where}/snapshot?limit=500`)).records.review ?? [])
        .filter(({ product_id }) => product_id === product.id).length;
    const count = await reviewsIn(room);
    assert.equal(count, product.rating_count);
    const user = await SocketIoUser.connect(server.url, { token: buyer.token });
    await join(user, room);

    await seller.expect(200, 'PATCH', path, { body: { status: 'archived' } });
    await user.inbox.untilCount(count + 1);
    assert.equal(await reviewsIn(room), 0);
    assertProblem(await anyone.call('GET', `${path}/reviews`), 404, 'not_found');
    assert.equal((await seller.get(`${path}/reviews?limit=200`)).items.length, count);
    const gone = user.inbox.changes(room);
    assert.ok(gone.every(({ op }) => op === 'deleted'));
    assert.equal(gone.filter(({ kind }) => kind === 'review').length, count);

    await seller.expect(200, 'PATCH', path, { body: { status: 'active' } });
    await user.inbox.untilCount(2 * (count + 1));
    const back = user.inbox.changes(room).slice(count + 1);
    assert.ok(back.every(({ op }) => op === 'created'));
    assert.deepEqual(back.filter(({ kind }) => kind === 'review').map(({ id }) => id).sort(),
      gone.filter(({ kind }) => kind === 'review').map(({ id }) => id).sort());
    assert.doesNotMatch(JSON.stringify(back), /visibility/);
    assert.equal(await reviewsIn(room), count);
    user.close();
  });

  it('finds products by words, whatever is typed', async () => {
    const search = (query) => anyone.get(`products?${new URLSearchParams(query)}`);
    const [word] = products[0].name.split(' ');
    const found = await search({ q: word.slice(0, -1).toUpperCase(), limit: 200 });
    assert.ok(found.items.some(({ id }) => id === products[0].id));
    for (const q of ['"', 'AND OR (', 'name:x*', "' OR 1=1 --", '*', '^', 'NEAR(', '\u{1F35E}', '%', '-']) {
      await search({ q });
      await search({ q, sort: 'price' });
    }
    assertProblem(await anyone.call('GET', 'products?q=a%00b'), 400, 'target_malformed');
    assertProblem(await anyone.call('GET', 'products?sort=relevance'), 400, 'bad_query');
    const byPrice = await search({ q: word, sort: 'price', limit: 200 });
    assert.deepEqual(byPrice.items.map(({ price_minor }) => price_minor),
      byPrice.items.map(({ price_minor }) => price_minor).sort((a, b) => a - b));
    await seller.expect(200, 'PATCH', `products/${products[2].id}`, { body: { name: 'Zebrakuchen' } });
    assert.deepEqual((await search({ q: 'zebra' })).items.map(({ id }) => id), [products[2].id]);
  });

  it('changes a profile or a notification only in the version that is meant', async () => {
    const { user } = await buyer.get('me');
    const stale = { headers: { 'If-Match': `"${user.version + 1}"` } };
    const refused = await buyer.call('PATCH', 'me', { body: { phone: '+49 30 1' }, ...stale });
    assertProblem(refused, 412, 'version_conflict');
    assert.equal(refused.body.current.id, user.id);
    await seller.order(shops.bakery.id, [{ product: products[0].id, quantity: 1 }]);
    const [notification] = (await seller.get('notifications?limit=1')).items;
    const path = `notifications/${notification.id}`;
    const other = { body: { read: true }, headers: { 'If-Match': '"9"' } };
    assertProblem(await seller.call('PATCH', path, other), 412, 'version_conflict');
    const headers = { 'If-Match': `"${notification.version}"` };
    assert.equal((await seller.expect(200, 'PATCH', path, { body: { read: true }, headers })).read, true);
  });
});
