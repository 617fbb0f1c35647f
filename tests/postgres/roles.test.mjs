// A role that is given or taken while its user is connected counts at once: from `tillcast user role`, beside two
// servers that share the database.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { removeData, temporaryData } from '../e2e/support/data.mjs';
import { EventReader } from '../e2e/support/events.mjs';
import { SocketIoUser, WebSocketUser, join } from '../e2e/support/live.mjs';
import { Client, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { Server, run } from '../e2e/support/server.mjs';

describe('the role of a user who is connected', () => {
  let data;
  let servers;
  let seller;
  let product;
  before(async () => {
    data = await temporaryData();
    servers = [await Server.start({ data, demo: true, unlimited: true })];
    servers.push(await Server.start({ data, unlimited: true }));
    seller = await signedIn(servers[0].url, 'seller@demo.shop');
    [product] = await (await demoShops(servers[0].url)).productsOf('bakery');
  });
  after(async () => {
    for (const server of servers) await server.stop();
    await removeData(data);
  });

  const setRole = async (email, role) => {
    const ended = await run(['user', 'role', '--email', email, '--role', role, '--data', data]);
    assert.equal(ended.status, 0, ended.stderr);
  };
  /** A change that the admins' room alone is told of with its `by`. */
  const write = (caption) => seller.expect(200, 'PATCH', `products/${product.id}`, { body: { caption } });

  it('counts at once when it is taken: `left` on every transport of both servers, and nothing behind it', async () => {
    const person = new Client(servers[0].url);
    await person.register('Former');
    await setRole(person.user.email, 'admin');
    const headers = { Authorization: `Bearer ${person.token}` };
    const users = {};
    const readers = [];
    for (const [i, { url }] of servers.entries()) {
      users[`Socket.IO by websocket, ${i}`] = await SocketIoUser.connect(url, { token: person.token, transports: ['websocket'] });
      users[`Socket.IO by polling, ${i}`] = await SocketIoUser.connect(url, { token: person.token, transports: ['polling'] });
      users[`a plain websocket, ${i}`] = await WebSocketUser.connect(url, { headers });
      readers.push(await EventReader.open(`${url}/events?room=admin`, { headers }));
      await readers.at(-1).until(({ lastEventId }) => lastEventId !== '', 'the position');
    }
    for (const user of Object.values(users)) assert.ok((await join(user, 'admin')).position);
    await write('while an admin');
    for (const user of Object.values(users)) {
      await user.inbox.until(() => user.inbox.changes('admin').some(({ patch }) => patch?.caption === 'while an admin'), 'a change');
    }
    await setRole(person.user.email, 'customer');
    await write('no admin any more');
    for (const [name, user] of Object.entries(users)) {
      const left = await user.inbox.until((all) => all.find(({ type }) => type === 'left'), `left, to ${name}`);
      assert.deepEqual(left.body, { room: 'admin', code: 'forbidden' }, name);
      assert.equal((await user.request('join', { room: 'admin' })).error.code, 'forbidden', name);
    }
    for (const reader of readers) await reader.until(() => reader.events.some(({ event }) => event === 'left'), 'left');
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const [name, user] of Object.entries(users)) {
      assert.ok(!JSON.stringify(user.inbox.changes('admin')).includes('no admin any more'), name);
      user.close();
    }
    for (const reader of readers) {
      assert.ok(!JSON.stringify(reader.events).includes('no admin any more'));
      reader.close();
    }
  });

  it('counts at once when it is given: the open connection may join, and is told', async () => {
    const person = new Client(servers[1].url);
    await person.register('Newcomer');
    const user = await SocketIoUser.connect(servers[1].url, { token: person.token });
    assert.equal((await user.request('join', { room: 'admin' })).error.code, 'forbidden');
    await setRole(person.user.email, 'admin');
    // The server is told of it by the log a moment after the verb has ended.
    let joined;
    for (let tries = 0; !joined?.position && tries < 100; ++tries) {
      joined = await user.request('join', { room: 'admin' });
      if (!joined.position) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(joined.position, JSON.stringify(joined));
    await write('an admin now');
    await user.inbox.until(() => user.inbox.changes('admin').some(({ patch }) => patch?.caption === 'an admin now'), 'a change');
    user.close();
  });
});
