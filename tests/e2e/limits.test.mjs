// Every limit of docs/limits.md that a client can go over from outside, on a server whose limits are small.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import WebSocket from 'ws';
import { SocketIoUser, WebSocketUser } from './support/live.mjs';
import { Client, assertProblem, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const PASSWORD = 'long-enough-1';

function retryAfter(answer) {
  const seconds = Number(answer.headers.get('retry-after'));
  assert.ok(seconds >= 1, `Retry-After: ${answer.headers.get('retry-after')}`);
  return seconds;
}

describe('who asks too often', () => {
  let server;
  before(async () => {
    server = await Server.start({
      args: ['--requests-per-address', '4', '--messages-per-connection', '2', '--trusted-proxy', '127.0.0.1'],
    });
  });
  after(() => server.stop());

  const from = (address) => ({ headers: { 'X-Forwarded-For': address } });
  const ask = (address) => new Client(server.url).call('GET', 'products', from(address));

  it('is answered 429 with Retry-After, and nobody else is', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask('192.0.2.1')));
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.length >= 10 && refused.length <= 20, `${refused.length} of 60 are refused`);
    for (const answer of refused) {
      assertProblem(answer, 429, 'too_many_requests');
      retryAfter(answer);
    }
    assert.equal((await ask('192.0.2.2')).status, 200);
    assert.equal((await ask('2001:db8:1:1::5')).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * retryAfter(refused.at(-1))));
    assert.equal((await ask('192.0.2.1')).status, 200);
  });

  it('is one client with all of its /64', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(`2001:db8:1:2::${i + 1}`)));
    assert.ok(answers.some(({ status }) => status === 429));
  });

  it('cannot write itself an address before that of the proxy', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => ask(`198.51.100.${i + 1}, 192.0.2.77`)));
    assert.ok(answers.some(({ status }) => status === 429));
  });

  it('is ended with 4429 on a plain websocket', async () => {
    const user = await WebSocketUser.connect(server.url, from('192.0.2.10'));
    for (let i = 0; i < 30; ++i) user.socket.send('{"type":"leave","room":"market"}');
    assert.equal((await user.closed).code, 4429);
  });

  it('is told by an error event on Socket.IO, and then the transport closes', async () => {
    for (const transport of ['websocket', 'polling']) {
      const user = await SocketIoUser.connect(server.url, {
        transports: [transport], reconnection: false, extraHeaders: from(`192.0.2.${transport.length}`).headers,
      });
      const gone = new Promise((resolve) => user.socket.once('disconnect', resolve));
      for (let i = 0; i < 30; ++i) user.socket.emit('leave', { room: 'market' });
      assert.match(await gone, /^transport (close|error)$/, transport);
      const error = user.inbox.messages.find(({ type }) => type === 'error');
      assert.equal(error?.body.code, 'too_many_messages', transport);
    }
  });
});

describe('who signs in too often', () => {
  let server;
  before(async () => {
    server = await Server.start({
      args: ['--sign-ins-per-address', '1', '--requests-per-user', '1', '--trusted-proxy', '127.0.0.1'],
    });
  });
  after(() => server.stop());

  const from = (address) => ({ 'X-Forwarded-For': address });

  it('is answered 429 before any password is looked at', async () => {
    const attempts = Array.from({ length: 170 }, () =>
      new Client(server.url).call('POST', 'auth/login', { body: { id_token: 'x' }, headers: from('192.0.2.1') }));
    const answers = await Promise.all(attempts);
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 15 && refused.length <= 20, `${refused.length} of 170 are refused`);
    assertProblem(refused[0], 429, 'too_many_requests');
    retryAfter(refused[0]);
    assertProblem(await new Client(server.url).call('POST', 'auth/login',
      { body: { id_token: 'x' }, headers: from('192.0.2.2') }), 422, 'no_issuers');
  });

  it('is held as one user, from wherever', async () => {
    const ann = new Client(server.url);
    await ann.register('Ann');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ann.call('GET', 'me', { headers: from(`198.51.100.${i}`) })));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 10, `${refused.length} of 40 are refused`);
    assertProblem(refused[0], 429, 'too_many_requests');
    retryAfter(refused[0]);
    const bob = new Client(server.url);
    await bob.register('Bob');
    await bob.get('me');
  });
});

