// The program as its operator sees it: the ready line, signals, accounts, and clear words when it cannot
// start.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser, join } from './support/live.mjs';
import { Client, assertProblem, signedIn } from './support/rest.mjs';
import { BINARY, Server, cleanEnvironment, run, temporaryFolder } from './support/server.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the program', () => {
  let folder;
  before(async () => (folder = await temporaryFolder()));
  after(() => rm(folder, { recursive: true, force: true }));
  const data = () => mkdtemp(path.join(folder, 'data-'));

  it('prints the ready line and nothing else on stdout', async () => {
    const server = await Server.start({ demo: true });
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    await server.stop();
    assert.deepEqual(server.stdout, [`tillcast ready on ${server.url}`]);
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`drains and ends with 0 on ${signal}, telling live clients`, async () => {
      const server = await Server.start({ demo: true });
      const plain = await WebSocketUser.connect(server.url);
      const socket = await SocketIoUser.connect(server.url, { reconnection: false });
      await join(plain, 'market');
      const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve));
      const started = Date.now();
      const status = await server.signal(signal);
      assert.equal(status, 0, server.stderr);
      assert.ok(Date.now() - started < 10_000);
      assert.equal((await plain.closed).code, 1001);
      await gone;
      await server.stop();
    });
  }

  it('answers what is in flight before it ends', async () => {
    const server = await Server.start({ demo: true });
    const body = { email: 'buyer@demo.shop', password: 'demo-pass-1' };
    const login = new Client(server.url).call('POST', 'auth/login', { body });
    await sleep(20);
    const status = await server.signal('SIGTERM');
    const answer = await login;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('connection'), 'close', 'no further request is waited for');
    assert.equal(status, 0);
    await server.stop();
  });

  it('ends at once at the second signal, whatever is in flight', async () => {
    const server = await Server.start({ demo: true });
    const client = new Client(server.url);
    const { position } = await client.get('rooms/market/snapshot?limit=1');
    const waiting = client.call('GET', `rooms/market/changes?since=${position}&wait_s=30`);
    const cut = waiting.then(() => 'answered', () => 'cut off');
    await sleep(200);
    const ended = server.signal('SIGTERM');
    await sleep(200);
    const started = Date.now();
    await server.signal('SIGTERM');
    assert.equal(await ended, 0, server.stderr);
    assert.ok(Date.now() - started < 2_000);
    await cut;
    await server.stop();
  });

  it('serves a folder that holds data as it is', async () => {
    const where = await data();
    let server = await Server.start({ demo: true, data: where });
    const seller = await signedIn(server.url, 'seller@demo.shop');
    const { items } = await seller.get('products?limit=1&sort=name');
    const owner = await signedIn(server.url, 'admin@demo.shop');
    await owner.expect(200, 'PATCH', `products/${items[0].id}`, { body: { name: 'Kept' } });
    await server.stop();
    server = await Server.start({ demo: true, data: where });
    assert.equal((await new Client(server.url).get(`products/${items[0].id}`)).name, 'Kept');
    await server.stop();
  });

  it('gives the demo the same ids in every run', async () => {
    const ids = [];
    for (let i = 0; i < 2; ++i) {
      const server = await Server.start({ demo: true });
      const { items } = await new Client(server.url).get('products?limit=200&sort=name');
      ids.push(items.map(({ id }) => id));
      await server.stop();
    }
    assert.ok(ids[0].length > 80);
    assert.deepEqual(ids[0], ids[1]);
  });

  const refused = async (args, status, ...patterns) => {
    const ended = await run(args);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /^tillcast: /);
    for (const pattern of patterns) assert.match(ended.stderr, pattern);
  };

  it('says in a sentence why it cannot start', async () => {
    const server = await Server.start();
    await refused(['serve', '--data', await data(), '--listen', `127.0.0.1:${server.port}`], 1,
      /in use/, new RegExp(String(server.port)));
    await refused(['serve', '--data', server.data, '--listen', '127.0.0.1:0'], 1, /data folder|another|in use/i);
    for (const verb of [['user', 'role', '--email', 'a@b.c', '--role', 'admin'], ['token', '--user', 'a@b.c']]) {
      await refused([...verb, '--data', server.data], 1, /data folder|another|in use/i);
    }
    await server.stop();
    const file = path.join(folder, 'a-file');
    await writeFile(file, 'x');
    await refused(['serve', '--data', file, '--listen', '127.0.0.1:0'], 1, /a-file/);
    await refused(['serve', '--demo', '--listen', '0.0.0.0:0', '--data', await data()], 2, /insecure-demo/);
    await refused(['serve', '--listen', 'nowhere'], 2, /HOST:PORT/);
    await refused(['serve', '--sell'], 2, /--sell/);
    await refused([], 2);
  });

  it('does not serve demo accounts to others, even when they are there already', async () => {
    const where = await data();
    const server = await Server.start({ demo: true, data: where });
    await server.signal('SIGTERM');
    await refused(['serve', '--listen', '0.0.0.0:0', '--data', where], 2, /insecure-demo/);
  });

  it('has help for everything', async () => {
    for (const args of [['--help'], ['serve', '--help'], ['user', '--help'], ['token', '--help']]) {
      const help = await run(args);
      assert.equal(help.status, 0);
      assert.match(help.stdout, /Example/);
    }
    assert.match((await run(['--version'])).stdout, /^tillcast \d+\.\d+\.\d+\n$/);
  });

  it('takes variables and a config file, flags being the strongest', async () => {
    const config = path.join(folder, 'tillcast.toml');
    await writeFile(config, `listen = "127.0.0.1:1"\nlog-level = "error"\n`);
    const child = spawn(BINARY, ['serve', '--data', await data(), '--config', config], {
      env: cleanEnvironment({ TILLCAST_LISTEN: '127.0.0.1:0', TILLCAST_DEMO: 'true' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    const line = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
    const health = await (await fetch(`${line.trim().split(' ').pop()}/healthz`)).json();
    child.kill('SIGTERM');
    assert.deepEqual(health, { status: 'ok', demo: true });
    assert.equal(stderr, '', 'the log level of the file holds');
  });

  it('makes the first admin, who may do everything', async () => {
    const where = await data();
    const flags = ['--email', 'Boss@example.org', '--data', where];
    const env = { TILLCAST_PASSWORD: 'first-secret' };
    const added = await run(['user', 'add', '--role', 'admin', ...flags], { env });
    assert.equal(added.status, 0, added.stderr);
    const again = await run(['user', 'add', ...flags], { env });
    assert.equal(again.status, 1);
    assert.match(again.stderr, /account/);
    const weak = await run(['user', 'add', '--email', 'b@example.org', '--data', where], { input: 'short\n' });
    assert.equal(weak.status, 1);
    assert.match(weak.stderr, /password/);
    const changed = await run(['user', 'password', ...flags], { input: 'second-secret\n' });
    assert.equal(changed.status, 0, changed.stderr);
    const token = await run(['token', '--user', 'boss@example.org', '--ttl', '5m', '--data', where]);
    assert.equal(token.status, 0, token.stderr);

    let server = await Server.start({ data: where });
    const boss = new Client(server.url);
    const body = { email: 'boss@example.org', password: 'first-secret' };
    assertProblem(await boss.call('POST', 'auth/login', { body }), 401, 'wrong_password');
    boss.token = token.stdout.trim();
    assert.equal((await boss.get('me')).user.role, 'admin');
    await boss.get('rooms/admin/snapshot');
    assert.ok(!server.stderr.includes('user add'));
    await server.signal('SIGTERM');

    const demoted = await run(['user', 'role', ...flags, '--role', 'customer']);
    assert.equal(demoted.status, 0, demoted.stderr);
    server = await Server.start({ data: where });
    boss.url = server.url;
    await boss.logIn('boss@example.org', 'second-secret');
    assertProblem(await boss.call('GET', 'rooms/admin/snapshot'), 403, 'forbidden');
    await server.signal('SIGTERM');
  });

  it('writes no secret into its log', async () => {
    const server = await Server.start({ demo: true, args: ['--log-level', 'debug'] });
    const buyer = new Client(server.url);
    const signIn = await buyer.logIn('buyer@demo.shop');
    await buyer.get(`me?token=${signIn.access_token}`);
    await server.stop();
    for (const secret of ['demo-pass-1', signIn.access_token, signIn.refresh_token]) {
      assert.ok(!server.stderr.includes(secret));
    }
  });
});

describe('the pages', () => {
  let server;
  before(async () => (server = await Server.start({ demo: true })));
  after(() => server.stop());
  const get = (where, headers = {}) => fetch(server.url + where, { headers });

  it('are served with their types, validators and guards', async () => {
    const page = await get('/', { Accept: 'text/html' });
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
    assert.ok(page.headers.get('referrer-policy'));
    const html = await page.text();
    const [script] = /\/assets\/[^"]+\.js/.exec(html);
    const asset = await get(script, { 'Accept-Encoding': 'gzip' });
    assert.equal(asset.headers.get('content-encoding'), 'gzip');
    assert.match(asset.headers.get('cache-control'), /immutable/);
    assert.match(asset.headers.get('content-type'), /^text\/javascript/);
    await asset.arrayBuffer();
    const etag = page.headers.get('etag');
    assert.equal((await get('/', { 'If-None-Match': etag })).status, 304);
  });

  it('are given for the addresses that the page routes by itself, and for no others', async () => {
    assert.equal((await get('/desk', { Accept: 'text/html' })).status, 200);
    assert.equal((await get('/desk', { Accept: 'application/json' })).status, 404);
    const api = await get('/api/v1/nothing', { Accept: 'text/html' });
    assert.equal(api.status, 404);
    assert.equal((await api.json()).code, 'not_found');
  });

  it('have pictures of the demo products that cannot run anything', async () => {
    const { items } = await new Client(server.url).get('products?limit=3');
    for (const { image_url } of items) {
      const picture = await get(image_url);
      assert.equal(picture.status, 200, image_url);
      assert.equal(picture.headers.get('content-type'), 'image/svg+xml');
      assert.match(picture.headers.get('cache-control'), /immutable/);
      assert.match(picture.headers.get('content-security-policy'), /sandbox/);
      assert.match(await picture.text(), /^<svg /);
    }
    assert.equal((await get('/images/demo/nothing.svg')).status, 404);
  });

  it('are not a way out of the folder', async () => {
    for (const target of ['/../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2findex.html']) {
      const answer = await rawGet(server.port, target);
      assert.match(answer, /^HTTP\/1\.1 40[04] /, target);
    }
  });

  it('answer HEAD with the length and no body', async () => {
    for (const where of ['/', '/api/v1/products?limit=1', '/healthz']) {
      const whole = await get(where);
      const length = (await whole.arrayBuffer()).byteLength;
      const head = await fetch(server.url + where, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } });
      assert.equal(head.status, 200);
      assert.equal((await head.arrayBuffer()).byteLength, 0);
      if (!whole.headers.has('content-encoding')) assert.equal(Number(head.headers.get('content-length')), length);
    }
  });

  it('stand beside the numbers that the server counts', async () => {
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const text = (await buyer.call('GET', '/metrics')).text;
    const value = (name) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    assert.ok(value('tillcast_connections') >= 1);
    assert.ok(value('tillcast_log_lsn') > 100);
    assert.ok(value('tillcast_http_requests_total\\{status="2xx"\\}') >= 1);
    assert.match(text, /^# TYPE tillcast_commit_group_transactions histogram$/m);
  });
});

function rawGet(port, target) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
    socket.on('data', (bytes) => (answer += bytes));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
