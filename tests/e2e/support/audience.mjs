// Who may see what, written down a second time from the outside's description and not from the server's table; and
// clients on every transport that keep all that they are sent.
import { EventReader } from './events.mjs';
import { SocketIoUser, WebSocketUser } from './live.mjs';

const PUBLIC = ['shop', 'product', 'review'];
const DESK = ['shop', 'product', 'member', 'order', 'stock_entry', 'stats', 'notification', 'job'];

/** The kinds of records that a kind of room is told of. */
export const KINDS = {
  market: PUBLIC,
  shop: PUBLIC,
  desk: DESK,
  user: ['user', 'order', 'cart', 'wishlist', 'notification'],
  admin: [...DESK, 'user'],
};

/** Fields that a kind of room is never shown, wherever they stand in a record or patch. */
export const HIDDEN = {
  market: ['cost_minor', 'low_stock_threshold', 'profit_minor', 'revenue_minor', 'stock_after', 'email', 'phone', 'password_hash', 'visibility'],
  shop: ['cost_minor', 'low_stock_threshold', 'profit_minor', 'revenue_minor', 'stock_after', 'email', 'phone', 'password_hash', 'visibility'],
  user: ['cost_minor', 'low_stock_threshold', 'profit_minor', 'revenue_minor', 'stock_after', 'password_hash', 'visibility'],
  desk: ['password_hash', 'visibility'],
  admin: ['password_hash', 'visibility'],
};

export const roomKind = (room) => room.split(':')[0];

/** Whether this person may be in the room: `who` is {id, admin, shops: Set of ids}; nothing for a stranger. */
export function mayJoin(who, room) {
  const [kind, id] = room.split(':');
  if (kind === 'market' || kind === 'shop') return true;
  if (!who) return false;
  if (kind === 'admin') return who.admin;
  return kind === 'desk' ? who.admin || who.shops.has(id) : who.id === id;
}

/** Everything that one client is sent, as {room, text, body}. */
class Listener {
  constructor(name, who, token) {
    Object.assign(this, { name, who, token, joined: [], refused: [] });
  }

  get changes() {
    return this.messages().filter(({ room }) => room !== undefined);
  }
}

class SocketListener extends Listener {
  static async open(url, name, who, token, transport) {
    const listener = new SocketListener(name, who, token);
    if (transport === 'websocket') {
      listener.user = await WebSocketUser.connect(url, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    } else {
      listener.user = await SocketIoUser.connect(url, { token, transports: [transport.split(' ')[1]] });
    }
    return listener;
  }

  async join(rooms) {
    for (const room of rooms) {
      const answer = await this.user.request('join', { room });
      (answer.error ? this.refused : this.joined).push(room);
    }
  }

  messages() {
    return this.user.inbox.messages.map(({ type, body }) => ({ type, room: body.room, body, text: JSON.stringify(body) }));
  }

  close() {
    this.user.close();
  }
}

/** One stream a room: a stream of several is refused for one of them. */
class EventListener extends Listener {
  readers = [];

  static async open(url, name, who, token) {
    return Object.assign(new EventListener(name, who, token), { url });
  }

  async join(rooms) {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    for (const room of rooms) {
      const reader = await EventReader.open(`${this.url}/events?room=${room}`, { headers });
      if (reader.response.status !== 200) {
        this.refused.push(room);
        continue;
      }
      await reader.until(({ lastEventId }) => lastEventId !== '', 'the position');
      this.joined.push(room);
      this.readers.push(reader);
    }
  }

  messages() {
    return this.readers.flatMap((reader) => reader.events)
      .map(({ event, data }) => ({ type: event, room: data.room, body: data, text: JSON.stringify(data) }));
  }

  close() {
    for (const reader of this.readers) reader.close();
  }
}

/** Reads the room's changes when it is asked for them; the reading is what a poller would be given. */
class PollListener extends Listener {
  pages = [];

  static async open(client, name, who, token) {
    return Object.assign(new PollListener(name, who, token), { client });
  }

  async join(rooms) {
    for (const room of rooms) {
      const { position } = (await this.client.call('GET', 'rooms/market/snapshot?limit=1')).body;
      const answer = await this.client.call('GET', `rooms/${room}/changes?since=${position}`);
      (answer.status === 200 ? this.joined : this.refused).push(room);
      if (answer.status === 200) this.pages.push({ room, since: position, changes: [] });
    }
  }

  async read() {
    for (const page of this.pages) {
      const answer = await this.client.call('GET', `rooms/${page.room}/changes?since=${page.since}`);
      if (answer.status !== 200) continue;
      page.changes.push(...answer.body.changes);
      page.since = answer.body.position;
    }
  }

  messages() {
    return this.pages.flatMap(({ changes }) => changes)
      .map((body) => ({ type: 'change', room: body.room, body, text: JSON.stringify(body) }));
  }

  close() {}
}

/** One listener of each transport, not in any room yet. */
export async function listeners(url, name, who, client) {
  const { token } = client;
  return Promise.all([
    SocketListener.open(url, `${name} by websocket`, who, token, 'websocket'),
    SocketListener.open(url, `${name} by Socket.IO`, who, token, 'io websocket'),
    SocketListener.open(url, `${name} by polling`, who, token, 'io polling'),
    EventListener.open(url, `${name} by events`, who, token),
    PollListener.open(client, `${name} by long poll`, who, token),
  ]);
}
