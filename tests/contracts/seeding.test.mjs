// The dialect of the seeding guide, row by row, and the guide's own process with several instances, driven by npm's ws.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, FOREIGN, PlainListener, Shop } from './support/ports.mjs';

const LOGIN = '/api/auth/login';
const PRODUCT = ['id', 'name', 'description', 'price', 'category', 'stock', 'image', 'rating'];
const REVIEW = ['id', 'productId', 'author', 'rating', 'comment', 'createdAt'];

let shop;
let seller; // of `gadgets`
let staff; // the same person in another browser
let other; // of `bakery`
let buyer;
let anyone;
let native;
before(async () => {
  shop = await Shop.start(['seeding', 'bakery'], ['--loops', '2']);
  const url = shop.url('seeding');
  seller = await new Caller(url).logIn(LOGIN, 'seller2@demo.shop');
  staff = await new Caller(url).logIn(LOGIN, 'seller2@demo.shop');
  other = await new Caller(url).logIn(LOGIN, 'seller@demo.shop');
  buyer = await new Caller(url).logIn(LOGIN, 'buyer@demo.shop');
  anyone = new Caller(url);
  native = await signedIn(shop.native, 'seller2@demo.shop');
});
after(() => shop?.stop());

/** As the guide's RealTimeSync: connects and listens. */
async function instance(caller, url = `${shop.url('seeding')}/sync`, more = {}) {
  const user = await PlainListener.connect(url, { caller, ...more });
  const hello = await user.next('connected');
  assert.deepEqual(Object.keys(hello), ['type', 'timestamp', 'source']);
  user.forget();
  return user;
}
const closing = (...users) => Promise.all(users.map((user) => user.close()));
const seedProducts = (who, body) => who.expect(200, 'POST', '/api/seed-products', body);
const seedReviews = (who, body) => who.expect(200, 'POST', '/api/seed-reviews', body);
const shopId = async (slug) => (await native.get('shops')).items.find((each) => each.slug === slug).id;
const say = (type, more = {}) => ({ type, timestamp: new Date().toISOString(), source: 'browser', ...more });

describe('signing in', () => {
  it('gives {success, token, user}', () => {
    assert.deepEqual(Object.keys(seller.signIn), ['success', 'token', 'user']);
    assert.equal(seller.signIn.success, true);
    assert.deepEqual(Object.keys(seller.signIn.user), ['id', 'email', 'name', 'role']);
  });
});

describe('the relay', () => {
  it('brings a message to all other connections of the shop, as it was sent, and never back', async () => {
    const sender = await instance(seller);
    const others = await Promise.all(Array.from({ length: 5 }, () => instance(staff)));
    const outside = await Promise.all([other, buyer, undefined].map((each) => instance(each)));
    const sent = say('custom_note', { text: 'é ✓', nested: { a: [1] } });
    sender.send(sent);
    for (const user of others) assert.deepEqual(await user.next('custom_note'), sent);
    others[0].send(say('answer'));
    await sender.next('answer');
    assert.deepEqual(sender.of('custom_note'), []);
    assert.deepEqual(others[0].of('answer'), []);
    assert.equal(others[1].of('custom_note').length, 1);
    await closing(sender, ...others, ...outside);
    for (const user of outside) assert.equal(user.inbox.messages.length, 0);
  });

  it('keeps the order of many', async () => {
    const [sender, listener] = [await instance(seller), await instance(staff)];
    for (let n = 0; n < 40; ++n) sender.send(say('step', { n }));
    await listener.next('step', ({ n }) => n === 39);
    assert.deepEqual(listener.of('step').map(({ n }) => n), Array.from({ length: 40 }, (_, n) => n));
    await closing(sender, listener);
  });

  it('is kept nowhere: who was away misses it, and the log has nothing of it', async () => {
    const [sender, witness, away] = await Promise.all([seller, staff, staff].map((each) => instance(each)));
    await away.close();
    sender.send(say('gone', { secret: 'not-in-any-log' }));
    await witness.next('gone');
    const back = await instance(staff);
    sender.send(say('here'));
    await back.next('here');
    assert.deepEqual(back.of('gone'), []);
    assert.ok(!shop.server.stderr.includes('not-in-any-log'));
    const { text } = await native.call('GET', `rooms/desk:${await shopId('gadgets')}/changes`);
    assert.ok(!text.includes('not-in-any-log'));
    await closing(sender, witness, back);
  });

  it('answers what is malformed by an error, and the connection stays', async () => {
    const [sender, listener] = [await instance(seller), await instance(staff)];
    for (const [sent, code] of [['{', 'bad_json'], ['[1]', 'bad_json'], ['"x"', 'bad_json'], [{}, 'validation_failed'],
      [{ type: 7 }, 'validation_failed'], [say('x', { shop: 'elsewhere' }), 'forbidden']]) {
      sender.forget();
      sender.send(sent);
      const error = await sender.next('error');
      assert.deepEqual(Object.keys(error), ['type', 'code', 'message', 'timestamp', 'source']);
      assert.equal(error.code, code, JSON.stringify(sent));
    }
    sender.send(say('still'));
    await listener.next('still');
    assert.equal(listener.inbox.messages.length, 1);
    await closing(sender, listener);
  });

  it('takes nothing from customers and from nobody', async () => {
    const listener = await instance(staff);
    for (const [who, code] of [[buyer, 'forbidden'], [undefined, 'unauthenticated']]) {
      const user = await instance(who);
      user.send(say('intruder'));
      assert.equal((await user.next('error')).code, code);
      await closing(user);
    }
    const sender = await instance(seller);
    sender.send(say('end'));
    await listener.next('end');
    assert.deepEqual(listener.of('intruder'), []);
    await closing(listener, sender);
  });

  it('ends with the session: 4401', async () => {
    const leaving = await new Caller(shop.url('seeding')).logIn(LOGIN, 'seller2@demo.shop');
    const user = await instance(leaving);
    await leaving.expect(200, 'POST', '/api/auth/logout');
    user.send(say('late'));
    assert.equal((await user.closed).code, 4401);
    assert.equal(user.of('error')[0].code, 'session_expired');
  });

  it('ends with the membership', async () => {
    const owner = await signedIn(shop.native, 'seller@demo.shop');
    const bakery = await shopId('bakery');
    const hired = await new Caller(shop.url('seeding')).logIn(LOGIN, 'buyer2@demo.shop');
    await owner.expect(201, 'POST', `shops/${bakery}/members`, { body: { email: 'buyer2@demo.shop' } });
    const user = await instance(hired);
    const sender = await instance(other);
    sender.send(say('first'));
    await user.next('first');
    await owner.expect(204, 'DELETE', `shops/${bakery}/members?user=${hired.signIn.user.id}`);
    await user.next('left');
    sender.send(say('second'));
    user.send(say('mine'));
    assert.equal((await user.next('error')).code, 'forbidden');
    assert.deepEqual(user.of('second'), []);
    await closing(user, sender);
  });
});

