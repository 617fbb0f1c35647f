// Writes the pictures of the README to docs/screenshots, from the real server and its demo data.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launch, Screen } from './screens.ts';
import { orderByRest, Server } from './server.ts';
import { plentifulProduct, type Goods } from './shop.ts';

const folder = new URL('../../docs/screenshots/', import.meta.url);
/** Until what has just come has faded in, while it still shows that it is new. */
const SETTLE_MS = 700;
const desktop = { viewport: { width: 1180, height: 1000 }, deviceScaleFactor: 1.5 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

async function pictured(screen: Screen): Promise<void> {
  await screen.live();
  await screen.page.waitForLoadState('networkidle');
  await screen.page.waitForFunction(() =>
    [...document.images].every((each) => each.complete || each.loading === 'lazy'),
  );
  await screen.page.evaluate(() => document.fonts.ready.then(() => undefined));
  await screen.page.mouse.move(0, 0);
  await screen.page.waitForTimeout(SETTLE_MS);
}

/** Two pictures beside each other on one ground. */
async function beside(browser: Browser, left: Buffer, right: Buffer): Promise<Buffer> {
  const { width, height } = desktop.viewport;
  const page = await browser.newPage({
    viewport: { width: width * 2 + 120, height: height + 80 },
    deviceScaleFactor: 1,
  });
  const image = (png: Buffer) =>
    `<img width="${width}" height="${height}" src="data:image/png;base64,${png.toString('base64')}">`;
  await page.setContent(`<style>
    body { display: flex; gap: 40px; margin: 0; padding: 40px; background: #cfd9d2; }
    img { border-radius: 12px; box-shadow: 0 12px 40px rgb(16 32 24 / 25%); }
  </style>${image(left)}${image(right)}`);
  return page.screenshot();
}

/** A morning's orders, so that the desk has something to do. */
async function someOrders(server: Server, goods: Goods): Promise<void> {
  const line = (quantity: number) => [{ product: goods.id, quantity }];
  await orderByRest(server.origin, 'buyer2@demo.shop', goods.shop_id, line(2));
  await orderByRest(server.origin, 'buyer@demo.shop', goods.shop_id, line(1));
}

async function take(server: Server, browser: Browser): Promise<void> {
  const goods = await plentifulProduct(server.origin);
  await someOrders(server, goods);
  const seller = await Screen.open(browser, server.origin, desktop);
  await seller.signIn('seller@demo.shop', '/desk');
  await seller.page.locator('.tiles').waitFor();
  const buyer = await Screen.open(browser, server.origin, desktop);
  await buyer.signIn('buyer@demo.shop', `/?shop=bakery`);
  const add = buyer.page.getByRole('button', { name: /^Add .* to the cart$/, disabled: false });
  await add.nth(1).click();
  await add.nth(4).click();
  await pictured(buyer);
  const shopWindow = await buyer.page.screenshot();

  await buyer.page.getByRole('button', { name: /^Cart/ }).click();
  await buyer.page.getByRole('button', { name: 'Place order' }).click();
  await seller.page.locator('.toast').first().waitFor();
  await pictured(seller);
  const desk = await seller.page.screenshot();

  const small = await Screen.open(browser, server.origin, phone);
  await small.page.goto('/');
  await small.page.locator('.card h2').first().waitFor();
  await pictured(small);

  await mkdir(folder, { recursive: true });
  const files: [string, Buffer][] = [
    ['storefront.png', shopWindow],
    ['desk.png', desk],
    ['two-screens.png', await beside(browser, shopWindow, desk)],
    ['phone.png', await small.page.screenshot()],
  ];
  for (const [name, png] of files) {
    await writeFile(new URL(name, folder), png);
    console.log(`${fileURLToPath(new URL(name, folder))} ${Math.round(png.length / 1024)} kB`);
  }
}

const server = await Server.start();
const browser = await launch();
try {
  await take(server, browser);
} finally {
  await browser.close();
  await server.end();
}
