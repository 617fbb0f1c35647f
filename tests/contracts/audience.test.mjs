// The audience of every dialect: each role asks for each room, its own and those of others, on both transports, and is
// sent exactly the events of the table, with nothing in them that is not for it. A dialect more is an entry more.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, demoShops, signedIn } from '../e2e/support/rest.mjs';
import { Listener, PlainListener, Shop } from './support/ports.mjs';

const EVERYBODY = ['a stranger', 'the buyer', 'another buyer', 'the owner', 'the staff', 'another owner', 'an admin'];
const MEMBERS = ['the owner', 'the staff'];
const DESK = [...MEMBERS, 'an admin'];

/** Socket.IO by either transport. */
const SOCKET_IO = {
  transports: ['websocket', 'polling'],
  connect: (url, who, transport) => Listener.connect(url, { caller: who.id && who, transports: [transport] }),
  messages: (user) => user.inbox.messages,
};

/** Plain WebSockets; the token as a page or as a program gives it. */
const PLAIN = {
  transports: ['query', 'header'],
  connect: (url, who, transport) => PlainListener.connect(url,
    who.id === undefined ? {} : transport === 'query' ? { caller: who } : { headers: { Authorization: `Bearer ${who.token}` } }),
  messages: (user) => user.inbox.messages.map((argument) => ({ event: argument.type, argument })),
};

