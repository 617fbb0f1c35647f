// `tillcast tail`: the log in a terminal, beside the server that writes it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Client, allChanges, demoShops, epochOf, signedIn } from './support/rest.mjs';
import { BINARY, Server, cleanEnvironment, run, temporaryFolder } from './support/server.mjs';

describe('tail', () => {
  let server;
  let data;
  let shop;
  let product;
  let seller;

  before(async () => {
    data = await temporaryFolder();
    server = await Server.start({ demo: true, data, unlimited: true });
    seller = await signedIn(server.url, 'seller@demo.shop');
    const shops = await demoShops(server.url);
    shop = shops.bakery;
    [product] = await shops.productsOf('bakery');
  });
  after(async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });

  const once = async (...args) => {
    const result = await run(['tail', '--data', data, '--once', ...args]);
    assert.equal(result.status, 0, result.stderr);
    return result.stdout.split('\n').slice(0, -1);
  };

  it('shows the whole log as JSON lines, one a change and none left out', async () => {
    const lines = (await once('--json', '--since', '0')).map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ lsn }) => lsn), lines.map((_, i) => i + 1));
    assert.ok(lines.every(({ type, txn, lsn }) => type === 'change' && txn >= 1 && txn <= lsn));
    const sale = lines.find(({ kind }) => kind === 'order');
    assert.equal(typeof sale.record.profit_minor, 'number');
    assert.ok(!JSON.stringify(lines).includes('$argon2'), 'no credentials');
  });

  it('shows a room as those in it are told it, byte for byte', async () => {
    const client = new Client(server.url);
    const expected = await allChanges(client, 'market', `${await epochOf(client)}:0`);
    const lines = await once('--json', '--room', 'market', '--since', '0');
    assert.deepEqual(lines.map((line) => JSON.parse(line)).map(({ type, ...body }) => body), expected);
    assert.ok(!lines.join().includes('cost_minor'));
  });

  it('goes on while the server writes, for people and for programs', async () => {
    const start = (...args) => {
      const child = spawn(BINARY, ['tail', '--data', data, ...args], {
        env: cleanEnvironment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = [];
      let wake = () => {};
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        wake();
      });
      return { child, lines, async until(count) {
        while (lines.length < count) await new Promise((resolve) => (wake = resolve));
      } };
    };
    const head = (await once('--json', '--since', '0')).length;
    const tails = [
      start('--since', String(head)),
      start('--since', String(head), '--json', '--room', `desk:${shop.id}`),
    ];
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { caption: 'Fresh today' } });
    await Promise.all(tails.map((tail) => tail.until(1)));
    assert.match(tails[0].lines[0],
      new RegExp(`^\\d{4}-\\d\\d-\\d\\d [\\d:.]{12} +\\d+  updated  product +${product.id}  caption="Fresh today"  by ${seller.user.id}$`));
    assert.deepEqual(JSON.parse(tails[1].lines[0]).patch.caption, 'Fresh today');
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { caption: 'Gone' } });
    await Promise.all(tails.map((tail) => tail.until(2)));
    for (const { child } of tails) child.kill();
  });

  it('says when a position is of no use', async () => {
    assert.deepEqual((await once('--json', '--since', 'elsewhere:1')).map(JSON.parse),
      [{ type: 'reset', reason: 'other_epoch' }]);
    assert.deepEqual(await once('--since', '999999', '--room', 'market'), ['-- reset: ahead']);
    const noRoom = await run(['tail', '--data', data, '--room', 'kitchen']);
    assert.equal(noRoom.status, 2);
    assert.match(noRoom.stderr, /no room/);
    const noPlace = await run(['tail', '--data', data, '--since', 'soon']);
    assert.equal(noPlace.status, 2);
    const nowhere = await run(['tail', '--data', `${data}/nowhere`]);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.stderr, /nowhere/);
  });

  it('begins with what is left of a log that was pruned', async () => {
    const whole = (await once('--json', '--since', '0')).length;
    await server.stop();
    server = await Server.start({ data, unlimited: true, args: ['--history-changes', '20'] });
    let lines;
    do {
      lines = (await once('--json', '--since', '0')).map(JSON.parse);
    } while (lines.length > 21);
    assert.deepEqual(lines[0], { type: 'reset', reason: 'too_old' });
    assert.deepEqual(lines.slice(1).map(({ lsn }) => lsn), Array.from({ length: 20 }, (_, i) => whole - 19 + i));
    const room = (await once('--json', '--since', '0', '--room', 'market')).map(JSON.parse);
    assert.deepEqual(room[0], { type: 'reset', room: 'market', reason: 'too_old' });
    assert.ok(room.slice(1).every(({ lsn }) => lsn > whole - 20));
  });
});
