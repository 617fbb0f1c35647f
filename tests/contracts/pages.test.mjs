// Pages that connect as the guides' hooks do, in Chromium, served by the dialect's own port: no page
// sends a token but the one whose guide does.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { run } from '../e2e/support/server.mjs';
import { Caller, PASSWORD, Shop, removeFolder } from './support/ports.mjs';

const CLIENT = path.join(
  path.dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json')),
  'dist/socket.io.esm.min.js',
);
const LOGIN = '/api/auth/login';

let folder;
let shop;
let browser;
let buyer;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tillcast-pages-'));
  const names = ['adstudio', 'bakery', 'bva'];
  for (const name of names) {
    await mkdir(path.join(folder, name));
    const page = fileURLToPath(new URL(`pages/${name}.html`, import.meta.url));
    await copyFile(page, path.join(folder, name, 'index.html'));
    await copyFile(CLIENT, path.join(folder, name, 'socket.io.esm.min.js'));
  }
  shop = await Shop.start(names, names.flatMap((name) => ['--web', `${name}=${path.join(folder, name)}`]));
  buyer = await new Caller(shop.url('bakery')).logIn(LOGIN, 'buyer@demo.shop');
  browser = await chromium.launch({
    headless: true,
    executablePath: process.env.TILLCAST_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  await removeFolder(folder);
});

/** A tab of a browser of its own, signed in by the page's own fetch, as the guide's login form does. */
async function tab(name, email, query = '') {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shop.url(name));
  if (email) {
    const answer = await page.evaluate(
      async ([at, body]) => {
        const response = await fetch(at, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        });
        const signIn = await response.json();
        localStorage.setItem('user', JSON.stringify(signIn.user));
        localStorage.setItem('signIn', JSON.stringify(signIn));
        return signIn;
      },
      [name === 'adstudio' ? '/auth/login' : LOGIN, { email, password: PASSWORD }],
    );
    assert.ok(answer.user, JSON.stringify(answer));
    await page.goto(shop.url(name) + query);
  }
  return page;
}

const has = (page, selector, text) => page.locator(selector, { hasText: text }).first().waitFor();

describe('the bakery in two tabs', () => {
  it('shows products and orders on both sides as the guide tests it', async () => {
    const admin = await tab('bakery', 'seller@demo.shop');
    const customer = await tab('bakery', 'buyer@demo.shop');
    for (const page of [admin, customer]) await has(page, '#status', 'Connected');
    const call = (page, method, at, body) =>
      page.evaluate(async ([how, where, what]) => {
        const headers = what ? { 'Content-Type': 'application/json' } : {};
        return (await fetch(where, { method: how, headers, body: what && JSON.stringify(what) })).json();
      }, [method, at, body]);

    const made = await call(admin, 'POST', '/api/products', { name: 'Guide bread', price: 3.5, stock: 9 });
    for (const page of [admin, customer]) await has(page, '#products li', 'Guide bread 3.5');
    await call(admin, 'PATCH', `/api/products/${made._id}`, { price: 4 });
    for (const page of [admin, customer]) await has(page, '#products li', 'Guide bread 4');

    const items = [{ productId: made._id, quantity: 1 }];
    const order = await call(customer, 'POST', '/api/orders', { items });
    await has(admin, '#orders li', 'Pending');
    await has(admin, '#notifications li', 'New order from');
    await has(customer, '#notifications li', 'Order received!');
    await call(admin, 'PATCH', `/api/orders/${order._id}`, { status: 'Confirmed' });
    await has(admin, '#orders li', 'Confirmed');
    await has(customer, '#orders li', 'Confirmed');
    await has(customer, '#notifications li', 'Status: Confirmed');

    await call(admin, 'DELETE', `/api/products/${made._id}`);
    await customer.locator('#products li', { hasText: 'Guide bread' }).waitFor({ state: 'detached' });
  });
});

