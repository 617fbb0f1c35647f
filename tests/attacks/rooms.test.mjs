// Live connections that want rooms of others, say what only the server says, or break the protocols below.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import WebSocket from 'ws';
import { EventReader } from '../e2e/support/events.mjs';
import { Frames } from '../e2e/support/frames.mjs';
import { SocketIoUser, WebSocketUser, join } from '../e2e/support/live.mjs';
import { Target, assertProblem } from './support.mjs';

describe('a live connection', () => {
  let target;
  before(async () => {
    target = await Target.start();
  });
  after(() => target.stop());

  const connect = async (client) => {
    const headers = client.token ? { Authorization: `Bearer ${client.token}` } : {};
    return {
      'Socket.IO': await SocketIoUser.connect(target.url, { token: client.token }),
      polling: await SocketIoUser.connect(target.url, { token: client.token, transports: ['polling'] }),
      'a websocket': await WebSocketUser.connect(target.url, { headers }),
    };
  };
  const closed = (socket) => once(socket, 'close').then(([code]) => code);
  const ws = (path = '/live', options = {}) => new WebSocket(`${target.url.replace('http', 'ws')}${path}`, options);

  for (const [name, room, who] of [
    ['the desk of a shop', () => `desk:${target.bakery.id}`, 'buyer'],
    ['the desk of another shop', () => `desk:${target.bakery.id}`, 'seller2'],
    ['the room of another user', () => `user:${target.buyer.user.id}`, 'buyer2'],
    ['the room of a user, as admin', () => `user:${target.buyer.user.id}`, 'admin'],
    ['the room of admins', () => 'admin', 'seller'],
  ]) {
    it(`is not let into ${name}, on any transport`, async () => {
      for (const [transport, user] of Object.entries(await connect(target[who]))) {
        const answer = await user.request('join', { room: room() });
        assert.equal(answer.error.code, 'forbidden', transport);
        user.close();
      }
      const headers = { Authorization: `Bearer ${target[who].token}` };
      const events = await EventReader.open(`${target.url}/events?room=market&room=${room()}`, { headers });
      assert.equal(events.response.status, 403, 'an event stream');
      const { position } = await target.anybody.get('rooms/market/snapshot?limit=1');
      assertProblem(await target[who].call('GET', `rooms/${room()}/changes?since=${position}`), 403, 'forbidden');
      assertProblem(await target[who].call('GET', `rooms/${room()}/snapshot`), 403, 'forbidden');
    });
  }

  it('gets no room for a name that means several, or something else', async () => {
    const user = await WebSocketUser.connect(target.url, { headers: { Authorization: `Bearer ${target.buyer.token}` } });
    const { id } = target.bakery;
    for (const room of ['*', 'desk:*', 'desk:', 'desk', 'user:', 'admin:', 'Admin', ' admin', 'admin ', 'admin\0', `desk:${id} `,
      `desk:${id},market`, `shop:../desk:${id}`, `DESK:${id}`, '', '__proto__', 'constructor', 'x'.repeat(10_000)]) {
      assert.equal((await user.request('join', { room })).error.code, 'unknown_room', room.slice(0, 30));
    }
    for (const room of [['admin'], { id: 'admin' }, 7, null, true]) {
      assert.equal((await user.request('join', { room })).error.code, 'missing_room', JSON.stringify(room));
    }
    user.close();
  });

  it('is not who it says it is', async () => {
    const claims = { user_id: target.admin.user.id, role: 'admin', isAdmin: true, shop_id: target.bakery.id };
    const user = await SocketIoUser.connect(target.url, { auth: claims, query: claims });
    assert.equal((await user.request('join', { room: 'admin' })).error.code, 'unauthenticated');
    assert.equal((await user.request('join', { room: `desk:${target.bakery.id}`, ...claims })).error.code, 'unauthenticated');
    user.close();
  });

  it('does not make others hear what only the server says', async () => {
    const victim = await SocketIoUser.connect(target.url);
    await join(victim, 'market');
    const user = await SocketIoUser.connect(target.url, { token: target.buyer.token });
    await join(user, 'market');
    for (const event of ['change', 'reset', 'left', 'expiring', 'error', 'broadcast', 'message', 'admin']) {
      user.socket.emit(event, { room: 'market', kind: 'product', op: 'deleted', id: target.bread.id });
    }
    const plain = await WebSocketUser.connect(target.url);
    plain.socket.send(JSON.stringify({ type: 'change', room: 'market', op: 'deleted', id: target.bread.id }));
    const answer = await plain.inbox.until((all) => all.find(({ type }) => type === 'answer'));
    assert.equal(answer.body.error.code, 'unknown_type');
    await target.seller.expect(200, 'PATCH', `products/${target.bread.id}`, { body: { description: 'Real.' } });
    await victim.inbox.until((all) => all.some(({ body }) => body.patch?.description === 'Real.'), 'the real change');
    assert.deepEqual(victim.inbox.messages.filter(({ body }) => body.op === 'deleted'), []);
    for (const each of [victim, user, plain]) each.close();
  });

  it('is not in more rooms than there is place for', async () => {
    const user = await WebSocketUser.connect(target.url);
    let refused;
    for (let i = 0; i < 70 && !refused; ++i) {
      const answer = await user.request('join', { room: `shop:${target.bakery.id.slice(0, -2)}${String(i).padStart(2, '0')}` });
      refused = answer.error?.code;
    }
    assert.equal(refused, 'too_many_rooms');
    user.close();
    const rooms = Array.from({ length: 65 }, (_, i) => `room=shop:${target.bakery.id.slice(0, -2)}${String(i).padStart(2, '0')}`);
    const events = await fetch(`${target.url}/events?${rooms.join('&')}`);
    assert.equal(events.status, 429);
  });

  it('of a page of another site is refused, with a cookie or without', async () => {
    for (const path of ['/live', '/socket.io/?EIO=4&transport=websocket']) {
      for (const origin of ['https://evil.test', 'null', 'http://127.0.0.1', `${target.url}.evil.test`]) {
        const socket = ws(path, { origin });
        const [, response] = await once(socket, 'unexpected-response');
        assert.ok([400, 403].includes(response.statusCode), `${path} ${origin}: ${response.statusCode}`);
        response.resume();
      }
      const own = ws(path, { origin: target.url });
      await once(own, 'open');
      own.terminate();
    }
  });

  it('cannot be opened by a handshake that is no websocket', async () => {
    const ask = (headers) => target.raw(`GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`);
    assert.match(await ask('Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'), /^HTTP\/1\.1 426 /);
    assert.match(await ask('Sec-WebSocket-Version: 13\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await ask('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n'), /^HTTP\/1\.1 400 /);
  });

  /** Opens /live by hand, sends the frame, and gives the code that the server closes with. */
  const closeCodeOf = (frame) =>
    new Promise((resolve, reject) => {
      const socket = net.connect(target.port, '127.0.0.1', () => socket.write(
        'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'));
      let bytes = Buffer.alloc(0);
      socket.setTimeout(10_000, () => socket.destroy(new Error('the connection stays open')));
      socket.on('error', reject);
      socket.on('data', (data) => {
        const first = bytes.length === 0;
        bytes = Buffer.concat([bytes, data]);
        if (first) socket.write(frame);
      });
      socket.on('close', () => {
        const frames = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
        resolve(frames[0] === 0x88 ? frames.readUInt16BE(2) : `no close frame: ${frames.toString('hex')}`);
      });
    });
  const masked = (first, payload, claimed = payload.length) => {
    const length = claimed < 126 ? Buffer.from([0x80 | claimed]) : Buffer.from([0xff, ...Buffer.alloc(8)]);
    if (claimed >= 126) length.writeBigUInt64BE(BigInt(claimed), 1);
    return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(4), payload]);
  };
  for (const [what, frame, code] of [
    ['is not masked', Buffer.from([0x81, 2, 0x7b, 0x7d]), 1002],
    ['has a reserved bit', masked(0xc1, Buffer.from('{}')), 1002],
    ['is of an unknown kind', masked(0x83, Buffer.from('{}')), 1002],
    ['is a ping of 126 bytes', Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126]), Buffer.alloc(130)]), 1002],
    ['is a ping in pieces', masked(0x09, Buffer.from('a')), 1002],
    ['goes on with nothing', masked(0x80, Buffer.from('a')), 1002],
    ['is not UTF-8', masked(0x81, Buffer.from([0xff, 0xfe])), 1007],
    ['says that it is two gigabytes', masked(0x81, Buffer.from('{'), 2 ** 31), 1009],
    ['has a length with its highest bit', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]), 1002],
    ['is binary', masked(0x82, Buffer.from('{}')), 1003],
    ['closes with a code that is none', masked(0x88, Buffer.from([0x03, 0xed])), 1002],
    ['closes with half a code', masked(0x88, Buffer.from([0x03])), 1002],
  ]) {
    it(`that sends a frame which ${what} is closed with ${code}`, async () => assert.equal(await closeCodeOf(frame), code));
  }

  it('that sends a message in pieces beyond the limit is closed with 1009', async () => {
    const socket = ws();
    await once(socket, 'open');
    const code = closed(socket);
    for (let i = 0; i < 12; ++i) socket.send('x'.repeat(100_000), { fin: false });
    assert.equal(await code, 1009);
  });

  it('that sends deep JSON, or none, is answered and stays', async () => {
    const user = await WebSocketUser.connect(target.url);
    for (const text of ['['.repeat(50_000), '{', '"join"', '7', '{"type":["join"]}', '{"type":"join","room":{"a":1}}']) {
      const count = user.inbox.messages.length;
      user.socket.send(text);
      const all = await user.inbox.until((messages) => messages.length > count && messages, text.slice(0, 20));
      assert.ok(all.at(-1).body.error.code, text.slice(0, 20));
    }
    await join(user, 'market');
    user.close();
  });

  it('is not taken over by who guesses or reads its session id', async () => {
    const base = `${target.url}/socket.io/?EIO=4&transport=polling`;
    for (const sid of ['x', 'A'.repeat(20), '../../x', '%00'.repeat(7)]) {
      const response = await fetch(`${base}&sid=${sid}`);
      assert.equal(response.status, 400, sid);
    }
    // Whoever has another's sid but not the socket's place cannot attach a second websocket.
    const frames = await Frames.open(`${target.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const { sid } = JSON.parse((await frames.next()).slice(1));
    const second = ws(`/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
    second.on('open', () => second.send('2probe'));
    assert.equal(await closed(second), 1008);
    assert.equal((await fetch(`${base}&sid=${sid}`)).status, 400);
    frames.end();
  });

  it('is ended when it breaks Engine.IO or Socket.IO', async () => {
    const base = `${target.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    for (const [what, ...messages] of [
      ['an unknown packet', 'z'],
      ['a ping of its own', '2'],
      ['an event before the namespace', '42["join",{"room":"market"}]'],
      ['an event of no array', '40', '42{"a":1}'],
      ['a reserved event', '40', '42["connect",{}]'],
      ['a broken event', '40', '42["a",'],
      ['more attachments than allowed', '40', '451000-["a",{"_placeholder":true,"num":0}]'],
      ['a namespace twice', '40', '40'],
    ]) {
      const frames = await Frames.open(base);
      const ended = closed(frames.socket);
      frames.send(...messages);
      const code = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_000, 'still open'))]);
      assert.notEqual(code, 'still open', what);
    }
  });

  it('is not let into a namespace that there is not', async () => {
    for (const nsp of ['/admin', '/desk', '/%2f']) {
      await assert.rejects(SocketIoUser.connect(`${target.url}${nsp}`, { reconnection: false }), /Invalid namespace/);
    }
  });

  it('that says all it can is ended with 4429', async () => {
    const user = await WebSocketUser.connect(target.url);
    for (let i = 0; i < 1_000; ++i) user.socket.send('{"type":"leave","room":"market"}');
    assert.equal((await user.closed).code, 4429);
  });

  it('that pings all it can is ended with 4429', async () => {
    const socket = ws();
    await once(socket, 'open');
    const code = closed(socket);
    for (let i = 0; i < 1_000; ++i) socket.ping();
    assert.equal(await code, 4429);
  });
});
