// The systemd unit gives the server no more rights than it needs, and names settings that there are.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Server } from './support/server.mjs';

const execute = promisify(execFile);
const packaging = path.join(import.meta.dirname, '../../packaging');
/** Of systemd-analyze: 0 is safest, 10 is without any protection; it calls up to 2 OK. */
const EXPOSURE_MAX = 2;

describe('the service', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tillcast-unit-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const exposure = async (unit) => {
    const file = path.join(folder, 'tillcast.service');
    await writeFile(file, unit);
    const { stdout } = await execute('systemd-analyze', ['security', '--offline=true', '--no-pager', file])
      .catch((error) => error);
    const overall = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout);
    assert.ok(overall, stdout);
    return Number(overall[1]);
  };

  it('is safe by systemd-analyze, and would not be without its lines', async () => {
    const unit = await readFile(path.join(packaging, 'tillcast.service'), 'utf8');
    const safe = await exposure(unit);
    assert.ok(safe <= EXPOSURE_MAX, `exposure ${safe}`);
    const lines = unit.split('\n').filter((line) => !/^(Protect|Private|Restrict|System|Capability|NoNew|Memory|Lock|Dynamic)/.test(line));
    assert.ok((await exposure(lines.join('\n'))) > 8);
  });

  it('starts the server with settings that it knows', async () => {
    const settings = (await readFile(path.join(packaging, 'tillcast.toml'), 'utf8'))
      .split('\n').filter((line) => !/^(listen|data) /.test(line)).join('\n');
    const config = path.join(folder, 'tillcast.toml');
    await writeFile(config, settings);
    const server = await Server.start({ args: ['--config', config] });
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    await server.stop();
  });
});
