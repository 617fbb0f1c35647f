// Nobody is sent what is not theirs: by socket, by REST, or by snapshot.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SocketIoUser, WebSocketUser, join } from './support/live.mjs';
import { Client, assertProblem, demoShops, signedIn } from './support/rest.mjs';
import { Server } from './support/server.mjs';

/** What only the shop's people may see, wherever it stands. */
const SECRET = /cost_minor|profit_minor|revenue_minor|low_stock_threshold|stock_after|"desk:/;

describe('privacy', () => {
  let server;
  let shops;
  let product;
  let seller;
  let others;

  before(async () => {
    server = await Server.start({ demo: true });
    shops = await demoShops(server.url);
    [product] = await shops.productsOf('bakery');
    seller = await signedIn(server.url, 'seller@demo.shop');
    others = {
      anonymous: new Client(server.url),
      buyer: await signedIn(server.url, 'buyer@demo.shop'),
      'seller of another shop': await signedIn(server.url, 'seller2@demo.shop'),
    };
  });
  after(() => server.stop());

  const connections = (client) => {
    const headers = client.token ? { Authorization: `Bearer ${client.token}` } : {};
    return Promise.all([
      SocketIoUser.connect(server.url, { token: client.token }),
      SocketIoUser.connect(server.url, { token: client.token, transports: ['polling'] }),
      WebSocketUser.connect(server.url, { headers }),
    ]);
  };

  it('keeps the desk to its shop, on every transport', async () => {
    const desk = `desk:${shops.bakery.id}`;
    const member = await SocketIoUser.connect(server.url, { token: seller.token });
    await join(member, desk);
    const watchers = [];
    for (const [name, client] of Object.entries(others)) {
      for (const user of await connections(client)) {
        const refused = await user.request('join', { room: desk });
        assert.equal(refused.error.code, client.token ? 'forbidden' : 'unauthenticated', name);
        const admin = await user.request('join', { room: 'admin' });
        assert.ok(admin.error, `${name} is not let into admin`);
        const someone = await user.request('join', { room: `user:${seller.user.id}` });
        assert.ok(someone.error, `${name} is not let into the room of another user`);
        await join(user, `shop:${shops.bakery.id}`);
        await join(user, 'market');
        watchers.push({ name, user });
      }
    }

    const price = product.price_minor + 11;
    const body = { price_minor: price, cost_minor: 123, stock: 6, low_stock_threshold: 5 };
    await seller.expect(200, 'PATCH', `products/${product.id}`, { body });
    const order = await others.buyer.order(shops.bakery.id, [{ product: product.id, quantity: 2 }]);
    assert.equal(order.status, 201, order.text);

    await member.inbox.until((all) => all.some(({ body: { kind } }) => kind === 'order'), 'the order');
    const patch = member.inbox.changes(desk).find(({ id }) => id === product.id).patch;
    assert.equal(patch.cost_minor, 123);
    for (const { name, user } of watchers) {
      // The public half of both changes comes in both rooms, so what was not sent by then never is.
      const isSale = ({ body: { id, patch: { stock } = {} } }) => id === product.id && stock === 4;
      const messages = await user.inbox.until((all) => all.filter(isSale).length === 2 && all, 'the sale');
      const text = JSON.stringify(messages);
      assert.doesNotMatch(text, SECRET, name);
      assert.doesNotMatch(text, /"kind":"(order|stock_entry|stats|notification|member|user|cart)"/, name);
      assert.doesNotMatch(text, /"by":/, name);
      user.close();
    }
    member.close();
  });

  it('shows costs to nobody else in lists, records and snapshots', async () => {
    for (const [name, client] of Object.entries(others)) {
      const paths = [
        `products?shop=${shops.bakery.id}&limit=200`,
        `products/${product.id}`,
        `products?q=${encodeURIComponent(product.name)}`,
        `shops/${shops.bakery.id}`,
        'rooms/market/snapshot',
        `rooms/shop:${shops.bakery.id}/snapshot`,
      ];
      if (name === 'buyer') paths.push('orders', `rooms/user:${client.user.id}/snapshot`, 'me', 'notifications');
      for (const path of paths) {
        const answer = await client.call('GET', path);
        assert.equal(answer.status, 200, `${name} ${path}: ${answer.text}`);
        const text = name.startsWith('seller') ? bakeryPart(answer.body, shops) : answer.text;
        assert.doesNotMatch(text, SECRET, `${name} ${path}`);
      }
      for (const room of [`desk:${shops.bakery.id}`, 'admin', `user:${seller.user.id}`]) {
        for (const what of ['snapshot', `changes?since=${await epoch()}:0`]) {
          const status = client.token ? 403 : 401;
          assertProblem(await client.call('GET', `rooms/${room}/${what}`), status,
            client.token ? 'forbidden' : 'unauthenticated');
        }
      }
    }
  });

  it('gives nobody the orders of others', async () => {
    const { items } = await seller.get(`orders?shop=${shops.bakery.id}`);
    const stranger = await signedIn(server.url, 'seller2@demo.shop');
    for (const order of items.slice(0, 3)) {
      assertProblem(await stranger.call('GET', `orders/${order.id}`), 404, 'not_found');
      assertProblem(await others.anonymous.call('GET', `orders/${order.id}`), 404, 'not_found');
    }
  });

  it('shows a draft to the shop alone', async () => {
    const body = { name: 'Secret cake', price_minor: 100, status: 'draft' };
    const draft = await seller.expect(201, 'POST', `shops/${shops.bakery.id}/products`, { body });
    for (const client of Object.values(others)) {
      assertProblem(await client.call('GET', `products/${draft.id}`), 404, 'not_found');
      const { items } = await client.get(`products?shop=${shops.bakery.id}&limit=200`);
      assert.ok(!items.some(({ id }) => id === draft.id));
      const market = await client.get('rooms/market/snapshot');
      assert.doesNotMatch(JSON.stringify(market), /Secret cake/);
    }
    assert.equal((await seller.get(`products/${draft.id}`)).name, 'Secret cake');
  });

  const epoch = async () => (await others.anonymous.get('rooms/market/snapshot?limit=1')).position.split(':')[0];

  it('ends live connections with the session that they came with', async () => {
    const boss = await signedIn(server.url, 'seller@demo.shop');
    const desk = `desk:${shops.bakery.id}`;
    const users = [
      await SocketIoUser.connect(server.url, { token: boss.token }),
      await SocketIoUser.connect(server.url, { token: boss.token, transports: ['polling'] }),
    ];
    const plain = await WebSocketUser.connect(server.url, {
      headers: { Authorization: `Bearer ${boss.token}` },
    });
    for (const user of [...users, plain]) await join(user, desk);
    const ended = users.map((user) => new Promise((resolve) => user.socket.once('disconnect', resolve)));
    await boss.expect(204, 'POST', 'auth/logout-all');
    assert.deepEqual(await Promise.all(ended), users.map(() => 'io server disconnect'));
    for (const user of users) {
      assert.equal(user.inbox.messages.find(({ type }) => type === 'error').body.code, 'unauthenticated');
    }
    assert.equal((await plain.closed).code, 4401);
    seller = await signedIn(server.url, 'seller@demo.shop');
  });
});

/** The answer without the records of the shop that the other seller works for. */
function bakeryPart(body, shops) {
  return JSON.stringify(body, (_, value) =>
    value && typeof value === 'object' && value.shop_id === shops.gadgets.id ? undefined : value,
  );
}
