// The verbs on a database that a server serves meanwhile, and its copy by PostgreSQL's own tools.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { removeData, sql, temporaryData, temporaryFolder } from '../e2e/support/data.mjs';
import { WebSocketUser, join } from '../e2e/support/live.mjs';
import { assertProblem, demoShops, epochOf, signedIn } from '../e2e/support/rest.mjs';
import { Server, run } from '../e2e/support/server.mjs';

async function succeed(...args) {
  const ended = await run(args);
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  return ended.stdout;
}

describe('the verbs on a database', () => {
  const databases = [];
  let folder;
  let data;
  let server;
  let seller;
  let shop;
  const database = async () => {
    databases.push(await temporaryData());
    return databases.at(-1);
  };

  before(async () => {
    folder = await temporaryFolder();
    data = await database();
    server = await Server.start({ data, demo: true, unlimited: true });
    seller = await signedIn(server.url, 'seller@demo.shop');
    shop = (await demoShops(server.url)).bakery;
  });
  after(async () => {
    await server.stop();
    for (const one of databases) await removeData(one);
    await rm(folder, { recursive: true, force: true });
  });

  it('say of an empty one that nothing is there, and make nothing in it', async () => {
    const empty = await database();
    for (const verb of [['verify'], ['export'], ['tail', '--once'], ['seed', '--shop', 'bakery']]) {
      const refused = await run([...verb, '--data', empty]);
      assert.equal(refused.status, 1, verb);
      assert.match(refused.stderr, /^tillcast: The database postgres:.* cannot be read: there are no data of tillcast in it\.\n$/);
    }
    assert.equal(await sql(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), '0');
  });

  it('export what an empty one imports and exports again', async () => {
    const all = path.join(folder, 'all.jsonl');
    await succeed('export', '--data', data, '--to', all);
    const copy = await database();
    await succeed('import', '--data', copy, '--from', all);
    assert.equal(await succeed('export', '--data', copy), await succeed('export', '--data', data));
    assert.match(await succeed('verify', '--data', copy), /^postgres:\/\/.* is sound\.\n$/);
  });

  it('seed and import beside the server, whose screens get one reset', async () => {
    const room = `shop:${shop.id}`;
    const user = await WebSocketUser.connect(server.url);
    await join(user, room);
    await succeed('seed', '--data', data, '--shop', 'bakery', '--count', '500', '--seed', '9');
    await user.inbox.until((all) => all.some(({ type }) => type === 'reset'), 'a reset');
    assert.deepEqual(user.inbox.messages.map(({ type, body }) => [type, body.reason]), [['reset', 'bulk']]);
    user.close();
    const csv = path.join(folder, 'bad.csv');
    await writeFile(csv, 'sku,name,price_minor\nA,Good,1\nB,,1\n');
    const refused = await run(['import', '--data', data, '--shop', 'bakery', '--from', csv]);
    assert.deepEqual([refused.status, refused.stdout], [1, 'line 3: name: This field is missing.\n']);
    await succeed('verify', '--data', data);
  });

  it('show the log', async () => {
    const lines = (await succeed('tail', '--data', data, '--room', `desk:${shop.id}`, '--since', '0', '--json', '--once')).trim().split('\n');
    assert.deepEqual([...new Set(lines.map((line) => JSON.parse(line).room))], [`desk:${shop.id}`]);
    const head = Number(await sql(data, 'SELECT max(lsn) FROM changes'));
    const all = (await succeed('tail', '--data', data, '--since', '0', '--json', '--once')).trim().split('\n');
    assert.deepEqual(all.map((line) => JSON.parse(line).lsn), Array.from({ length: head }, (_, i) => i + 1));
  });

  it('name a corruption and where it is', async () => {
    const product = await sql(data, "UPDATE products SET stock = stock + 1 WHERE id = (SELECT min(id) FROM products) RETURNING id");
    const verified = await run(['verify', '--data', data]);
    await sql(data, `UPDATE products SET stock = stock - 1 WHERE id = '${product}'`);
    assert.equal(verified.status, 1);
    assert.match(verified.stdout, new RegExp(`^stock: product ${product}: Its stock is `, 'm'));
    assert.match(verified.stderr, /is not sound; findings: 2\.\n$/);
    await succeed('verify', '--data', data);
  });

  it('leave backups to pg_dump, whose copies under load are sound and of another epoch', async () => {
    for (const verb of [['backup', '--to', 'x'], ['restore', '--from', 'x']]) {
      const refused = await run([...verb, '--data', data]);
      assert.equal(refused.status, 2);
      assert.match(refused.stderr, verb[0] === 'backup' ? /pg_dump --format=custom/ : /pg_restore --dbname/);
    }
    const admin = await signedIn(server.url, 'admin@demo.shop');
    assertProblem(await admin.call('POST', 'admin/backup'), 501, 'backup_by_database');

    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const body = { name: 'Rye', price_minor: 300, cost_minor: 100, stock: 100_000, status: 'active' };
    const product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
    const answered = [];
    let stop = false;
    const load = (async () => {
      while (!stop) answered.push((await buyer.order(shop.id, [{ product: product.id, quantity: 1 }])).body.id);
    })();
    while (answered.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const stored = answered.length;
    const dump = path.join(folder, 'shop.dump');
    await promisify(execFile)('pg_dump', ['--format=custom', `--file=${dump}`, data]);
    stop = true;
    await load;

    const restored = await database();
    await promisify(execFile)('pg_restore', [`--dbname=${restored}`, dump]);
    await succeed('verify', '--data', restored);
    const orders = new Set((await sql(restored, 'SELECT id FROM orders')).split('\n'));
    assert.ok(answered.slice(0, stored).every((id) => orders.has(id)), 'every order that was answered before');
    const copy = await Server.start({ data: restored });
    const again = await signedIn(copy.url, 'seller@demo.shop');
    assert.notEqual(await epochOf(again), await epochOf(seller));
    assert.equal(await copy.signal('SIGTERM'), 0);
  });
});