/** What a dialect is, from the outside: how its clients come in and ask for rooms, and who is told what. */
const DIALECTS = {
  bakery: {
    ...SOCKET_IO,
    // Rooms are asked for by a claim of role and user.
    async ask(user, who, { everybody }) {
      const own = DESK.includes(who.name) || who.name === 'another owner' ? 'admin' : 'customer';
      const answers = {};
      for (const [name, other] of Object.entries(everybody)) {
        for (const role of ['admin', 'customer']) {
          const { ok } = await user.ask('user_role', role, other.id);
          answers[`${role} ${name}`] = ok;
        }
      }
      return { answers, allowed: who.id ? [`${own} ${who.name}`] : [] };
    },
    events: {
      product_created: EVERYBODY,
      product_updated: EVERYBODY,
      product_deleted: EVERYBODY,
      order_created: DESK,
      admin_notification: DESK,
      order_status_updated: [...DESK, 'the buyer'],
      customer_notification: ['the buyer'],
    },
    /** A refused claim is told as a notification of the page. */
    isOfTheTable: (event, argument) => argument.data?.code !== 'forbidden',
    isEnd: ({ argument }) => argument.data?.name === 'The end of the audience',
    hidden: [/cost/i, /profit/i, /revenue/i, /threshold/i, /"password/],
  },
  bva: {
    ...SOCKET_IO,
    async ask(user, who, { shop, otherShop }) {
      const answers = {};
      for (const [name, id] of [['the shop', shop], ['another shop', otherShop], ['no shop', 'admin']]) {
        answers[name] = (await user.ask('join_shop', id)).ok;
        assert.equal((await user.ask('join', `shop_${id}`)).ok, answers[name], `${who.name}: both ways to ask are one`);
      }
      const of = { 'the owner': ['the shop'], 'the staff': ['the shop'], 'another owner': ['another shop'], 'an admin': Object.keys(answers) }; // who may enter any desk may enter one that is empty
      return { answers, allowed: of[who.name] ?? [] };
    },
    events: {
      'dashboard_update new_order': DESK,
      'dashboard_update low_stock': DESK,
      'dashboard_update inventory_update': DESK,
    },
    isOfTheTable: (event) => event !== 'join_error',
    isEnd: ({ argument }, last) => argument.data?.updates?.some(({ productId }) => productId === last.id),
    hidden: [/cost/i, /"password/, /phone/],
  },
  adstudio: {
    ...SOCKET_IO,
    needsToken: true,
    // Nothing is asked for: everybody is in what is theirs.
    ask: () => ({ answers: {}, allowed: [] }),
    events: {
      'product:created': MEMBERS,
      'product:updated': MEMBERS,
      'product:deleted': MEMBERS,
      'user:updated': ['the buyer'],
    },
    isOfTheTable: () => true,
    isEnd: ({ argument }) => argument.name === 'The end of the audience',
    hidden: [/cost/i, /profit/i, /revenue/i, /stock/i, /"password/, /phone/],
  },
  izishopin: {
    ...PLAIN,
    path: '/ws',
    // No room is refused: who does not work in a shop is told what is public of it.
    async ask(user, who, { shop, otherShop }) {
      const topics = ['dashboard', 'orders', 'products', 'notifications'];
      for (const [i, shop_id] of [shop, otherShop].entries()) {
        user.send({ type: 'subscribe', topics, shop_id });
        const answers = () => user.inbox.messages.filter(({ type }) => type === (who.id ? 'subscribed' : 'error'));
        await user.inbox.until(() => answers().length > i, 'the answer');
      }
      return { answers: {}, allowed: [] };
    },
    events: {
      product_update: EVERYBODY,
      order_update: [...DESK, 'the buyer'],
      dashboard_update: [...DESK, 'the buyer'],
    },
    isOfTheTable: (event) => !['subscribed', 'error'].includes(event),
    isEnd: ({ argument }) => argument.product?.name === 'The end of the audience',
    hidden: [/cost/i, /profit/i, /"password/, /phone/, /email/],
  },
  seeding: {
    ...PLAIN,
    path: '/sync',
    ask: async (user) => {
      await user.next('connected');
      return { answers: {}, allowed: [] };
    },
    // People of a shop are told of theirs alone, everybody else of what is public, and all of it is a number.
    events: {
      products_updated: EVERYBODY.filter((name) => name !== 'another owner'),
      reviews_updated: EVERYBODY.filter((name) => name !== 'another owner'),
    },
    isOfTheTable: (event) => event !== 'connected',
    isEnd: ({ argument }, last) => argument.timestamp >= last.updated_at,
    hidden: [/"(?!type"|timestamp"|source"|count")\w+":/],
    tellsNobodysOwn: true,
  },
};

/** Written once, and who may read it, whatever the dialect calls the field. */
const MARKERS = {
  'Draft of the baker': DESK,
  '+49 30 5550001': [...DESK, 'the buyer'],
  'audience-buyer@example.org': [...DESK, 'the buyer'],
  'Street of the buyer': [...DESK, 'the buyer'],
  71234.56: DESK, // the cost
};
/** A shop's figures, in whatever dialect has them. */
const FIGURES = /"(shop_stats|stats|total_orders|monthly_revenue|revenue|profit)":/;

let shop;
let people;
let world;
const all = [];

before(async () => {
  shop = await Shop.start(Object.keys(DIALECTS), ['--requests-per-user', '0', '--sign-ins-per-address', '0', '--messages-per-connection', '0']);
  const { bakery, gadgets } = await demoShops(shop.native);
  const client = Object.fromEntries(await Promise.all(['admin', 'seller', 'seller2', 'buyer2']
    .map(async (name) => [name, await signedIn(shop.native, `${name}@demo.shop`)])));
  const [staff, buyer] = [new Client(shop.native), new Client(shop.native)];
  await staff.register('Audience-staff');
  await buyer.register('Audience-buyer');
  await client.seller.expect(201, 'POST', `shops/${bakery.id}/members`, { body: { user: staff.user.id, role: 'staff' } });
  people = {
    'a stranger': {}, 'the buyer': buyer, 'another buyer': client.buyer2, 'the owner': client.seller, 'the staff': staff,
    'another owner': client.seller2, 'an admin': client.admin,
  };
  const everybody = Object.fromEntries(Object.entries(people)
    .map(([name, each]) => [name, { name, id: each.user?.id, token: each.token }]));
  world = { everybody, shop: bakery.id, otherShop: gadgets.id };
  for (const [dialect, { transports, connect, ask, needsToken, path = '' }] of Object.entries(DIALECTS)) {
    for (const who of Object.values(everybody)) {
      if (needsToken && !who.id) {
        await assert.rejects(connect(shop.url(dialect) + path, who, transports[0]), /Authentication required/);
        continue;
      }
      for (const transport of transports) {
        const user = await connect(shop.url(dialect) + path, who, transport);
        all.push({ dialect, who, user, name: `${who.name}, ${dialect} by ${transport}`, ...(await ask(user, who, world)) });
      }
    }
  }
  await doEverything(client.seller, buyer, staff, bakery);
});
after(async () => {
  for (const { user } of all) user.close();
  await shop?.stop();
});

/** Something of each kind, created and changed, in the native words. */
async function doEverything(seller, buyer, staff, bakery) {
  const body = { name: 'Audience bread', price_minor: 500, cost_minor: 7_123_456, stock: 6, low_stock_threshold: 5 };
  const product = await seller.expect(201, 'POST', `shops/${bakery.id}/products`, { body });
  await seller.expect(200, 'PATCH', `products/${product.id}`, { body: { caption: 'Fresh' } });
  const draft = await seller.expect(201, 'POST', `shops/${bakery.id}/products`, { body: { ...body, name: 'Draft of the baker', status: 'draft' } });
  await seller.expect(200, 'PATCH', `products/${draft.id}`, { body: { stock: 4 } });
  await buyer.expect(200, 'PATCH', 'me', { body: { name: 'Buyer of the audience', phone: '+49 30 5550001' } });
  await buyer.expect(200, 'PUT', 'cart', { body: { items: [{ product: product.id, quantity: 2 }] } });
  await buyer.call('PUT', `wishlist/${product.id}`);
  const order = await buyer.expect(201, 'POST', 'orders',
    { body: { shop: bakery.id, items: [{ product: product.id, quantity: 3 }], address: 'Street of the buyer' } });
  for (const status of ['confirmed', 'preparing', 'ready', 'delivered']) {
    await staff.expect(200, 'PATCH', `orders/${order.id}`, { body: { status } });
  }
  await buyer.expect(201, 'POST', `products/${product.id}/reviews`, { body: { rating: 5, text: 'Good.' } });
  await seller.expect(204, 'DELETE', `products/${product.id}`);
  // A last order, and what comes of it, marks the end for all who are told of anything.
  const other = new Client(shop.native);
  await other.register('Audience-last');
  const [last] = (await other.get(`products?shop=${bakery.id}&limit=1`)).items;
  await other.expect(201, 'POST', 'orders', { body: { shop: bakery.id, items: [{ product: last.id, quantity: 1 }] } });
  const end = await seller.expect(200, 'PATCH', `products/${last.id}`, { body: { name: 'The end of the audience' } });
  const isTold = ({ dialect, who }) => Object.values(DIALECTS[dialect].events)[0].includes(who.name);
  await Promise.all(all.filter(isTold).map(({ user, dialect }) => user.inbox.until(
    () => DIALECTS[dialect].messages(user).some((message) => DIALECTS[dialect].isEnd(message, end)), 'the end')));
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const told = ({ dialect, user }) => DIALECTS[dialect].messages(user)
  .filter(({ event, argument }) => DIALECTS[dialect].isOfTheTable(event, argument))
  .map(({ event, argument }) => ({
    name: argument?.data && event === 'dashboard_update' ? `${event} ${argument.type}` : event,
    text: JSON.stringify(argument),
  }));

for (const [dialect, { events, hidden, tellsNobodysOwn }] of Object.entries(DIALECTS)) {
  describe(`each role on the port of ${dialect}`, () => {
    const those = () => all.filter((each) => each.dialect === dialect);

    it('is let in where it is who it says, and nowhere else', () => {
      for (const { name, answers, allowed } of those()) {
        const entered = Object.keys(answers).filter((room) => answers[room]);
        assert.deepEqual(entered, allowed, name);
      }
    });

    it('is sent the events of the table, all of them and no others', () => {
      for (const each of those()) {
        const expected = Object.keys(events).filter((event) => events[event].includes(each.who.name));
        const got = [...new Set(told(each).map(({ name }) => name))];
        assert.deepEqual(got.sort(), expected.sort(), each.name);
      }
    });

    it('is sent nothing that another may read alone', () => {
      let seen = 0;
      for (const each of those()) {
        for (const { name, text } of told(each)) {
          for (const pattern of hidden) assert.doesNotMatch(text, pattern, `${each.name}: ${name}`);
          if (FIGURES.test(text)) assert.ok(DESK.includes(each.who.name), `${each.name} is shown figures in ${name}: ${text}`);
          for (const [marker, readers] of Object.entries(MARKERS)) {
            if (!text.includes(marker)) continue;
            seen += 1;
            assert.ok(readers.includes(each.who.name), `${each.name} was sent ${marker} in ${name}: ${text}`);
          }
        }
      }
      assert.ok(seen > 0 || tellsNobodysOwn, 'those who may read it are sent it');
    });

    it('is sent the same by both transports', () => {
      for (const name of new Set(those().map(({ who }) => who.name))) {
        const [first, second] = those().filter(({ who }) => who.name === name).map((each) => told(each).map(({ text }) => text));
        assert.deepEqual(second, first, name);
      }
    });
  });
}
