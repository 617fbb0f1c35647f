// Every screen on a phone's width: nothing sticks out sideways, nothing is complained of.
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Screen } from './screens.ts';
import { Server } from './server.ts';
import { plentifulProduct } from './shop.ts';

let server: Server;
let browser: Browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };

test('a buyer finds, orders and follows on a phone', async () => {
  const goods = await plentifulProduct(server.origin);
  const screen = await Screen.open(browser, server.origin, phone);
  const { page } = screen;
  await page.goto('/');
  await page.locator('.card h2').first().waitFor();
  await screen.assertNoSideways('the storefront');
  await page.getByLabel('Search products').fill(goods.name);
  await page.getByRole('link', { name: goods.name, exact: true }).click();
  await page.getByRole('heading', { name: goods.name }).waitFor();
  await screen.assertNoSideways('the product');

  // A visitor's cart comes along when signing in.
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Sign in to order' }).click();
  await page.getByLabel('Email').waitFor();
  await screen.assertNoSideways('sign in');
  await page.getByRole('button', { name: 'Buyer', exact: true }).click();
  await page.locator('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Place order' }).waitFor();
  await screen.assertNoSideways('the cart');
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.waitForURL('**/orders');
  await page.locator('.my-order', { hasText: goods.name }).first().waitFor();
  await screen.assertNoSideways('my orders');
  screen.assertQuiet();
});

test('a seller works at the desk on a phone', async () => {
  const screen = await Screen.open(browser, server.origin, phone);
  await screen.signIn('seller@demo.shop', '/desk');
  await screen.page.locator('.stock-list tbody tr').first().waitFor();
  await screen.assertNoSideways('the desk');
  await screen.page.getByRole('button', { name: /^Done/ }).click();
  await screen.assertNoSideways('the done orders');
  screen.assertQuiet();
});

test('an unknown page says so, and leads back', async () => {
  const screen = await Screen.open(browser, server.origin, phone);
  await screen.page.goto('/no/such/page');
  await screen.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await screen.page.getByRole('link', { name: 'Go to the shops' }).click();
  await screen.page.locator('.card h2').first().waitFor();
  screen.assertQuiet();
});
