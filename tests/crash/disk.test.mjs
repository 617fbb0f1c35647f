// Disks that fail: full, read-only, torn after a crash, and wanted by two servers. Each gets a clear message,
// nothing that was answered is lost, and nothing that was refused is there.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, cp, mkdir, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { WebSocketUser } from '../e2e/support/live.mjs';
import { Client, assertProblem, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { BINARY, Server, cleanEnvironment, run, temporaryFolder } from '../e2e/support/server.mjs';

const execute = promisify(execFile);
const SEED = Number(process.env.CRASH_SEED ?? 20261121);
const NOBODY = 65534;
const STOCK = 1_000_000;

function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** A product with a long name, so that orders fill the disk soon, and a buyer of it. */
async function shopFor(server) {
  const shop = (await demoShops(server.url)).bakery;
  const seller = await signedIn(server.url, 'seller@demo.shop');
  const body = { name: 'n'.repeat(200), price_minor: 100, stock: STOCK, status: 'active' };
  const product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
  return { shop, product, buyer: await signedIn(server.url, 'buyer@demo.shop') };
}

async function assertSound(data) {
  const verified = await run(['verify', '--data', data]);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
}

/** The ids of the buyer's orders, newest first. */
async function ordersOf(buyer) {
  const ids = [];
  let cursor = '';
  do {
    const page = await buyer.get(`orders?limit=200&cursor=${encodeURIComponent(cursor)}`);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

/** Orders until the disk is full, checks what is said and shown then, makes room, and orders on. */
async function fillAndGoOn(data, makeRoom) {
  let server = await Server.start({ unlimited: true, demo: true, data });
  const { shop, product, buyer } = await shopFor(server);
  const before = new Set(await ordersOf(buyer));
  const items = [{ product: product.id, quantity: 1 }];
  const answered = [];
  await makeRoom.limit(server.pid);
  const order = async () => {
    for (let i = 0; i < 20_000; ++i) {
      const answer = await buyer.order(shop.id, items);
      if (answer.status !== 201) return answer;
      answered.push(answer.body.id);
    }
    return undefined;
  };
  const refusals = await Promise.all([...Array(8)].map(order));
  for (const refusal of refusals) assertProblem(refusal, 503, 'not_committed');
  assert.equal(refusals[0].headers.get('retry-after'), '1');

  const shown = await new Client(server.url).get(`products/${product.id}`);
  assert.equal(shown.stock, STOCK - answered.length, 'reads go on and show what was answered, no more');
  const held = (await ordersOf(buyer)).filter((id) => !before.has(id));
  assert.deepEqual(new Set(held), new Set(answered));
  assert.match(server.stderr, /failed: .*(full|disk I\/O error)/, 'the log names the disk');

  await makeRoom.lift(server.pid);
  for (let i = 0; i < 20; ++i) {
    const answer = await buyer.order(shop.id, items);
    assert.equal(answer.status, 201, `without a restart: ${answer.text}`);
    answered.push(answer.body.id);
  }
  await server.signal('SIGKILL');
  await assertSound(data);
  server = await Server.start({ unlimited: true, data });
  const again = await signedIn(server.url, 'buyer@demo.shop');
  const there = (await ordersOf(again)).filter((id) => !before.has(id));
  assert.deepEqual(new Set(there), new Set(answered));
  assert.equal(await server.stop(), 0);
}

describe('a disk that fails', () => {
  let folder;
  before(async () => (folder = await temporaryFolder()));
  after(() => rm(folder, { recursive: true, force: true }));

  it('full: refuses what it cannot store, and goes on when there is room (RLIMIT_FSIZE)', { timeout: 120_000 }, async () => {
    const data = path.join(folder, 'limited');
    await fillAndGoOn(data, {
      limit: async (pid) => {
        const { size } = await stat(path.join(data, 'tillcast.db-wal'));
        await execute('prlimit', ['--pid', String(pid), `--fsize=${size + 300_000}:unlimited`]);
      },
      lift: (pid) => execute('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited']),
    });
  });

  it('full: the same on a small file system of its own', { timeout: 120_000 }, async (t) => {
    const disk = path.join(folder, 'tmpfs');
    await mkdir(disk);
    try {
      await execute('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tillcast-test', disk]);
    } catch (error) {
      return t.skip(`no tmpfs can be mounted here: ${error.stderr}`);
    }
    const filler = path.join(disk, 'filler');
    try {
      await fillAndGoOn(path.join(disk, 'data'), {
        limit: async () => {
          const { stdout } = await execute('df', ['--output=avail', '-B1', disk]);
          const free = Number(stdout.trim().split('\n').at(-1));
          await writeFile(filler, Buffer.alloc(Math.max(0, free - 300_000)));
        },
        lift: () => rm(filler),
      });
    } finally {
      await execute('umount', [disk]);
    }
  });

  it('full: no half of a backup is left', async (t) => {
    const data = path.join(folder, 'backed-up');
    const server = await Server.start({ unlimited: true, demo: true, data });
    await server.signal('SIGTERM');
    const to = path.join(folder, 'too-large.backup');
    const ended = await execute('prlimit', ['--fsize=100000', BINARY, 'backup', '--data', data, '--to', to], {
      env: cleanEnvironment(),
    }).then(() => ({ code: 0 }), (error) => error);
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /cannot be written, and is not there/);
    await assert.rejects(stat(to));
    await assert.rejects(stat(`${to}.part`));
  });

  it('read-only: says so, and changes nothing', async () => {
    const data = path.join(folder, 'read-only');
    const server = await Server.start({ unlimited: true, demo: true, data });
    await server.signal('SIGTERM');
    const file = path.join(data, 'tillcast.db');
    const lock = path.join(data, 'tillcast.lock');
    const content = await readFile(file);
    // Root may write everything, so another user tries; others are stopped by the mode.
    const user = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const attempt = async (pattern) => {
      const child = spawn(BINARY, ['serve', '--listen', '127.0.0.1:0', '--data', data], {
        env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'], ...user,
      });
      let stderr = '';
      child.stderr.on('data', (text) => (stderr += text));
      const [code] = await once(child, 'close');
      assert.equal(code, 1, stderr);
      assert.match(stderr, pattern);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.deepEqual(await readFile(file), content);
    };
    await chmod(folder, 0o755);
    await chmod(file, 0o444);
    await chmod(lock, 0o444);
    await chmod(data, 0o555);
    await attempt(/^tillcast: The data folder .* cannot be written: Permission denied\. Change its owner or mode/);
    await chmod(data, 0o755);
    await chmod(lock, 0o644);
    if (user.uid) await Promise.all([chown(data, NOBODY, NOBODY), chown(lock, NOBODY, NOBODY)]);
    await attempt(/^tillcast: The database .* cannot be opened: .*readonly/);
  });

  it('wanted by two servers: the second says who has it, and the first goes on', async () => {
    const data = path.join(folder, 'shared');
    const first = await Server.start({ unlimited: true, demo: true, data });
    const { shop, product, buyer } = await shopFor(first);
    const second = await run(['serve', '--listen', '127.0.0.1:0', '--data', data]);
    assert.equal(second.status, 1);
    assert.match(second.stderr, new RegExp(`^tillcast: Another tillcast \\(process ${first.pid}\\) uses the data folder`));
    const restored = await run(['restore', '--from', path.join(data, 'tillcast.db'), '--data', data]);
    assert.match(restored.stderr, /Another tillcast/);
    const answer = await buyer.order(shop.id, [{ product: product.id, quantity: 1 }]);
    assert.equal(answer.status, 201);
    await first.signal('SIGTERM');
    await assertSound(data);
  });
});

