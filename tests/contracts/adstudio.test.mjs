// The dialect of the advertisement studio, row by row, as the guide's hook and its store use it.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { png } from '../e2e/support/pictures.mjs';
import { signedIn } from '../e2e/support/rest.mjs';
import { Caller, FOREIGN, Listener, Shop, removeFolder } from './support/ports.mjs';

const LOGIN = '/auth/login';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** As the guide's hook connects, with the delays of a test. */
const HOOK = { reconnection: true, reconnectionAttempts: Infinity, timeout: 20_000 };
const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], both: ['polling', 'websocket'] };

const ISSUER = 'https://issuer.example';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** What Firebase would give somebody who signs in there. */
function idToken(email) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: 'studio', sub: email, iat: now, exp: now + 600, email, email_verified: true, name: 'Eva' };
  const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), keys.privateKey).toString('base64url')}`;
}

let folder;
let shop;
let ann; // seller@ owns `bakery`
let bob; // seller2@ owns `gadgets`
let home; // Ann's business
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tillcast-adstudio-'));
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  await writeFile(path.join(folder, 'keys.json'), JSON.stringify({ keys: [jwk] }));
  const issuer = { issuer: ISSUER, audience: 'studio', algorithms: ['RS256'], jwks: 'keys.json' };
  const issuers = path.join(folder, 'issuers.json');
  await writeFile(issuers, JSON.stringify({ issuers: [issuer] }));
  shop = await Shop.start(['adstudio', 'bakery'], ['--issuers', issuers]);
  ann = await new Caller(shop.url('adstudio')).logIn(LOGIN, 'seller@demo.shop');
  bob = await new Caller(shop.url('adstudio')).logIn(LOGIN, 'seller2@demo.shop');
  home = ann.signIn.businesses[0];
});
after(async () => {
  await shop?.stop();
  await removeFolder(folder);
});

const uidOf = (caller) => caller.signIn.user.uid;
const studio = (caller, { transports = ['websocket'], url, by } = {}) =>
  Listener.connect(url ?? shop.url('adstudio'), { caller, transports, by, ...HOOK });
const add = (caller, business, more = {}) =>
  caller.expect(201, 'POST', `/products/${business.id}`, { name: 'Mug', description: 'Blue', price: 9.5, ...more });
const patch = (caller, { businessId, id }, body) =>
  caller.expect(200, 'PATCH', `/products/update/${businessId}/${id}`, body);
const remove = (caller, { businessId, id }) => caller.expect(200, 'DELETE', `/products/${businessId}/${id}`);
const found = (caller, name) => caller.expect(201, 'POST', '/businesses', { name });
const rename = (caller, name) => caller.expect(200, 'PATCH', `/users/${uidOf(caller)}`, { name });
const isOf = (product) => ({ id }) => id === product.id;
const told = (user) => user.inbox.messages.map(({ event, argument }) => [event, argument]);
/** Waits for a change that is made now: then all that was told before it has come. */
async function settled(caller, ...users) {
  const last = await add(caller, caller.signIn.businesses[0], { name: 'Last' });
  for (const user of users) await user.next('product:created', isOf(last));
  for (const user of users) user.inbox.messages = user.inbox.messages.filter(({ argument }) => argument.id !== last.id);
}

describe('signing in', () => {
  it('answers all that a page begins with, of the user alone', async () => {
    const { token, user, businesses, products, ...rest } = ann.signIn;
    assert.deepEqual(rest, {});
    assert.equal(typeof token, 'string');
    assert.deepEqual(Object.keys(user), ['uid', 'email', 'name']);
    assert.equal(user.email, 'seller@demo.shop');
    assert.deepEqual(businesses, [{ id: home.id, name: home.name, ownerUid: user.uid, createdAt: home.createdAt }]);
    assert.match(home.createdAt, TIME);
    assert.ok(products.length > 40);
    for (const product of products) {
      assert.deepEqual(Object.keys(product), ['id', 'businessId', 'name', 'description', 'price', 'imageUrl',
        'generatedImageUrl', 'caption', 'status', 'createdAt', 'updatedAt']);
      assert.equal(product.businessId, home.id);
      assert.equal(typeof product.price, 'number');
      assert.ok(['draft', 'processing', 'enriched', 'failed'].includes(product.status), product.status);
    }
    const theirs = new Set(bob.signIn.products.map(({ id }) => id));
    assert.ok(theirs.size > 0 && !products.some(({ id }) => theirs.has(id)));
  });

  it('of a buyer answers nobody\'s products', async () => {
    const buyer = await new Caller(shop.url('adstudio')).logIn(LOGIN, 'buyer@demo.shop');
    assert.deepEqual([buyer.signIn.businesses, buyer.signIn.products], [[], []]);
  });

  it('takes the token of a configured issuer, and what it gives opens the socket', async () => {
    const eva = new Caller(shop.url('adstudio'));
    const answer = await eva.expect(200, 'POST', LOGIN, { idToken: idToken('eva@outside.example') });
    assert.deepEqual(answer.user, { uid: answer.user.uid, email: 'eva@outside.example', name: 'Eva' });
    assert.deepEqual([answer.businesses, answer.products], [[], []]);
    eva.token = answer.token;
    const live = await studio(eva);
    const made = await found(eva, 'Eva\'s');
    assert.deepEqual(await live.next('business:created'), made);
    live.close();
    assert.equal((await eva.call('POST', LOGIN, { idToken: 'e30.e30.e30' })).status, 401);
  });

  it('begins anew by /auth/me, and ends by /auth/logout', async () => {
    const again = await new Caller(shop.url('adstudio')).logIn(LOGIN, 'seller2@demo.shop');
    const { token, ...rest } = again.signIn;
    assert.deepEqual(await again.get('/auth/me'), rest);
    await again.expect(200, 'POST', '/auth/logout');
    const refused = await again.call('GET', '/auth/me');
    assert.equal(refused.status, 401);
    assert.equal(typeof refused.body.error, 'string');
  });
});

describe('a socket', () => {
  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    for (const auth of [undefined, {}, { token: null }, { token: '' }]) {
      it(`over ${name} with ${JSON.stringify(auth)} is refused with the guide's words`, async () => {
        const refused = Listener.connect(shop.url('adstudio'), { transports, reconnection: false, auth });
        await assert.rejects(refused, (error) => error.message === 'Authentication required');
      });
    }
    it(`over ${name} with a token that nobody gave is refused`, async () => {
      for (const token of ['nonsense', 7, `${ann.token}x`]) {
        const refused = Listener.connect(shop.url('adstudio'), { transports, reconnection: false, auth: { token } });
        await assert.rejects(refused, (error) => error.data.code === 'unauthenticated');
      }
    });
  }

  it('may send nothing that is believed', async () => {
    const live = await studio(bob);
    for (const event of ['join', 'join_shop', 'user_role', 'subscribe']) {
      live.socket.emit(event, `user:${uidOf(ann)}`);
      live.socket.emit(event, `desk:${home.id}`);
    }
    const mine = await studio(ann);
    await settled(ann, mine);
    await settled(bob, live);
    assert.deepEqual(told(live), []);
    live.close();
    mine.close();
  });
});

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  describe(`events over ${name}`, () => {
    it('come to every tab of the user in their shapes, and to nobody else', async () => {
      const tabs = [await studio(ann, { transports }), await studio(ann, { transports, by: 'cookie' })];
      const stranger = await studio(bob, { transports });
      const created = await add(ann, home, { imageUrl: '/mug.png' });
      assert.deepEqual(created, {
        id: created.id, businessId: home.id, name: 'Mug', description: 'Blue', price: 9.5, imageUrl: '/mug.png',
        generatedImageUrl: null, caption: '', status: 'draft', createdAt: created.createdAt, updatedAt: created.updatedAt,
      });
      const updated = await patch(ann, created, { price: '10', caption: 'The bluest' });
      const without = await patch(ann, created, { imageUrl: '' });
      assert.deepEqual(without, { ...created, price: 10, caption: 'The bluest', imageUrl: null, updatedAt: without.updatedAt });
      assert.deepEqual(await remove(ann, created), { id: created.id, businessId: home.id });
      const business = await found(ann, 'Second');
      assert.deepEqual(business, { id: business.id, name: 'Second', ownerUid: uidOf(ann), createdAt: business.createdAt });
      const user = await rename(ann, `Ann ${name}`);
      assert.deepEqual(user, { uid: uidOf(ann), email: 'seller@demo.shop', name: `Ann ${name}` });
      const ids = { id: created.id, businessId: home.id };
      for (const tab of tabs) {
        await tab.next('user:updated');
        await tab.next('business:created');
        const events = told(tab);
        assert.deepEqual(events.filter(([event]) => event.startsWith('product')), [
          ['product:created', created],
          ['product:updated', { ...ids, price: 10, caption: 'The bluest', updatedAt: updated.updatedAt }],
          ['product:updated', { ...ids, imageUrl: null, updatedAt: without.updatedAt }],
          ['product:deleted', ids],
        ]);
        assert.deepEqual(tab.events('business:created'), [business]);
        assert.deepEqual(tab.events('user:updated'), [{ uid: uidOf(ann), name: `Ann ${name}` }]);
        assert.equal(events.length, 6);
        tab.close();
      }
      await settled(bob, stranger);
      assert.deepEqual(told(stranger), []);
      stranger.close();
    });

    it('of a new business begin with it, and none of its products is lost or told twice', async () => {
      const tabs = [await studio(bob, { transports }), await studio(bob, { transports })];
      const stranger = await studio(ann, { transports });
      const expected = {};
      for (let round = 0; round < 8; ++round) {
        const business = await found(bob, 'Branch');
        const made = await Promise.all([1, 2, 3].map((price) => add(bob, business, { price })));
        const changed = await patch(bob, made[0], { name: 'Renamed' });
        expected[business.id] = { business, made: made.map(({ id }) => id).sort(), last: changed.id };
      }
      for (const tab of tabs) {
        for (const [businessId, { business, made, last }] of Object.entries(expected)) {
          await tab.next('product:updated', ({ id }) => id === last);
          const events = told(tab).filter(([, body]) => body.businessId === businessId || body.id === businessId);
          assert.deepEqual(events.map(([event]) => event), ['business:created', 'product:created', 'product:created',
            'product:created', 'product:updated']);
          assert.deepEqual(events[0][1], business);
          assert.deepEqual(events.slice(1, 4).map(([, body]) => body.id).sort(), made);
        }
        tab.close();
      }
      await settled(ann, stranger);
      assert.deepEqual(told(stranger), []);
      stranger.close();
    });
  });
}