describe('who guesses passwords', () => {
  let server;
  let known;
  before(async () => {
    server = await Server.start({ args: ['--trusted-proxy', '127.0.0.1'] });
    const body = { email: 'ann@example.org', name: 'Ann', password: PASSWORD };
    const answer = await new Client(server.url).call('POST', 'auth/register', { body });
    assert.equal(answer.status, 201, answer.text);
    known = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('tillcast_device='));
  });
  after(() => server.stop());

  const attempt = (email, password, address, headers = {}) =>
    new Client(server.url).call('POST', 'auth/login', {
      body: { email, password }, headers: { 'X-Forwarded-For': address, ...headers },
    });

  /** Runs `then` while the address has to wait: six wrong tries count when they come, not when they are answered. */
  async function whileWaiting(email, address, then) {
    const wrong = Array.from({ length: 6 }, () => attempt(email, 'wrong-password', address));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await then();
    await Promise.all(wrong);
  }

  it('must wait, longer each time, also for an account that there is not', async () => {
    for (const email of ['ann@example.org', 'nobody@example.org']) {
      for (let i = 0; i < 6; ++i) {
        assertProblem(await attempt(email, 'wrong-password', '192.0.2.1'), 401, 'wrong_password');
      }
      const refused = await attempt(email, 'wrong-password', '192.0.2.1');
      assertProblem(refused, 429, 'too_many_attempts');
      assert.equal(retryAfter(refused), 1, email);
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      assertProblem(await attempt(email, 'wrong-password', '192.0.2.1'), 401, 'wrong_password');
      assert.equal(retryAfter(await attempt(email, 'wrong-password', '192.0.2.1')), 2, email);
    }
  });

  it('is refused even with the right password while waiting', async () => {
    await whileWaiting('ann@example.org', '192.0.2.21', async () =>
      assertProblem(await attempt('ann@example.org', PASSWORD, '192.0.2.21'), 429, 'too_many_attempts'));
  });

  it('locks nobody out: not another address, not a known device at the same one', async () => {
    const device = { Cookie: known.split(';')[0] };
    await whileWaiting('ann@example.org', '192.0.2.22', async () => {
      const [elsewhere, answer, unknown] = await Promise.all([
        attempt('ann@example.org', PASSWORD, '192.0.2.23'),
        attempt('ann@example.org', PASSWORD, '192.0.2.22', device),
        attempt('ann@example.org', PASSWORD, '192.0.2.22'),
      ]);
      assert.equal(elsewhere.status, 200, elsewhere.text);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(unknown.status, 429, unknown.text);
      assert.ok(!answer.headers.getSetCookie().some((cookie) => cookie.startsWith('tillcast_device=')),
        'a device that is known keeps its name');
    });
  });

  it('is not let off by a device cookie of another account, or one that was made up', async () => {
    const eve = await new Client(server.url).call('POST', 'auth/register',
      { body: { email: 'eve@example.org', name: 'Eve', password: PASSWORD } });
    const cookies = eve.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const others = cookies.find((cookie) => cookie.startsWith('tillcast_device='));
    await whileWaiting('ann@example.org', '192.0.2.24', async () => {
      for (const cookie of [others, `tillcast_device=${'x'.repeat(43)}.${'y'.repeat(43)}`]) {
        assertProblem(await attempt('ann@example.org', PASSWORD, '192.0.2.24', { Cookie: cookie }), 429, 'too_many_attempts');
      }
    });
  });

  it('gets a device cookie that scripts cannot read and that goes to sign-in alone', () => {
    assert.match(known,
      /^tillcast_device=[\w-]{43}\.[\w-]{43}; Path=\/api\/v1\/auth; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });

  it('finds out no password by an open session either', async () => {
    const ann = new Client(server.url);
    ann.token = (await attempt('ann@example.org', PASSWORD, '192.0.2.3')).body.access_token;
    const change = () => ann.call('POST', 'auth/password',
      { body: { current_password: 'wrong-password', new_password: 'another-one-1' } });
    for (let i = 0; i < 6; ++i) assertProblem(await change(), 401, 'wrong_password');
    assertProblem(await change(), 429, 'too_many_attempts');
  });
});

describe('who opens too many connections', () => {
  let server;
  const open = [];
  before(async () => {
    server = await Server.start({ args: ['--connections-per-address', '5'] });
  });
  after(async () => {
    for (const socket of open) socket.destroy();
    await server.stop();
  });

  /** Resolves with what the server says by itself, or with nothing if it waits for a request. */
  const connect = () =>
    new Promise((resolve) => {
      let said = '';
      const socket = net.connect(server.port, '127.0.0.1');
      open.push(socket);
      socket.on('error', () => {});
      socket.on('data', (data) => (said += data));
      socket.on('end', () => resolve(said));
      socket.on('connect', () => setTimeout(() => resolve(said), 300));
    });

  it('is answered 429 and closed, until one of them ends', async () => {
    for (let i = 0; i < 5; ++i) assert.equal(await connect(), '', `connection ${i}`);
    const refused = await connect();
    assert.match(refused, /^HTTP\/1\.1 429 /);
    assert.match(refused, /\r\nRetry-After: \d+\r\n/);
    assert.match(refused, /"code":"too_many_connections"/);
    open.shift().destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await connect(), '');
  });

  it('and live connections are among them', async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const sockets = [];
    for (let i = 0; i < 5; ++i) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      sockets.push(socket);
    }
    assert.match(await connect(), /^HTTP\/1\.1 429 /);
    for (const socket of sockets) socket.terminate();
  });
});

describe('the demo as it is', () => {
  it('serves 200 buyers of one address at once', async () => {
    const server = await Server.start({ demo: true });
    const buyer = await signedIn(server.url, 'buyer@demo.shop');
    const answers = await Promise.all(Array.from({ length: 200 }, () => buyer.call('GET', 'me')));
    assert.ok(answers.every(({ status }) => status === 200));
    await server.stop();
  });
});
