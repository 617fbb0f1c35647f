// A buyer and a seller, each in a browser of their own, in step through the real server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { eventually, launch, Screen } from './screens.ts';
import { orderByRest, Server } from './server.ts';
import { plentifulProduct, stockOf, type Goods } from './shop.ts';

const STEP_MS = 1_000;
const BACK_MS = 20_000;

let server: Server;
let browser: Browser;
let buyer: Screen;
let seller: Screen;
let goods: Goods;

before(async () => {
  server = await Server.start();
  browser = await launch();
  goods = await plentifulProduct(server.origin);
  buyer = await Screen.open(browser, server.origin);
  seller = await Screen.open(browser, server.origin);
  await buyer.signIn('buyer@demo.shop', `/product/${goods.id}`);
  await seller.signIn('seller@demo.shop', '/desk');
  await seller.page.locator('.tiles').waitFor();
  await buyer.page.getByRole('heading', { name: goods.name }).waitFor();
  await buyer.mark();
  await seller.mark();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

async function fillCart(quantity: number): Promise<void> {
  const { page } = buyer;
  for (let i = 1; i < quantity; i++) {
    await page.locator('.product-buy').getByRole('button', { name: 'One more' }).click();
  }
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('button', { name: 'Place order' }).waitFor();
}

/** Goes back to the product by the browser's history: no page load. */
async function backToProduct(): Promise<void> {
  await buyer.page.goBack();
  await buyer.page.getByRole('heading', { name: goods.name }).waitFor();
}

function countOnDesk(id: string): Promise<number> {
  return seller.page.locator(`[data-order="${id}"]`).count();
}

test('an order shows on the desk, and the stock drops on both, within a second', async () => {
  const before = await seller.orders();
  const revenue = await seller.page.locator('[data-tile="revenue"] .tile-now').innerText();
  assert.equal(await seller.stock(goods.id), goods.stock);
  assert.equal(await buyer.stock(goods.id), goods.stock);
  // A third person watches the shelf without an account.
  const visitor = await Screen.open(browser, server.origin);
  await visitor.page.goto(`/product/${goods.id}`);
  await visitor.live();
  await fillCart(2);

  const answer = buyer.page.waitForResponse(
    (each) => each.url().endsWith('/api/v1/orders') && each.request().method() === 'POST',
  );
  await buyer.page.getByRole('button', { name: 'Place order' }).click();
  const order = (await (await answer).json()) as { id: string };
  await Promise.all([
    eventually(() => seller.orders(), [order.id, ...before], STEP_MS),
    eventually(() => seller.stock(goods.id), goods.stock - 2, STEP_MS),
    eventually(() => visitor.stock(goods.id), goods.stock - 2, STEP_MS),
    eventually(() => buyer.page.locator(`[data-order="${order.id}"]`).count(), 1, STEP_MS),
  ]);
  assert.notEqual(
    await seller.page.locator('[data-tile="revenue"] .tile-now').innerText(),
    revenue,
    'the revenue stayed as it was',
  );
  await seller.page.locator('.toast').first().waitFor();

  // The seller works on it, and the buyer sees every step.
  const slip = seller.page.locator(`[data-order="${order.id}"]`);
  const step = buyer.page.locator(`[data-order="${order.id}"] [aria-current="step"]`);
  for (const [button, label] of [
    ['Confirm', 'Confirmed'],
    ['Start preparing', 'Preparing'],
    ['Mark ready', 'Ready'],
    ['Hand over', 'Delivered'],
  ] as const) {
    await slip.getByRole('button', { name: button }).click();
    if (label === 'Delivered') break;
    await eventually(() => step.innerText(), label, STEP_MS * 2);
  }
  await buyer.page.locator(`[data-order="${order.id}"].my-order-done`).waitFor();
  await eventually(() => countOnDesk(order.id), 0, STEP_MS);

  await backToProduct();
  assert.equal(await buyer.stock(goods.id), goods.stock - 2);
  for (const screen of [buyer, seller, visitor]) screen.assertQuiet();
  await visitor.page.context().close();
});

test('the seller’s new stock and price are on the shelf at once', async () => {
  const field = seller.page.getByLabel(`Stock of ${goods.name}`, { exact: true });
  await field.fill('40');
  await field.press('Enter');
  await eventually(() => buyer.stock(goods.id), 40, STEP_MS * 2);
  const price = seller.page.getByLabel(new RegExp(`^Price of ${goods.name} in`));
  await price.fill('4.25');
  await price.press('Enter');
  await buyer.page.locator('.product-price', { hasText: '4.25' }).waitFor({ timeout: 2_000 });
  assert.equal(await stockOf(server.origin, goods.id), 40);
});

test('killed with -9 and started again: both come back, right, and nothing is doubled', async () => {
  await fillCart(1);
  const before = await seller.orders();
  await server.kill();
  for (const screen of [buyer, seller]) screen.serverIsDown = true;
  await Promise.all([buyer.status('Offline'), seller.status('Offline')]);
  // What was there stays to be seen, and a try to order says what is the matter.
  assert.deepEqual(await seller.orders(), before);
  await buyer.page.getByRole('button', { name: 'Place order' }).click();
  await buyer.page.getByText('The server cannot be reached').waitFor();

  await server.up();
  // Ordered before the browsers are back, so it reaches them as something that they missed.
  const lines = [{ product: goods.id, quantity: 3 }];
  const missed = await orderByRest(server.origin, 'buyer2@demo.shop', goods.shop_id, lines);
  await Promise.all([buyer.live(), seller.live()]);
  for (const screen of [buyer, seller]) screen.serverIsDown = false;
  await eventually(() => seller.orders(), [missed.id, ...before], BACK_MS);
  await eventually(() => seller.stock(goods.id), 37, STEP_MS);
  await eventually(() => buyer.stock(goods.id), 37, STEP_MS);

  // The try of before goes through now, once, and everything is live again.
  const answer = buyer.page.waitForResponse((each) => each.url().endsWith('/api/v1/orders'));
  await buyer.page.getByRole('button', { name: 'Place order' }).click();
  const order = (await (await answer).json()) as { id: string };
  await Promise.all([
    eventually(() => seller.orders(), [order.id, missed.id, ...before], STEP_MS),
    eventually(() => seller.stock(goods.id), 36, STEP_MS),
  ]);
  assert.equal(await stockOf(server.origin, goods.id), 36);
  await buyer.page.waitForURL('**/orders');
  await eventually(() => buyer.page.locator(`[data-order="${order.id}"]`).count(), 1, STEP_MS);
  const ids = await buyer.orders();
  assert.equal(new Set(ids).size, ids.length, 'an order is there twice');

  for (const screen of [buyer, seller]) {
    await screen.assertNotReloaded();
    screen.assertQuiet();
  }
});