describe('the seller dashboard', () => {
  it('is live, counts orders and warns of low stock, and is live again after the server ended', async () => {
    const caller = await new Caller(shop.url('bva')).logIn(LOGIN, 'seller2@demo.shop');
    const shopId = caller.signIn.user.shops[0].id;
    const page = await tab('bva', 'seller2@demo.shop', `?shop=${shopId}`);
    await has(page, '#status', 'Live');
    const onSale = await new Caller(shop.url('bva')).get(`/api/products?shopId=${shopId}`);
    const product = onSale.find(({ stock }) => stock > 10 && stock < 900);
    const order = (quantity) =>
      buyer.expect(201, 'POST', '/api/orders', { items: [{ productId: product.id, quantity }] });
    await order(product.stock - 4);
    await has(page, '#toasts li', 'New Order Received!');
    await has(page, '#toasts li', `Low Stock Alert: ${product.name}`);
    assert.equal(await page.locator('#sales').textContent(), '1');
    const revenue = Number(await page.locator('#revenue').textContent());
    assert.equal(revenue.toFixed(2), (product.price * (product.stock - 4)).toFixed(2));
    await shop.crash();
    await has(page, '#status', 'Live');
    await order(1);
    await page.locator('#sales', { hasText: '2' }).waitFor();
  });
});

describe('the studio in two tabs', () => {
  it('begins with what login answered, shows all that happens in both, and of others nothing', async () => {
    const nobody = await tab('adstudio');
    await has(nobody, '#status', 'Authentication required');
    const tabs = [await tab('adstudio', 'seller@demo.shop'), await tab('adstudio', 'seller@demo.shop')];
    const stranger = await tab('adstudio', 'seller2@demo.shop');
    for (const page of [...tabs, stranger]) await has(page, '#status', 'Connected');
    const ann = await new Caller(shop.url('adstudio')).logIn('/auth/login', 'seller@demo.shop');
    for (const page of tabs) assert.equal(await page.locator('#products li').count(), ann.signIn.products.length);

    const business = await ann.expect(201, 'POST', '/businesses', { name: 'Pop-up shop' });
    const mug = await ann.expect(201, 'POST', `/products/${business.id}`, { name: 'Guide mug', price: 7.5 });
    for (const page of tabs) await has(page, '#businesses li', 'Pop-up shop');
    for (const page of tabs) await has(page, '#products li', 'Guide mug 7.5 draft');
    const update = (body) => ann.expect(200, 'PATCH', `/products/update/${business.id}/${mug.id}`, body);
    await update({ price: 8 });
    for (const page of tabs) await has(page, '#products li', 'Guide mug 8 draft');
    await ann.expect(200, 'PATCH', `/users/${ann.signIn.user.uid}`, { name: 'Ann of the studio' });
    for (const page of tabs) await has(page, '#user', 'Ann of the studio');
    await shop.crash();
    await update({ price: 9 });
    for (const page of tabs) await has(page, '#products li', 'Guide mug 9 draft');

    // The spinner is there at once, turns, and stays until the server says that it is over.
    const turns = await tabs[0].evaluate((id) => {
      const item = () => document.querySelector(`#products [data-key="${id}"]`);
      item().querySelector('button').click();
      return item().querySelector('.spinner')?.getAnimations()[0]?.playState;
    }, mug.id);
    assert.equal(turns, 'running');
    for (const page of tabs) await has(page, '#products li', /Guide mug 9 enriched \/images\/stored/);
    assert.equal(await tabs[0].locator('.spinner').count(), 0);
    await ann.expect(200, 'DELETE', `/products/${business.id}/${mug.id}`);
    for (const page of tabs) await page.locator('#products li', { hasText: 'Guide mug' }).waitFor({ state: 'detached' });
    assert.equal(await stranger.locator('li', { hasText: /Guide mug|Pop-up/ }).count(), 0);
  });
});

describe('--web', () => {
  it('answers the pages\' own addresses by the page, and those of the interface never', async () => {
    const at = (where) => fetch(shop.url('bakery') + where, { headers: { Accept: 'text/html' } });
    assert.match(await (await at('/admin/orders')).text(), /Bakery/);
    assert.equal((await at('/api/nothing')).status, 404);
    assert.equal((await at('/../../etc/passwd')).headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal((await at('/socket.io.esm.min.js')).headers.get('content-type'), 'text/javascript; charset=utf-8');
  });

  it('wants a folder that has pages', async () => {
    const { status, stderr } = await run(['serve', '--data', folder, '--compat', 'bakery=0', '--web', `bakery=${folder}`, '--listen', '127.0.0.1:0']);
    assert.equal(status, 1);
    assert.match(stderr, /no index\.html/);
  });
});
