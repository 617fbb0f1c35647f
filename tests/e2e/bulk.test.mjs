// Many records at once: seeds, exports and imports, by the command line and by REST, and what screens are
// told of them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ON_POSTGRES } from './support/data.mjs';
import { WebSocketUser, join } from './support/live.mjs';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { BINARY, Server, cleanEnvironment, run, temporaryFolder } from './support/server.mjs';

/** Runs a verb to its end and gives the most memory that it had, in KiB. */
async function peakMemory(args) {
  const child = spawn(BINARY, args, { env: cleanEnvironment(), stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
  }, 5);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  assert.equal(code, 0);
  return peak;
}

async function succeed(...args) {
  const ended = await run(args);
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  return ended.stdout;
}

// On PostgreSQL: tests/postgres/verbs.test.mjs.
describe('bulk work by the command line', { skip: ON_POSTGRES }, () => {
  let folder;
  let demo;
  const place = (name) => path.join(folder, name);
  before(async () => {
    folder = await temporaryFolder();
    demo = place('demo');
    await (await Server.start({ demo: true, data: demo })).signal('SIGTERM');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('exports beside a server, and an empty store that imports it exports the same', async () => {
    const server = await Server.start({ data: demo });
    await succeed('export', '--data', demo, '--to', place('all.jsonl'));
    const refused = await run(['import', '--data', demo, '--from', place('all.jsonl')]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /Another tillcast/);
    await server.signal('SIGTERM');
    await succeed('import', '--data', place('copy'), '--from', place('all.jsonl'));
    assert.equal(await succeed('export', '--data', place('copy')), await readFile(place('all.jsonl'), 'utf8'));
    await succeed('verify', '--data', place('copy'));
  });

  it('names every bad row by its line, and writes nothing', async () => {
    const before_ = await succeed('export', '--data', demo);
    await writeFile(place('bad.csv'), 'sku,name,price_minor\nA,Good,1\nB,,1\nC,Short\n"D,open,2\n');
    const refused = await run(['import', '--data', demo, '--shop', 'bakery', '--from', place('bad.csv')]);
    assert.equal(refused.status, 1);
    assert.deepEqual(refused.stdout.trim().split('\n'), [
      'line 3: name: This field is missing.',
      'line 4: The first line names 3 fields, and this row has 2.',
      'line 5: A quote is not closed.',
    ]);
    assert.match(refused.stderr, /Nothing was written; rows to correct: 3\./);
    const seed = await run(['seed', '--data', demo, '--shop', 'bakery', '--categories', 'Cars']);
    assert.equal(seed.status, 1);
    assert.match(seed.stderr, /There is no "Cars"; give some of Bread, /);
    assert.equal(await succeed('export', '--data', demo), before_);
  });

  it('tells who was away that so much has changed', async () => {
    let server = await Server.start({ data: demo });
    const shop = (await demoShops(server.url)).bakery;
    const { position } = await new Client(server.url).get('rooms/market/snapshot?limit=1');
    await server.signal('SIGTERM');
    await succeed('seed', '--data', demo, '--shop', 'bakery', '--count', '500', '--seed', '7');
    server = await Server.start({ data: demo });
    const gone = await new Client(server.url).call('GET', `rooms/market/changes?since=${position}`);
    assertProblem(gone, 410, 'reset');
    assert.equal(gone.body.reason, 'bulk');
    const user = await WebSocketUser.connect(server.url);
    await user.request('join', { room: `shop:${shop.id}`, since: position });
    const [reset] = await user.inbox.untilCount(1);
    assert.deepEqual([reset.type, reset.body], ['reset', { room: `shop:${shop.id}`, reason: 'bulk' }]);
    user.close();
    await server.signal('SIGTERM');
    await succeed('verify', '--data', demo);
  });

  it('goes on after a crash in the middle of it', { timeout: 60_000 }, async () => {
    const child = spawn(BINARY, ['seed', '--data', demo, '--shop', 'gadgets', '--count', '20000'], {
      env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'],
    });
    let progress = '';
    child.stderr.on('data', (text) => {
      progress += text;
      if (/Applying: [1-9]/.test(progress)) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL', progress);
    const count = async () => (await succeed('export', '--data', demo, '--shop', 'gadgets', '--format', 'csv')).split('\r\n').length - 2;
    const before_ = await count();
    assert.ok(before_ > 48 && before_ < 20048, `${before_} products`);
    await succeed('verify', '--data', demo);
    const server = await Server.start({ data: demo });
    assert.match(server.stderr, /Applied \d+ rows that were interrupted before/);
    await server.signal('SIGTERM');
    assert.equal(await count(), 20048);
    await succeed('verify', '--data', demo);
  });

  it('takes no more memory for a hundred thousand rows than for ten thousand', { timeout: 180_000 }, async () => {
    const peak = { import: [], export: [] };
    for (const rows of [10_000, 100_000]) {
      const lines = place(`${rows}.jsonl`);
      const row = (i) => `{"kind":"product","sku":"M${i}","name":"Product ${i}","price_minor":${i},"description":"${'d'.repeat(300)}"}\n`;
      await writeFile(lines, Array.from({ length: rows }, (_, i) => row(i)).join(''));
      const data = place(`memory-${rows}`);
      await succeed('import', '--data', data, '--from', place('all.jsonl'));
      peak.import.push(await peakMemory(['import', '--data', data, '--shop', 'bakery', '--from', lines]));
      peak.export.push(await peakMemory(['export', '--data', data, '--to', place(`${rows}.out`)]));
    }
    // SQLite's own cache of 32 MiB fills up meanwhile; the text alone is 35 MB.
    assert.ok(peak.import[1] - peak.import[0] < 45_000, `import: ${peak.import} KiB`);
    // An export of the smaller one may end before it is looked at.
    assert.ok(peak.export[1] > 0 && peak.export[1] < 55_000, `export: ${peak.export} KiB`);
  });
});

describe('bulk work by REST', () => {
  let server;
  let shop;
  let seller;
  before(async () => {
    server = await Server.start({ demo: true, unlimited: true });
    shop = (await demoShops(server.url)).bakery;
    seller = await signedIn(server.url, 'seller@demo.shop');
  });
  after(() => server.stop());

  it('seeds while orders go on, and screens get one reset', async () => {
    const user = await WebSocketUser.connect(server.url, { headers: { Authorization: `Bearer ${seller.token}` } });
    await join(user, `desk:${shop.id}`);
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const [product] = (await buyer.get(`products?shop=${shop.id}&limit=100`)).items.filter(({ stock }) => stock > 20);
    const seeding = seller.expect(200, 'POST', `shops/${shop.id}/seed`, { body: { count: 3000, seed: 3 } });
    let ordered = 0;
    let seeded = false;
    seeding.then(() => (seeded = true));
    while (!seeded && ordered < 10) {
      assert.equal((await buyer.order(shop.id, [{ product: product.id, quantity: 1 }])).status, 201);
      ++ordered;
    }
    assert.deepEqual(await seeding, { rows: 3000 });
    assert.ok(ordered > 0);
    await user.inbox.until((all) => all.some(({ type }) => type === 'reset'));
    const resets = user.inbox.messages.filter(({ type }) => type === 'reset');
    assert.deepEqual(resets.map(({ body }) => body), [{ room: `desk:${shop.id}`, reason: 'bulk' }]);
    assert.ok(!user.inbox.changes(`desk:${shop.id}`).some(({ id }) => id.startsWith('seed')));
    const jobs = () => user.inbox.changes(`desk:${shop.id}`).filter(({ kind }) => kind === 'job');
    await user.inbox.until(() => jobs().at(-1)?.patch?.state === 'done', 'the end of the job');
    assert.deepEqual(jobs().slice(1, -1).map(({ patch }) => patch.rows_done), Array.from({ length: 15 }, (_, i) => 200 * (i + 1)));
    const { worker, state, rows_done, rows_total } = jobs()[0].record;
    assert.deepEqual([worker, state, rows_done, rows_total], ['seed', 'running', 0, 3000]);
    user.close();
    assert.equal((await run(['verify', '--data', server.data])).status, 0);
  });

  it('imports rows and CSV, and exports what an import takes', async () => {
    const rows = [{ kind: 'product', sku: 'REST-1', name: 'By REST', price_minor: 100, stock: 3 }];
    assert.deepEqual(await seller.expect(200, 'POST', `shops/${shop.id}/import`, { body: { rows } }), { rows: 1 });
    const csv = 'sku,name,price_minor\nREST-1,"By REST, again",120\n';
    assert.deepEqual(await seller.expect(200, 'POST', `shops/${shop.id}/import`, { body: { csv } }), { rows: 1 });
    const exported = (await seller.call('GET', `shops/${shop.id}/export`)).text;
    const mine = exported.split('\n').filter((line) => line.includes('REST-1')).map((line) => JSON.parse(line));
    assert.deepEqual(mine.map(({ name, price_minor, stock }) => [name, price_minor, stock]), [['By REST, again', 120, 3]]);
    assert.match((await seller.call('GET', `shops/${shop.id}/export?format=csv`)).text, /^id,created_at,shop_id,sku,name/);
    const bad = await seller.call('POST', `shops/${shop.id}/import`, { body: { rows: [{ kind: 'product' }, 7] } });
    assertProblem(bad, 422, 'validation_failed');
    assert.deepEqual(bad.body.errors.map(({ field }) => field), ['line 1', 'line 2']);
  });

  it('is for the shop\'s people, and backups are for admins', async () => {
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const other = await signedIn(server.url, 'seller2@demo.shop');
    for (const client of [buyer, other]) {
      assertProblem(await client.call('POST', `shops/${shop.id}/import`, { body: { rows: [] } }), 403, 'forbidden');
      assertProblem(await client.call('POST', `shops/${shop.id}/seed`, { body: {} }), 403, 'forbidden');
      assertProblem(await client.call('GET', `shops/${shop.id}/export`), 403, 'forbidden');
      assertProblem(await client.call('POST', 'admin/backup'), 403, 'forbidden');
    }
    if (ON_POSTGRES) return;
    const admin = await signedIn(server.url, 'admin@demo.shop');
    const { file } = await admin.expect(201, 'POST', 'admin/backup');
    assert.equal((await run(['verify', '--from', path.join(server.data, file)])).status, 0);
    assert.equal((await readdir(path.join(server.data, 'backups'))).length, 1);
  });
});
