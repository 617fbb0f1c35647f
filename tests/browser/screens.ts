// Browsers, and what a person does in them.
import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['TILLCAST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a browser itself writes when a server is not there; a page cannot keep it from doing so. */
const outage = new RegExp(
  [
    'net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)',
    'net::ERR_INCOMPLETE_CHUNKED_ENCODING',
    'WebSocket (connection to .* failed|is closed before)',
  ].join('|'),
);

/** One person's window, which keeps count of everything that its console complains of. */
export class Screen {
  readonly page: Page;
  readonly complaints: string[] = [];
  /** While the server is down its absence is no complaint. */
  serverIsDown = false;

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      if (this.serverIsDown && outage.test(message.text())) return;
      this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
  }

  static async open(browser: Browser, origin: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({
      baseURL: origin,
      locale: 'en-GB',
      viewport: { width: 1280, height: 860 },
      ...options,
    });
    return new Screen(await context.newPage());
  }

  async signIn(email: string, next: string): Promise<void> {
    const { page } = this;
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('demo-pass-1');
    await page.locator('main').getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await this.live();
  }

  live(): Promise<void> {
    return this.status('Live');
  }

  async status(text: 'Live' | 'Offline'): Promise<void> {
    await this.page.locator('.live', { hasText: text }).waitFor({ timeout: 20_000 });
  }

  /** The stock that this screen shows of a product: a seller's field or a buyer's note. */
  async stock(productId: string): Promise<number> {
    const row = this.page.locator(`tr[data-product="${productId}"]`);
    if (await row.count()) return Number(await row.getByLabel(/^Stock of/).inputValue());
    const note = this.page.locator(`[data-product="${productId}"] .stock, .product-facts .stock`);
    const text = await note.first().innerText();
    return /sold out/i.test(text) ? 0 : Number(/\d+/.exec(text)?.[0]);
  }

  /** The ids of the orders on the screen, from the top. */
  orders(): Promise<string[]> {
    return this.page
      .locator('[data-order]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('data-order') ?? ''));
  }

  /** Marks the page; a reload would take the mark away. */
  mark(): Promise<void> {
    return this.page.evaluate(() => void document.documentElement.setAttribute('data-mark', '1'));
  }

  async assertNotReloaded(): Promise<void> {
    assert.equal(await this.page.locator('html').getAttribute('data-mark'), '1', 'was reloaded');
  }

  assertQuiet(): void {
    assert.deepEqual(this.complaints, [], 'the console has something to say');
  }

  async assertNoSideways(what: string): Promise<void> {
    const [content, window] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(Number(content) <= Number(window), `${what} is ${content} wide on ${window}`);
  }
}

/** Asks again until the answer is the expected one; fails with the last answer after the time. */
export async function eventually<T>(ask: () => Promise<T>, expected: T, withinMs: number) {
  const end = performance.now() + withinMs;
  let answer = await ask();
  while (JSON.stringify(answer) !== JSON.stringify(expected) && performance.now() < end) {
    await new Promise((go) => setTimeout(go, 20));
    answer = await ask();
  }
  assert.deepEqual(answer, expected, `not so within ${withinMs} ms`);
}