describe('seeding products', () => {
  it('is the guide\'s process: seed, and every other instance is told and finds them', async () => {
    const [same, stranger, visitor] = await Promise.all([staff, other, undefined].map((each) => instance(each)));
    const answer = await seedProducts(seller, { count: 12, seed: 41 });
    assert.deepEqual(Object.keys(answer), ['success', 'message', 'count', 'categories']);
    assert.equal(answer.success, true);
    assert.equal(answer.count, 12);
    assert.ok(answer.categories.length > 0);
    for (const user of [same, visitor]) {
      const told = await user.next('products_updated');
      assert.deepEqual(Object.keys(told), ['type', 'timestamp', 'source', 'count']);
      assert.equal(told.count, 12);
    }
    const products = await staff.get('/api/products');
    const seeded = products.filter(({ name }) => / No\. \d+$/.test(name));
    assert.equal(seeded.length, 12);
    assert.ok(seeded.every((each) => Object.keys(each).every((field) => PRODUCT.includes(field))));
    assert.ok((await anyone.get('/api/products')).length > products.length, 'all shops for nobody in particular');
    await closing(same, stranger, visitor);
    assert.equal(stranger.inbox.messages.length, 0, 'another shop');
  });

  it('is deterministic, of the categories that are chosen, and needs no body', async () => {
    const before = (await seller.get('/api/products')).length;
    const { categories } = await seedProducts(seller, { count: 3, seed: 42 });
    const first = (await seller.get('/api/products')).length;
    assert.equal(first, before + 3);
    await seedProducts(seller, { count: 3, seed: 42 });
    assert.equal((await seller.get('/api/products')).length, first, 'the same again are the same');
    const chosen = await seedProducts(seller, { count: 4, seed: 43, categories: categories.slice(0, 1) });
    assert.deepEqual(chosen.categories, categories.slice(0, 1));
    assert.equal((await seedProducts(seller)).count, 48);
  });

  it('is rolled back whole if one product cannot be', async () => {
    const gadgets = await shopId('gadgets');
    const listener = await instance(staff);
    const taken = { name: 'Taken', price_minor: 100, sku: 'SEED77-5' };
    await native.expect(201, 'POST', `shops/${gadgets}/products`, { body: taken });
    await listener.next('products_updated');
    const before = await seller.get('/api/products');
    const { status, body } = await seller.call('POST', '/api/seed-products', { count: 9, seed: 77 });
    assert.equal(status, 422);
    assert.equal(body.success, false);
    assert.match(body.error, /sku/i);
    assert.deepEqual(await seller.get('/api/products'), before);
    await seedProducts(seller, { count: 1, seed: 78 });
    await listener.next('products_updated', () => listener.of('products_updated').length === 2);
    await closing(listener);
  });

  it('tells a large seed once', async () => {
    const listener = await instance(staff);
    await seedProducts(seller, { count: 300, seed: 90 });
    const told = await listener.next('products_updated');
    assert.equal(told.count, 300);
    assert.equal(listener.of('products_updated').length, 1);
    assert.equal((await seller.get('/api/products')).filter(({ id }) => id.startsWith('seed90_')).length, 300);
    await closing(listener);
  });
});

