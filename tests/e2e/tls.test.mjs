// The server over TLS, as fetch, curl, ws and socket.io-client see it; and a renewed certificate that
// comes in by SIGHUP while connections stay.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificate, replaceCertificate } from './support/certificate.mjs';
import { join, SocketIoUser, WebSocketUser } from './support/live.mjs';
import { DEMO_PASSWORD } from './support/rest.mjs';
import { run, Server, temporaryFolder } from './support/server.mjs';

const execute = promisify(execFile);

/** One request over https; trusts the certificate alone. */
function request(server, ca, { method = 'GET', path: target = '/', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const call = https.request(server.url + target, { method, headers, ca, agent: false }, (response) => {
      let text = '';
      response.on('data', (data) => (text += data));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

const json = { 'Content-Type': 'application/json' };

async function logIn(server, ca, email) {
  const body = JSON.stringify({ email, password: DEMO_PASSWORD });
  const answer = await request(server, ca, {
    method: 'POST', path: '/api/v1/auth/login', headers: json, body,
  });
  assert.equal(answer.status, 200, answer.text);
  return { cookie: answer.headers['set-cookie'][0], ...JSON.parse(answer.text) };
}

/** Opens a connection and gives the name in the certificate that it was shown. */
function shownName(server) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
  });
}

async function until(what, holds) {
  for (let i = 0; i < 200; ++i) {
    if (await holds()) return;
    await sleep(25);
  }
  assert.fail(`${what} did not happen`);
}

describe('over TLS', () => {
  let server, first, second, folder;
  const tlsArgs = (files) => ['--tls-cert', files.certificate, '--tls-key', files.key];

  before(async () => {
    folder = await temporaryFolder();
    first = await makeCertificate(folder, 'first');
    second = await makeCertificate(folder, 'second');
    server = await Server.start({ demo: true, args: [...tlsArgs(first), '--loops', '2'] });
  });
  after(() => server.stop());

  test('the ready line names https', () => {
    assert.match(server.url, /^https:/);
  });

  test('answers over https say that the site stays with it', async () => {
    const answer = await request(server, first.pem, { path: '/healthz' });
    assert.equal(answer.status, 200);
    assert.match(answer.headers['strict-transport-security'], /^max-age=\d+$/);
  });

  test('the session cookie is for https alone', async () => {
    const { cookie } = await logIn(server, first.pem, 'buyer@demo.shop');
    assert.match(cookie, /; Secure$/);
    const me = await request(server, first.pem, {
      path: '/api/v1/me', headers: { Cookie: cookie.split(';')[0] },
    });
    assert.equal(me.status, 200, me.text);
  });

  test('curl takes the certificate, TLS 1.2 and 1.3, and HTTP/1.1 by ALPN', async () => {
    for (const version of [['--tls-max', '1.2'], ['--tlsv1.3']]) {
      const { stdout, stderr } = await execute('curl', [
        '-sv', '--cacert', first.certificate, ...version, `${server.url}/api/v1/products?limit=200`,
      ], { maxBuffer: 1e8 });
      assert.ok(JSON.parse(stdout).items.length > 90);
      assert.match(stderr, /ALPN[:,] server accepted (to use )?http\/1\.1/);
    }
  });

  test('large answers come whole to a client that reads slowly', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: first.pem });
    const get = () => new Promise((resolve, reject) => {
      https.get(`${server.url}/api/v1/products?limit=200`, { agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => {
          chunks.push(chunk);
          response.pause();
          setTimeout(() => response.resume(), 2);
        });
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      }).on('error', reject);
    });
    const bodies = await Promise.all(Array.from({ length: 20 }, get));
    for (const body of bodies) assert.equal(body, bodies[0]);
    agent.destroy();
  });

  test('a client that does not read for a while gets all of it, in order', async () => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: first.pem });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const count = 150;
    for (let i = 0; i < count; ++i) {
      const last = i === count - 1 ? 'Connection: close\r\n' : '';
      socket.write(`GET /api/v1/products?limit=200 HTTP/1.1\r\nHost: x\r\n${last}\r\n`);
    }
    socket.pause();
    await sleep(500);
    const chunks = [];
    for await (const chunk of socket) chunks.push(chunk);
    const bodies = Buffer.concat(chunks).toString().split(/HTTP\/1\.1 200 OK\r\n/).slice(1)
      .map((answer) => answer.slice(answer.indexOf('\r\n\r\n')));
    assert.equal(bodies.length, count);
    for (const body of bodies) assert.equal(body, bodies[0]);
  });

  test('changes arrive over polling, the upgrade, websocket, and plain wss', async () => {
    const { access_token: token } = await logIn(server, first.pem, 'seller@demo.shop');
    const users = await Promise.all([
      SocketIoUser.connect(server.url, { transports: ['polling'], ca: first.pem, token }),
      SocketIoUser.connect(server.url, { ca: first.pem, token }),
      SocketIoUser.connect(server.url, { transports: ['websocket'], ca: first.pem, token }),
      WebSocketUser.connect(server.url, { ca: first.pem }),
    ]);
    for (const user of users) await join(user, 'market');
    await until('the upgrade', () => users[1].transport === 'websocket');

    const shops = await request(server, first.pem, { path: '/api/v1/shops' });
    const shop = JSON.parse(shops.text).items.find(({ slug }) => slug === 'bakery');
    const headers = { ...json, Authorization: `Bearer ${token}` };
    for (let i = 0; i < 40; ++i) {
      const body = JSON.stringify({
        sku: `TLS-${i}`, name: `Bun ${i}`, description: 'x'.repeat(1500), price_minor: 100 + i, stock: 5,
        status: 'active',
      });
      const answer = await request(server, first.pem, {
        method: 'POST', path: `/api/v1/shops/${shop.id}/products`, headers, body,
      });
      assert.equal(answer.status, 201, answer.text);
    }
    for (const user of users) {
      const changes = await user.inbox.until(() => {
        const all = user.inbox.changes('market').filter(({ kind }) => kind === 'product');
        return all.length >= 40 && all;
      }, '40 changes');
      assert.deepEqual(changes.map(({ record }) => record.name), Array.from({ length: 40 }, (_, i) => `Bun ${i}`));
      user.close();
    }
  });

  test('plain HTTP on this port is told what is wrong', async () => {
    const answer = await fetch(server.url.replace('https', 'http'));
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).code, 'tls_required');
  });

  test('a client that says nothing does not keep others waiting', async () => {
    const silent = Array.from({ length: 50 }, () => net.connect(server.port, '127.0.0.1'));
    const half = net.connect(server.port, '127.0.0.1');
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    assert.equal((await request(server, first.pem, { path: '/healthz' })).status, 200);
    for (const socket of [...silent, half]) socket.destroy();
  });

  test('the end of a connection is said by close_notify', async () => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: first.pem });
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const data of socket) text += data;
    assert.match(text, /^HTTP\/1\.1 200 /);
    // Without it, openssl complains of an unexpected end.
    const { stdout } = await execute('sh', ['-c',
      `printf 'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' |
       openssl s_client -quiet -connect 127.0.0.1:${server.port} 2>&1; echo "status $?"`]);
    assert.doesNotMatch(stdout, /unexpected eof/);
    assert.match(stdout, /status 0/);
  });

  test('a bad renewal changes nothing and is logged', async () => {
    await writeFile(first.certificate, 'nothing');
    server.process.kill('SIGHUP');
    await until('the error', () => /The old certificate stays: there is no PEM certificate/.test(server.stderr));
    assert.equal(await shownName(server), 'first');
  });

  test('SIGHUP brings in a renewed certificate and open connections go on', async () => {
    const old = await WebSocketUser.connect(server.url, { ca: first.pem });
    await join(old, 'market');
    await replaceCertificate(first, second);
    server.process.kill('SIGHUP');
    await until('the renewal', async () => (await shownName(server)) === 'second');
    const answer = await request(server, second.pem, { path: '/healthz' });
    assert.equal(answer.status, 200);
    await assert.rejects(request(server, first.pem, { path: '/healthz' }), /self-signed|certificate/);
    // The old one is as it was.
    const { position } = await join(old, 'market');
    assert.match(position, /:\d+$/);
    old.close();
  });

  test('SIGTERM drains as ever', async () => {
    const user = await WebSocketUser.connect(server.url, { ca: second.pem });
    const ended = server.signal('SIGTERM');
    assert.equal((await user.closed).code, 1001);
    assert.equal(await ended, 0);
  });
});

describe('at start-up', () => {
  test('wrong files are named', async () => {
    const folder = await temporaryFolder();
    const one = await makeCertificate(folder, 'one');
    const other = await makeCertificate(folder, 'other');
    const serve = (...args) =>
      run(['serve', '--listen', '127.0.0.1:0', '--data', path.join(folder, 'data'), ...args]);
    const missing = await serve('--tls-cert', path.join(folder, 'none'), '--tls-key', one.key);
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /cannot read .*none: No such file or directory/);
    const mixed = await serve('--tls-cert', one.certificate, '--tls-key', other.key);
    assert.equal(mixed.status, 1);
    assert.match(mixed.stderr, /does not belong to the certificate/);
    const half = await serve('--tls-cert', one.certificate);
    assert.equal(half.status, 2);
    assert.match(half.stderr, /go together/);
  });
});
