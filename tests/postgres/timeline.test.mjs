// A log belongs to its timeline: what goes on on another one, after a restore or when a standby took over, has another
// epoch, and a server that ran through that writes nothing any more.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocketUser, join } from '../e2e/support/live.mjs';
import { demoShops, epochOf, signedIn } from '../e2e/support/rest.mjs';
import { Server } from '../e2e/support/server.mjs';

const SCRIPT = fileURLToPath(new URL('../../tools/postgres_cluster.sh', import.meta.url));
const cluster = async (verb, folder) => (await promisify(execFile)(SCRIPT, [verb, folder])).stdout.trim();

/** Ends the cluster, and starts it as after a recovery: on the next timeline. */
async function recover(folder) {
  await cluster('stop', folder);
  const { uid, gid } = await stat(`${folder}/data`);
  await appendFile(`${folder}/data/postgresql.conf`, "restore_command = 'false'\n");
  await writeFile(`${folder}/data/recovery.signal`, '');
  await chown(`${folder}/data/recovery.signal`, uid, gid);
  await cluster('start', folder);
}

describe('a log on another timeline', () => {
  it('has another epoch, and the one before is not written on', { timeout: 120_000 }, async (t) => {
    const folder = await mkdtemp('/tmp/tillcast-timeline-');
    t.after(async () => {
      await cluster('stop', folder).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    });
    const data = await cluster('start', folder);
    const first = await Server.start({ unlimited: true, data, demo: true });
    const seller = await signedIn(first.url, 'seller@demo.shop');
    const shop = (await demoShops(first.url)).bakery;
    const { position } = await seller.get(`rooms/desk:${shop.id}/snapshot?limit=1`);
    const epoch = await epochOf(seller);
    assert.equal(await first.signal('SIGTERM'), 0);

    const again = await Server.start({ unlimited: true, data });
    seller.url = again.url;
    assert.equal(await epochOf(seller), epoch);

    await cluster('stop', folder);
    await cluster('start', folder);
    const body = { name: 'Rye', price_minor: 300, cost_minor: 100, stock: 1 };
    await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });

    await recover(folder);
    const refused = await seller.call('POST', `shops/${shop.id}/products`, { body });
    assert.deepEqual([refused.status, refused.body.code], [503, 'not_committed']);
    assert.match(again.stderr, /another server took over: restart tillcast/);
    assert.equal(await again.signal('SIGTERM'), 0);

    const later = await Server.start({ unlimited: true, data });
    seller.url = later.url;
    assert.notEqual(await epochOf(seller), epoch);
    const user = await WebSocketUser.connect(later.url, { headers: { Authorization: `Bearer ${seller.token}` } });
    assert.equal((await join(user, `desk:${shop.id}`, position)).resumed, false);
    user.close();
    assert.equal(await later.signal('SIGTERM'), 0);
  });
});