describe('one store', () => {
  it('tells what others change of a product, and nothing that the studio does not show', async () => {
    const live = await studio(ann);
    const atBakery = await new Caller(shop.url('bakery')).logIn('/api/auth/login', 'seller@demo.shop');
    const bread = await atBakery.expect(201, 'POST', '/api/products', { name: 'Rye', price: 3, stock: 10, shopId: home.id });
    const created = await live.next('product:created', ({ id }) => id === bread._id);
    assert.equal(created.status, 'draft');
    await atBakery.expect(201, 'POST', '/api/orders', { items: [{ productId: bread._id, quantity: 2 }] });
    await atBakery.expect(200, 'PATCH', `/api/products/${bread._id}`, { price: 4, stock: 3 });
    const updated = await live.next('product:updated');
    assert.deepEqual(updated, { id: bread._id, businessId: home.id, price: 4, updatedAt: updated.updatedAt });
    live.close();
  });

  it('keeps on sale what is, when a page sends back the whole product', async () => {
    const native = await signedIn(shop.native, 'seller@demo.shop');
    const onSale = await native.expect(201, 'POST', `shops/${home.id}/products`, { body: { name: 'Roll', price_minor: 50 } });
    const { products } = await ann.get('/auth/me');
    const shown = products.find(isOf(onSale));
    assert.equal(shown.status, 'draft');
    await patch(ann, shown, { ...shown, price: 0.75 });
    const { status, price_minor: price } = await native.get(`products/${onSale.id}`);
    assert.deepEqual([status, price], ['active', 75]);
  });
});