describe('seeding reviews', () => {
  it('gives the reviews, and every other instance is told and finds them', async () => {
    const listener = await instance(staff);
    const answer = await seedReviews(seller, { count: 15, seed: 5 });
    assert.deepEqual(Object.keys(answer), ['success', 'data', 'message']);
    assert.equal(answer.data.length, 15);
    assert.deepEqual(Object.keys(answer.data[0]), REVIEW);
    assert.equal((await listener.next('reviews_updated')).count, 15);
    const all = await staff.get('/api/reviews');
    for (const review of answer.data) assert.deepEqual(all.find(({ id }) => id === review.id), review);
    assert.ok((await anyone.get('/api/reviews')).length > all.length);
    const again = await seedReviews(seller, { count: 15, seed: 5 });
    assert.deepEqual(again.data, answer.data);
    assert.equal((await staff.get('/api/reviews')).length, all.length);
    await closing(listener);
  });
});

describe('what changes', () => {
  it('is told whoever changes it, and a draft to the shop alone', async () => {
    const [member, visitor] = [await instance(staff), await instance(undefined)];
    const gadgets = await shopId('gadgets');
    const body = { name: 'Draft', price_minor: 100, status: 'draft' };
    const { id } = await native.expect(201, 'POST', `shops/${gadgets}/products`, { body });
    assert.equal((await member.next('products_updated')).count, 1);
    await native.expect(200, 'PATCH', `products/${id}`, { body: { status: 'active' } });
    assert.equal((await visitor.next('products_updated')).count, 1);
    assert.equal(visitor.of('products_updated').length, 1);
    await closing(member, visitor);
  });

  it('is told with the bakery\'s port beside it', async () => {
    const atBakery = await new Caller(shop.url('bakery')).logIn(LOGIN, 'seller@demo.shop');
    const listener = await instance(other);
    await atBakery.expect(201, 'POST', '/api/products', { name: 'Bun', price: 1, stock: 1 });
    assert.equal((await listener.next('products_updated')).count, 1);
    await closing(listener);
  });
});

describe('who may not', () => {
  it('is refused as {success: false, error}', async () => {
    for (const [who, path, body, status] of [
      [anyone, '/api/seed-products', {}, 401],
      [buyer, '/api/seed-products', {}, 403],
      [other, '/api/seed-reviews', { shop: 'nowhere' }, 404],
      [seller, '/api/seed-products', { count: 0 }, 422],
      [seller, '/api/seed-products', { count: 'many' }, 422],
      [seller, '/api/seed-products', { categories: ['weapons'] }, 422],
      [seller, '/api/seed-reviews', { count: 1_000_000 }, 422],
      [seller, '/api/seed-nothing', {}, 404],
    ]) {
      const answer = await who.call('POST', path, body);
      assert.equal(answer.status, status, `${path} ${JSON.stringify(answer.body)}`);
      assert.equal(answer.body.success, false);
      assert.ok(answer.body.error.length > 0);
    }
  });

  it('is refused at the handshake from a page of another site', async () => {
    const headers = { Origin: FOREIGN };
    await assert.rejects(PlainListener.connect(`${shop.url('seeding')}/sync`, { caller: seller, headers }));
  });
});

describe('an instance that was offline', () => {
  it('comes back after a cut and after kill -9, and finds by polling what it missed', async () => {
    const url = `${shop.cuttable('seeding')}/sync`;
    const user = await instance(staff, url);
    shop.proxies.seeding.cut({ open: false });
    await user.closed;
    await seedProducts(seller, { count: 2, seed: 60 });
    shop.proxies.seeding.open = true;
    const again = await instance(staff, url);
    assert.equal((await staff.get('/api/products')).filter(({ id }) => id.startsWith('seed60_')).length, 2);
    await shop.crash();
    await again.closed;
    const back = await instance(staff, url);
    await seedProducts(seller, { count: 2, seed: 61 });
    assert.equal((await back.next('products_updated')).count, 2);
    await closing(back);
  });

  it('is told 1001 when the server ends, and nothing accepted is lost', async () => {
    const short = await Shop.start(['seeding']);
    const caller = await new Caller(short.url('seeding')).logIn(LOGIN, 'seller2@demo.shop');
    const user = await instance(caller, `${short.url('seeding')}/sync`);
    assert.equal((await seedProducts(caller, { count: 20, seed: 3 })).count, 20);
    await short.server.signal('SIGTERM');
    assert.equal((await user.closed).code, 1001);
    await short.crash();
    const products = await caller.get('/api/products');
    assert.equal(products.filter(({ id }) => id.startsWith('seed3_')).length, 20);
    await short.stop();
  });
});