describe(`a write-ahead log that a crash tore (seed ${SEED})`, () => {
  let folder;
  let crashed;
  let position;
  let shopId;
  const answered = [];
  let before_;

  /** A folder as the crash left it, torn by `tear(wal, size)`. */
  async function torn(name, tear) {
    const data = path.join(folder, name);
    await cp(crashed, data, { recursive: true });
    const wal = path.join(data, 'tillcast.db-wal');
    await tear(wal, (await stat(wal)).size);
    return data;
  }

  before(async () => {
    folder = await temporaryFolder();
    crashed = path.join(folder, 'crashed');
    const server = await Server.start({ unlimited: true, demo: true, data: crashed });
    const { shop, product, buyer } = await shopFor(server);
    shopId = shop.id;
    before_ = new Set(await ordersOf(buyer));
    for (let i = 0; i < 60; ++i) {
      const answer = await buyer.order(shop.id, [{ product: product.id, quantity: 1 }]);
      assert.equal(answer.status, 201);
      answered.push(answer.body.id);
    }
    const seller = await signedIn(server.url, 'seller@demo.shop');
    ({ position } = await seller.get(`rooms/desk:${shop.id}/snapshot?limit=1`));
    await server.signal('SIGKILL');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const ordersAfter = async (server) =>
    (await ordersOf(await signedIn(server.url, 'buyer@demo.shop'))).filter((id) => !before_.has(id)).reverse();

  it('at its end, in what nobody was told of: nothing is lost', async () => {
    const random = seededRandom(SEED);
    for (const bytes of [1, 24, 4_000, 4_120, 9_000]) {
      const garbage = Buffer.from([...Array(bytes)].map(() => Math.floor(random() * 256)));
      const data = await torn(`tail-${bytes}`, (wal) => appendFile(wal, garbage));
      const server = await Server.start({ unlimited: true, data });
      assert.deepEqual(await ordersAfter(server), answered);
      assert.equal(await server.stop(), 0);
      await assertSound(data);
    }
  });

  it('in its middle, by a disk that lied: a state that existed, and clients who know more are told', async () => {
    const random = seededRandom(SEED + 1);
    let told = 0;
    for (let i = 0; i < 6; ++i) {
      const share = 0.3 + random() * 0.65;
      const data = await torn(`middle-${i}`, async (wal, size) => {
        const at = Math.floor(size * share);
        if (i % 2 === 0) return truncate(wal, at);
        const file = await open(wal, 'r+');
        await file.write(Buffer.alloc(512, 0xa5), 0, 512, at);
        return file.close();
      });
      const server = await Server.start({ unlimited: true, data });
      const there = await ordersAfter(server);
      assert.deepEqual(there, answered.slice(0, there.length), 'the first orders, in their order');
      const seller = await signedIn(server.url, 'seller@demo.shop');
      const user = await WebSocketUser.connect(server.url, { headers: { Authorization: `Bearer ${seller.token}` } });
      const joined = await user.request('join', { room: `desk:${shopId}`, since: position });
      if (!joined.resumed) {
        const [reset] = await user.inbox.untilCount(1);
        assert.deepEqual([reset.type, reset.body.reason], ['reset', 'ahead']);
        ++told;
      }
      user.close();
      assert.equal(await server.stop(), 0);
      await assertSound(data);
    }
    assert.ok(told > 0, 'some cuts must lose something for this to show anything');
  });
});