describe('REST', () => {
  it('refuses in its own shape: {error}', async () => {
    const anyone = new Caller(shop.url('adstudio'));
    const mug = await add(ann, home);
    const at = `/products/update/${home.id}/${mug.id}`;
    const elsewhere = bob.signIn.businesses[0].id;
    const tries = [
      [anyone, 'POST', LOGIN, { email: 'seller@demo.shop', password: 'wrong-password' }, 401],
      [anyone, 'POST', '/businesses', { name: 'X' }, 401],
      [anyone, 'PATCH', `/users/${uidOf(ann)}`, { name: 'X' }, 401],
      [anyone, 'PATCH', at, { name: 'X' }, 404],
      [bob, 'PATCH', at, { name: 'X' }, 404],
      [bob, 'PATCH', `/products/update/${elsewhere}/${mug.id}`, { name: 'X' }, 404],
      [ann, 'PATCH', `/products/update/${elsewhere}/${mug.id}`, { name: 'X' }, 404],
      [bob, 'DELETE', `/products/${home.id}/${mug.id}`, undefined, 404],
      [ann, 'DELETE', `/products/${elsewhere}/${mug.id}`, undefined, 404],
      [bob, 'POST', `/products/${home.id}`, { name: 'X', price: 1 }, 403],
      [ann, 'POST', '/products/none', { name: 'X', price: 1 }, 404],
      [ann, 'POST', `/products/${home.id}`, { name: 'X', price: 1.005 }, 422],
      [ann, 'POST', `/products/${home.id}`, { price: 1 }, 422],
      [ann, 'PATCH', at, { status: 'sold' }, 422],
      [bob, 'PATCH', `/users/${uidOf(ann)}`, { name: 'X' }, 403],
      [ann, 'PATCH', `/users/${uidOf(ann)}`, { name: '' }, 422],
      [ann, 'POST', '/businesses', {}, 422],
      [ann, 'GET', '/nothing', undefined, 404],
    ];
    for (const [who, method, where, body, status] of tries) {
      const answer = await who.call(method, where, body);
      assert.equal(answer.status, status, `${method} ${where} ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.error.length > 0);
      assert.equal(answer.headers.get('content-type'), 'application/json');
    }
    assert.deepEqual((await ann.get('/auth/me')).products.find(isOf(mug)), mug);
  });

  it('makes a business for anybody, also of a name that another one has', async () => {
    const eve = new Caller(shop.url('adstudio'));
    const body = { email: `eve${Date.now()}@example.org`, name: 'Eve', password: 'a-long-password' };
    const signIn = await eve.expect(201, 'POST', '/auth/register', body);
    eve.token = signIn.token;
    const [first, second] = [await found(eve, 'Bakery'), await found(eve, 'Bakery')];
    assert.notEqual(first.id, second.id);
    const { businesses } = await eve.get('/auth/me');
    assert.deepEqual(businesses.map(({ id }) => id).sort(), [first.id, second.id].sort());
  });

  it('does a write once that is sent twice under one key', async () => {
    const live = await studio(ann);
    const headers = { 'Idempotency-Key': `mug-${Date.now()}` };
    const body = { name: 'Once', price: 1 };
    const first = await ann.expect(201, 'POST', `/products/${home.id}`, body, headers);
    assert.deepEqual(await ann.expect(201, 'POST', `/products/${home.id}`, body, headers), first);
    await settled(ann, live);
    assert.deepEqual(told(live), [['product:created', first]]);
    live.close();
  });

  it('is for pages of its own origin, and of those that --cors names', async () => {
    const answer = await fetch(`${shop.url('adstudio')}/auth/me`, { headers: { Origin: FOREIGN } });
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    const headers = { Origin: FOREIGN, Cookie: ann.cookie };
    assert.equal((await new Caller(shop.url('adstudio')).call('POST', '/businesses', { name: 'X' }, headers)).status, 403);
  });
});

describe('a connection that is lost', () => {
  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    it(`over ${name} gets what it missed, with a business that was made meanwhile, in order and once`, async () => {
      const live = await studio(ann, { transports, url: shop.cuttable('adstudio') });
      const mug = await add(ann, home);
      await live.next('product:created', isOf(mug));
      live.forget();
      let business;
      let cup;
      await shop.interrupt('adstudio', live, async () => {
        await patch(ann, mug, { price: 8 });
        business = await found(ann, 'Made offline');
        cup = await add(ann, business, { name: 'Cup' });
        await rename(ann, `Offline ${name}`);
        await patch(ann, cup, { caption: 'Hot' });
        await remove(ann, mug);
      });
      assert.equal(live.socket.recovered, true);
      const next = await add(ann, business, { name: 'Next' });
      await live.next('product:created', isOf(next));
      assert.deepEqual(told(live).map(([event, body]) => [event, body.id ?? body.uid]), [
        ['product:updated', mug.id], ['business:created', business.id], ['product:created', cup.id],
        ['user:updated', uidOf(ann)], ['product:updated', cup.id], ['product:deleted', mug.id],
        ['product:created', next.id],
      ]);
      live.close();
    });
  }

  it('gets what it missed after kill -9, of businesses before and after it', async () => {
    const live = await studio(bob, { url: shop.cuttable('adstudio') });
    const early = await found(bob, 'Early');
    await live.next('business:created', isOf(early));
    live.forget();
    let ids;
    await shop.interrupt('adstudio', live, async () => {
      const first = await add(bob, early);
      const late = await found(bob, 'Late');
      await shop.crash();
      const second = await add(bob, late);
      await patch(bob, first, { price: 1 });
      ids = [first.id, late.id, second.id, first.id];
    });
    assert.equal(live.socket.recovered, true);
    await live.next('product:updated');
    assert.deepEqual(told(live).map(([, body]) => body.id), ids);
    live.close();
  });

  it('loses nothing, and is told nothing twice, when the server ends as a business was made', async () => {
    const live = await studio(bob, { url: shop.cuttable('adstudio') });
    for (let round = 0; round < 4; ++round) {
      const business = await found(bob, `Cut ${round}`);
      const first = await add(bob, business);
      await shop.crash();
      const second = await add(bob, business);
      await live.next('product:created', isOf(second));
      assert.equal(live.socket.recovered, true);
      assert.deepEqual(told(live).map(([, body]) => body.id), [business.id, first.id, second.id]);
      live.forget();
    }
    live.close();
  });
});

describe('the picture of a product', () => {
  const upload = (caller, { businessId, id }, file) => {
    const form = new FormData();
    if (file) form.append('image', new Blob([file], { type: 'image/png' }), 'mug.png');
    else form.append('name', 'Mug');
    return caller.call('POST', `/products/${businessId}/${id}/image`, form);
  };

  it('comes as a form, is made anew, and is told as the change that it is', async () => {
    const tabs = [await studio(ann), await studio(ann, { transports: ['polling'] })];
    const mug = await add(ann, home);
    const { status, body } = await upload(ann, mug, png(300, 200));
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(body.imageUrl, /^\/images\/stored\/[0-9a-f]+\/640\.webp$/);
    assert.deepEqual(body, { ...mug, imageUrl: body.imageUrl, updatedAt: body.updatedAt });
    for (const tab of tabs) {
      const { imageUrl, updatedAt } = body;
      assert.deepEqual(await tab.next('product:updated'), { id: mug.id, businessId: home.id, imageUrl, updatedAt });
      tab.close();
    }
    const shown = await fetch(shop.url('adstudio') + body.imageUrl);
    assert.deepEqual([shown.status, shown.headers.get('content-type')], [200, 'image/webp']);
  });

  it('is for the people of its business, and has to be one', async () => {
    const mug = await add(ann, home);
    const tries = [[bob, png(3, 3), 404], [new Caller(shop.url('adstudio')), png(3, 3), 401], [ann, undefined, 422],
      [ann, Buffer.from('<svg/>'), 415]];
    for (const [who, file, status] of tries) {
      const answer = await upload(who, mug, file);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.ok(answer.body.error.length > 0);
    }
    assert.equal((await ann.get('/auth/me')).products.find(isOf(mug)).imageUrl, null);
  });
});

describe('the advertisement of a product that this server makes', () => {
  it('is processing for every tab until it is enriched, and is started once', async () => {
    const tabs = [await studio(ann), await studio(ann, { transports: ['polling'] })];
    const stranger = await studio(bob);
    const mug = await add(ann, home);
    const start = () => ann.call('POST', '/ai/generate-ad-image', { productId: mug.id, businessId: home.id });
    const answers = await Promise.all([start(), start()]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409]);
    const { body } = answers.find(({ status }) => status === 202);
    assert.deepEqual(body, { productId: mug.id, businessId: home.id, status: 'processing' });
    for (const tab of tabs) {
      await tab.next('product:updated', ({ status }) => status === 'enriched');
      const [first, last, ...more] = tab.events('product:updated');
      assert.deepEqual(first, { id: mug.id, businessId: home.id, status: 'processing', updatedAt: first.updatedAt });
      assert.match(last.generatedImageUrl, /^\/images\/stored\//);
      assert.ok(last.caption.includes('Mug'));
      assert.deepEqual(more, []);
      const picture = await fetch(shop.url('adstudio') + last.generatedImageUrl);
      assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/webp']);
      tab.close();
    }
    await settled(bob, stranger);
    assert.deepEqual(told(stranger), []);
    stranger.close();
  });

  it('is for the people of its business', async () => {
    const mug = await add(ann, home);
    const elsewhere = bob.signIn.businesses[0].id;
    const tries = [[bob, { productId: mug.id, businessId: home.id }, 404], [ann, { productId: mug.id, businessId: elsewhere }, 404],
      [ann, { productId: 'none', businessId: home.id }, 404], [ann, {}, 422]];
    for (const route of ['/ai/generate-ad-image', '/webhook/enrich-product']) {
      for (const [who, body, status] of tries) {
        const answer = await who.call('POST', route, body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        assert.ok(answer.body.error.length > 0);
      }
    }
    assert.equal((await ann.get('/auth/me')).products.find(isOf(mug)).status, 'draft');
  });
});

/** An outside workflow engine, as n8n: is told of a product, and reports by a PATCH of it. */
class Workflow {
  received = [];

  static async start() {
    const workflow = new Workflow();
    workflow.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += part;
      workflow.received.push(JSON.parse(text));
      response.end();
    });
    workflow.server.listen(0, '127.0.0.1');
    await once(workflow.server, 'listening');
    workflow.url = `http://127.0.0.1:${workflow.server.address().port}/webhook/enrich-product`;
    return workflow;
  }

  /** What it was told of the product. */
  async of({ id }) {
    for (const end = Date.now() + 10_000; Date.now() < end;) {
      const found = this.received.findLast(({ product }) => product.id === id);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`the workflow was not told of ${id}`);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

// The guide's list, with a workflow engine and the guide's transports.
describe('the guide\'s quick validation', () => {
  let workflow;
  let studioShop;
  let user;
  let other;
  let tabs;
  let business;
  let mug;
  const url = () => studioShop.url('adstudio');
  const tab = (caller, at = url()) => Listener.connect(at, { caller, ...HOOK });
  const report = ({ callback }, product, body) =>
    new Caller(url()).call('PATCH', `/products/update/${product.businessId}/${product.id}`, body, { Authorization: `Bearer ${callback.token}` });
  const generate = (product) => user.expect(202, 'POST', '/webhook/enrich-product', { productId: product.id, businessId: product.businessId });
  before(async () => {
    workflow = await Workflow.start();
    const secret = path.join(folder, 'secret');
    await writeFile(secret, 'a-secret-of-the-workflow\n');
    studioShop = await Shop.start(['adstudio'], ['--enrich-webhook', workflow.url, '--enrich-webhook-secret-file', secret,
      '--allow-private-webhooks', '--enrich-timeout', '6s']);
    user = await new Caller(url()).logIn(LOGIN, 'seller@demo.shop');
    other = await new Caller(url()).logIn(LOGIN, 'seller2@demo.shop');
    business = user.signIn.businesses[0];
  });
  after(async () => {
    for (const each of tabs ?? []) each.close();
    workflow?.stop();
    await studioShop?.stop();
  });

  it('1. the socket connects on login', async () => {
    tabs = [await tab(user, studioShop.cuttable('adstudio')), await tab(user)];
    assert.ok(tabs.every(({ socket }) => socket.connected));
  });
  it('2. products load from the auth response', () => {
    assert.ok(user.signIn.products.length > 40);
  });
  it('3. a created product appears in all tabs', async () => {
    mug = await add(user, business);
    for (const each of tabs) assert.deepEqual(await each.next('product:created'), mug);
  });
  it('4. an update reflects', async () => {
    await patch(user, mug, { price: 11 });
    for (const each of tabs) assert.equal((await each.next('product:updated')).price, 11);
  });
  it('5. a deleted product disappears', async () => {
    await remove(user, mug);
    for (const each of tabs) assert.deepEqual(await each.next('product:deleted'), { id: mug.id, businessId: business.id });
  });
  it('6. generate: processing, then the enriched image, by the workflow\'s own token', async () => {
    const cup = await add(user, business, { name: 'Cup' });
    await generate(cup);
    const work = await workflow.of(cup);
    const done = { generatedImageUrl: 'https://cdn.example/cup.png', caption: 'A cup', status: 'enriched' };
    const [stray] = user.signIn.products;
    assert.equal((await report(work, stray, done)).status, 403, 'its token is for its product alone');
    const answer = await report(work, cup, done);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body, { ...cup, ...done, updatedAt: answer.body.updatedAt });
    for (const each of tabs) {
      await each.next('product:updated', ({ id, status }) => id === cup.id && status === 'enriched');
      const [first, last, ...more] = each.events('product:updated').filter(isOf(cup));
      assert.deepEqual([first.status, more], ['processing', []]);
      assert.deepEqual(last, { id: cup.id, businessId: business.id, ...done, updatedAt: last.updatedAt });
    }
    assert.equal((await report(work, cup, done)).status, 401, 'the job is over');
  });
  it('7. a failed enrichment, and one that is never reported, is failed', async () => {
    for (const says of ['failed', undefined]) {
      const cup = await add(user, business, { name: 'Broken cup' });
      await generate(cup);
      const work = await workflow.of(cup);
      if (says) assert.equal((await report(work, cup, { status: says })).status, 200);
      for (const each of tabs) await each.next('product:updated', ({ id, status }) => id === cup.id && status === 'failed');
    }
  });
  it('8. users do not see each other\'s data', async () => {
    const stranger = await tab(other);
    const cup = await add(user, business, { name: 'Mine' });
    for (const each of tabs) await each.next('product:created', isOf(cup));
    const last = await add(other, other.signIn.businesses[0], { name: 'Theirs' });
    await stranger.next('product:created');
    assert.deepEqual(told(stranger), [['product:created', last]]);
    for (const each of tabs) assert.ok(!each.events('product:created').some(isOf(last)));
    stranger.close();
  });
  it('9. reconnection works after the network was lost', async () => {
    let cup;
    await studioShop.interrupt('adstudio', tabs[0], async () => {
      cup = await add(user, business, { name: 'Made offline' });
    });
    for (const each of tabs) await each.next('product:created', isOf(cup));
    const [first, second] = tabs.map((each) => told(each));
    assert.deepEqual(first, second);
  });
  it('10. processing stays until the end, also over a reconnection and kill -9', async () => {
    const cup = await add(user, business, { name: 'Slow cup' });
    await generate(cup);
    for (const each of tabs) await each.next('product:updated', ({ id, status }) => id === cup.id && status === 'processing');
    assert.equal((await user.call('POST', '/ai/generate-ad-image', { productId: cup.id, businessId: business.id })).status, 409);
    const work = await workflow.of(cup);
    await studioShop.crash();
    assert.equal((await report(work, cup, { status: 'enriched' })).status, 200);
    for (const each of tabs) {
      await each.next('product:updated', ({ id, status }) => id === cup.id && status === 'enriched');
      assert.deepEqual(each.events('product:updated').filter(isOf(cup)).map(({ status }) => status), ['processing', 'enriched']);
    }
  });
});
