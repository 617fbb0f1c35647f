import { io, type Socket } from 'socket.io-client';
import type { Requests, Transport, TransportEvents } from './transport.ts';

const ANSWER_TIMEOUT_MS = 10_000;

export interface SocketIoOptions {
  /** Where the server is; left out, the page's own origin. */
  origin?: string;
  /** A token for those that have no cookie; asked again at every connection. */
  token?: () => string | undefined;
}

/** Socket.IO with the client's default options: polling first, then an upgrade to WebSocket. */
export class SocketIoTransport implements Transport {
  readonly #options: SocketIoOptions;
  #socket: Socket | undefined;

  constructor(options: SocketIoOptions = {}) {
    this.#options = options;
  }

  connect(events: TransportEvents): void {
    if (this.#socket) return;
    const { origin, token } = this.#options;
    const options = token
      ? { auth: (give: (auth: object) => void) => give({ token: token() }) }
      : {};
    // A connection of its own: a shared one would still carry the identity it was opened with.
    const fresh = { ...options, forceNew: true };
    const socket = origin === undefined ? io(fresh) : io(origin, fresh);
    this.#socket = socket;
    socket.on('connect', () => events.connected());
    socket.on('disconnect', () => events.disconnected(!socket.active));
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) =>
      events.disconnected(!socket.active, error.data?.code),
    );
    socket.onAny((type: string, body: unknown) => events.message(type, body));
  }

  disconnect(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.off();
    socket?.offAny();
    socket?.disconnect();
  }

  async request<T extends keyof Requests>(type: T, body: Requests[T]): Promise<unknown> {
    const socket = this.#socket;
    if (!socket?.connected) throw new Error('not connected');
    return socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(type, body);
  }
}
