// Connection state recovery as an unmodified socket.io-client has it: what was missed comes once and
// in order, the rooms go on, and the session is nobody else's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeData, temporaryData } from './support/data.mjs';
import { Frames } from './support/frames.mjs';
import { SocketIoUser, assertChain, join, lsnOf } from './support/live.mjs';
import { Proxy } from './support/proxy.mjs';
import { demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

const WAIT_MS = 10_000;
const QUICK = { reconnectionDelay: 20, reconnectionDelayMax: 50, transports: ['websocket'] };

let server;
let proxy;
let data;
let shop;
let seller;
let product;
let stock = 1_000;

before(async () => {
  data = await temporaryData();
  server = await Server.start({ demo: true, data, unlimited: true });
  proxy = await Proxy.start(server.port);
  shop = (await demoShops(server.url)).bakery;
  seller = await signedIn(server.url, 'seller@demo.shop');
  const body = { name: 'Followed', price_minor: 200, stock, status: 'active' };
  product = await seller.expect(201, 'POST', `shops/${shop.id}/products`, { body });
});
after(async () => {
  await proxy.stop();
  await server.signal('SIGTERM');
  await removeData(data);
});

/** `count` changes of the product; each is seen in market, shop, desk and admin. */
async function change(count = 1) {
  for (let i = 0; i < count; ++i) {
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { stock: ++stock } });
  }
  return stock;
}

const follow = async (room, options = {}) => {
  const user = await SocketIoUser.connect(proxy.url, { ...QUICK, ...options });
  const joined = await join(user, room);
  return { user, start: lsnOf(joined.position), id: user.socket.id };
};
const stocks = (user, room) =>
  user.inbox.changes(room).filter(({ id, patch }) => id === product.id && patch?.stock)
    .map(({ patch }) => patch.stock);
const untilStock = (user, room, last) =>
  user.inbox.until(() => stocks(user, room).at(-1) === last, `stock ${last} in ${room}`);
const connected = (user) =>
  user.socket.connected ? undefined : once(user.socket, 'connect', { signal: AbortSignal.timeout(WAIT_MS) });

/** Loses the connection, does `meanwhile`, and waits until the client is back. */
async function interrupt(user, meanwhile = async () => {}) {
  const lost = once(user.socket, 'disconnect');
  proxy.cut({ open: false });
  await lost;
  await meanwhile();
  proxy.open = true;
  await connected(user);
}

/** The server ends without a word and starts again on the same data and port. */
async function crash() {
  const { port } = server;
  await server.signal('SIGKILL');
  server = await Server.start({ data, port, unlimited: true });
}

function assertUpToDate(user, room, start, first, last) {
  assertChain(user.inbox.changes(room), start);
  const expected = Array.from({ length: last - first }, (_, i) => first + 1 + i);
  assert.deepEqual(stocks(user, room), expected);
}

describe('a lost connection', () => {
  it('is recovered with what was missed, and live messages go on', async () => {
    const first = stock;
    const { user, start, id } = await follow('market');
    await change(2);
    await untilStock(user, 'market', stock);
    await interrupt(user, () => change(5));
    assert.equal(user.socket.recovered, true);
    assert.equal(user.socket.id, id);
    await untilStock(user, 'market', stock);
    await change(2);
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });

  it('is recovered before the first event, and after quiet time', async () => {
    const first = stock;
    const { user, start } = await follow('market');
    await interrupt(user, () => change(3));
    assert.equal(user.socket.recovered, true);
    await untilStock(user, 'market', stock);
    await interrupt(user, () => sleep(300));
    assert.equal(user.socket.recovered, true);
    await interrupt(user, () => change(1));
    assert.equal(user.socket.recovered, true);
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });

  it('is recovered in several rooms at once, each in order', async () => {
    const token = seller.token;
    const first = stock;
    const { user, start } = await follow('market', { auth: { token } });
    const rooms = ['market', `shop:${shop.id}`, `desk:${shop.id}`];
    const starts = { market: start };
    for (const room of rooms.slice(1)) starts[room] = lsnOf((await join(user, room)).position);
    for (let i = 0; i < 5; ++i) {
      await interrupt(user, () => change(2));
      assert.equal(user.socket.recovered, true);
      await change(1);
    }
    for (const room of rooms) {
      await untilStock(user, room, stock);
      assertUpToDate(user, room, starts[room], first, stock);
    }
    user.close();
  });

  it('is recovered while changes come in all the time', async () => {
    const first = stock;
    const { user, start } = await follow('market');
    let more = true;
    const changes = (async () => {
      while (more) await change();
    })();
    for (let i = 0; i < 15; ++i) {
      await sleep(40);
      await interrupt(user);
      assert.equal(user.socket.recovered, true, `cut ${i}`);
    }
    more = false;
    await changes;
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });

  it('that the server did not notice is ended before its session goes on elsewhere', async () => {
    const first = stock;
    const { user, start, id } = await follow('market');
    const lost = once(user.socket, 'disconnect');
    proxy.loseClients();
    await lost;
    await change(2);
    await connected(user);
    assert.equal(user.socket.recovered, true);
    assert.equal(user.socket.id, id);
    await change(1);
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });

  it('over polling is recovered too', async () => {
    const first = stock;
    const { user, start } = await follow('market', { transports: ['polling'] });
    await change(1);
    await untilStock(user, 'market', stock);
    await interrupt(user, () => change(2));
    assert.equal(user.socket.recovered, true);
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });
});

