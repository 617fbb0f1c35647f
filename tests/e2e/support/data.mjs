// Where the servers of a test keep their data: a folder, or a database of its own in the test cluster if the
// tests run on PostgreSQL (./dev test postgres).
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const CLUSTER = process.env.TILLCAST_TEST_POSTGRES;
export const ON_POSTGRES = process.env.TILLCAST_TEST_ENGINE === 'postgres';

export function temporaryFolder() {
  return mkdtemp(path.join(tmpdir(), 'tillcast-e2e-'));
}

/** Runs one statement by psql and gives its answer as text. */
export async function sql(url, statement) {
  const flags = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--command', statement, url];
  const { stdout } = await promisify(execFile)('psql', flags);
  return stdout.trim();
}

/** An empty place for data, as --data takes it. */
export async function temporaryData() {
  if (!ON_POSTGRES) return temporaryFolder();
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  await sql(CLUSTER, `CREATE DATABASE ${name}`);
  const url = new URL(CLUSTER.replace('@/', '@localhost/'));
  url.pathname = name;
  return url.href.replace('@localhost/', '@/');
}

export async function removeData(data) {
  if (!data.includes('://')) return rm(data, { recursive: true, force: true });
  const name = /\/(e2e_\w+)/.exec(data)[1];
  await sql(CLUSTER, `DROP DATABASE ${name} WITH (FORCE)`);
}