describe('kill -9 and a new start', () => {
  it('lose no session and no change', async () => {
    const first = stock;
    const { user, start, id } = await follow('market');
    await change(3);
    await untilStock(user, 'market', stock);
    // Nobody waits for these to arrive before the crash.
    await interrupt(user, async () => {
      await change(2);
      await crash();
      await change(2);
    });
    assert.equal(user.socket.recovered, true);
    assert.equal(user.socket.id, id);
    await change(1);
    await untilStock(user, 'market', stock);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });

  it('leave a session its rooms from the moment in which the join was answered', async () => {
    const first = stock;
    const { user, start } = await follow('market');
    await crash();
    await change(1);
    await connected(user);
    await untilStock(user, 'market', stock);
    assert.equal(user.socket.recovered, true);
    assertUpToDate(user, 'market', start, first, stock);
    user.close();
  });
});

describe('a session', () => {
  it('is not given to somebody who signed out while away', async () => {
    const { body } = await seller.call('POST', 'auth/login', {
      body: { email: 'seller@demo.shop', password: 'demo-pass-1' },
    });
    let token = body.access_token;
    const auth = (give) => give({ token });
    const { user } = await follow(`desk:${shop.id}`, { auth });
    await interrupt(user, async () => {
      await seller.call('POST', 'auth/logout', { headers: { Authorization: `Bearer ${token}` } });
      token = (await signedIn(server.url, 'seller@demo.shop')).token;
      await change(1);
    });
    assert.equal(user.socket.recovered, false);
    await sleep(100);
    assert.deepEqual(stocks(user, `desk:${shop.id}`), []);
    user.close();
  });

  it('leaves the rooms that its user may not see any more', async () => {
    const staff = await signedIn(server.url, 'buyer2@demo.shop');
    const member = { body: { user: staff.user.id } };
    await seller.expect(201, 'POST', `shops/${shop.id}/members`, member);
    const { user, id } = await follow(`desk:${shop.id}`, { auth: { token: staff.token } });
    await join(user, 'market');
    await interrupt(user, async () => {
      await seller.expect(204, 'DELETE', `shops/${shop.id}/members?user=${staff.user.id}`);
      await change(1);
    });
    assert.equal(user.socket.recovered, true);
    assert.equal(user.socket.id, id);
    await untilStock(user, 'market', stock);
    await user.inbox.until((all) => all.some(({ type, body }) =>
      type === 'left' && body.room === `desk:${shop.id}`), 'left');
    assert.deepEqual(stocks(user, `desk:${shop.id}`), []);
    user.close();
  });

  const open = async (connect) => {
    const frames = await Frames.open(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await frames.next();
    frames.send(connect);
    return frames;
  };
  const opened = async (frames) => {
    const packet = await frames.next();
    assert.match(packet, /^40\{/);
    return JSON.parse(packet.slice(2));
  };

  it('is held by one socket: the older one is ended', async () => {
    const old = await open('40');
    const { sid, pid } = await opened(old);
    const next = await open(`40${JSON.stringify({ pid })}`);
    assert.deepEqual(await opened(next), { sid, pid });
    assert.equal(await old.next(), '41');
    old.end();
    next.end();
  });

  it('is given to one of many who ask at once', async () => {
    const old = await open('40');
    const { pid } = await opened(old);
    old.end();
    const many = await Promise.all(Array.from({ length: 20 }, () => open(`40${JSON.stringify({ pid })}`)));
    const answers = await Promise.all(many.map(opened));
    // Some may have had it one after the other, but each of those was told to go.
    const holders = [];
    for (const [i, answer] of answers.entries()) if (answer.pid === pid) holders.push(many[i]);
    assert.ok(holders.length >= 1);
    let ended = 0;
    for (const holder of holders) {
      const packet = await Promise.race([holder.next(), sleep(300)]);
      if (packet === '41') ended += 1;
    }
    assert.equal(ended, holders.length - 1);
    assert.equal(new Set(answers.map(({ sid }) => sid)).size, 20 - (holders.length - 1));
    for (const frames of many) frames.end();
  });

  it('is not given to another principal, nor for an offset that nobody gave out', async () => {
    const old = await open(`40${JSON.stringify({ token: seller.token })}`);
    const { pid } = await opened(old);
    const stranger = await signedIn(server.url, 'buyer@demo.shop');
    for (const auth of [
      { pid },
      { pid, token: stranger.token },
      { pid, token: seller.token, offset: 'garbage' },
      { pid, token: seller.token, offset: 7 },
      { pid, token: seller.token, offset: 'other:1:0' },
      { pid: pid.slice(1), token: seller.token },
      { pid: 'x'.repeat(20), token: seller.token },
    ]) {
      const frames = await open(`40${JSON.stringify(auth)}`);
      const answer = await opened(frames);
      assert.notEqual(answer.pid, pid, JSON.stringify(auth));
      frames.end();
    }
    // The one that holds it was not disturbed.
    old.send('420["join",{"room":"market"}]');
    assert.match(await old.next(), /^430\[/);
    old.end();
  });

  it('ends when its client says so', async () => {
    const old = await open('40');
    const { pid } = await opened(old);
    old.send('41');
    const next = await open(`40${JSON.stringify({ pid })}`);
    assert.notEqual((await opened(next)).pid, pid);
    old.end();
    next.end();
  });
});
