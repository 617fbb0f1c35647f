import type { Api } from './api.ts';
import { backoffMs, systemClock, type Clock, type Timer } from './clock.ts';
import { passesByItself } from './problem.ts';
import { RoomSession } from './room_session.ts';
import type { Transport } from './transport.ts';
import type { Change } from './types.ts';

/**
 * The whole connection, for an indicator: `live` when every room that is looked at follows the
 * server, `connecting` before that, `offline` when the server cannot be reached.
 */
export type LiveStatus = 'offline' | 'connecting' | 'live';

export interface LiveOptions {
  transport: Transport;
  api: Pick<Api, 'snapshot'>;
  clock?: Clock;
  random?: () => number;
  /** Gives a new access token when the server says that the present one ends soon. */
  refreshToken?: () => Promise<string | undefined>;
  /** The server ended the session: its code, like `session_revoked`. Sign in again. */
  sessionEnded?: (code: string) => void;
  /** How long a room that nobody looks at any more is kept up to date. */
  lingerMs?: number;
}

/** Why the session ended, when the server did not say. */
const SESSION_ENDED = 'session_ended';

interface Held {
  session: RoomSession;
  holders: number;
  linger?: Timer | undefined;
}

/**
 * Keeps copies of rooms in step with the server over one connection. Ask for a room with `room`,
 * keep it going with `hold`, and read it by its `getView`, `list` and `find`, which give the same
 * object until something changes.
 */
export class LiveClient {
  readonly #options: LiveOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #rooms = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #status: LiveStatus = 'connecting';
  #running = false;
  #connected = false;
  #lost = false;
  #lastError = SESSION_ENDED;
  #attempt = 0;
  #retry: Timer | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  getStatus = (): LiveStatus => this.#status;

  /** Called after every change of the status. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#retry?.cancel();
    this.#options.transport.connect({
      connected: () => this.#onConnected(),
      disconnected: (ended, code) => this.#onDisconnected(ended, code),
      message: (type, body) => this.#onMessage(type, (body ?? {}) as Record<string, unknown>),
    });
  }

  stop(): void {
    this.#retry?.cancel();
    if (!this.#running) return;
    this.#running = false;
    this.#options.transport.disconnect();
    this.#drop();
    this.#lost = false;
    this.#updateStatus();
  }

  /** Connects anew, so that the server sees who is signed in now. Copies stay and resume. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** The room's session; it does nothing until somebody holds it. */
  room(name: string): RoomSession {
    return this.#held(name).session;
  }

  /** Keeps the room going until the returned function is called. */
  hold(name: string): () => void {
    const held = this.#held(name);
    held.holders++;
    held.linger?.cancel();
    held.linger = undefined;
    held.session.start();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--held.holders > 0) return;
      held.linger = this.#clock.setTimer(
        () => this.#forget(name),
        this.#options.lingerMs ?? 30_000,
      );
    };
  }

  /** Drops the copies of all rooms but these, as on signing out. */
  forgetExcept(keep: (room: string) => boolean): void {
    for (const name of [...this.#rooms.keys()])
      if (!keep(name)) this.#rooms.get(name)?.session.stop();
  }

  #held(name: string): Held {
    let held = this.#rooms.get(name);
    if (!held) {
      const session = new RoomSession(name, {
        api: this.#options.api,
        transport: this.#options.transport,
        clock: this.#clock,
        random: this.#random,
        connected: () => this.#connected,
        changed: () => this.#updateStatus(),
      });
      this.#rooms.set(name, (held = { session, holders: 0 }));
    }
    return held;
  }

  #forget(name: string): void {
    const held = this.#rooms.get(name);
    if (held && held.holders === 0) held.session.stop();
  }

  #onConnected(): void {
    this.#connected = true;
    this.#lost = false;
    this.#attempt = 0;
    for (const { session } of this.#rooms.values()) session.onConnected();
    this.#updateStatus();
  }

  #onDisconnected(ended: boolean, refusal?: string): void {
    this.#lost = true;
    this.#drop();
    this.#updateStatus();
    if (!ended) return;
    const code = refusal ?? this.#lastError;
    this.#lastError = SESSION_ENDED;
    this.#running = false;
    this.#options.transport.disconnect();
    if (passesByItself(code)) {
      const delay = backoffMs(++this.#attempt, this.#random);
      this.#retry = this.#clock.setTimer(() => this.start(), delay);
    } else {
      this.#options.sessionEnded?.(code);
    }
  }

  #drop(): void {
    if (!this.#connected) return;
    this.#connected = false;
    for (const { session } of this.#rooms.values()) session.onDisconnected();
  }

  #onMessage(type: string, body: Record<string, unknown>): void {
    const session = this.#rooms.get(String(body['room']))?.session;
    const code = typeof body['code'] === 'string' ? body['code'] : undefined;
    if (type === 'change') session?.onChange(body as unknown as Change);
    else if (type === 'reset') session?.onReset();
    else if (type === 'left') session?.onLeft(code ?? 'left');
    else if (type === 'expiring') void this.#refresh();
    else if (type === 'error') this.#lastError = code ?? SESSION_ENDED;
  }

  async #refresh(): Promise<void> {
    try {
      const token = await this.#options.refreshToken?.();
      if (token) await this.#options.transport.request('auth', { token });
    } catch {
      // The server ends the connection when the token does; that is told as sessionEnded.
    }
  }

  #updateStatus(): void {
    const status = this.#nextStatus();
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener();
  }

  #nextStatus(): LiveStatus {
    if (!this.#connected) return this.#lost ? 'offline' : 'connecting';
    const phases = [...this.#rooms.values()].map(({ session }) => session.getView());
    const followed = phases.filter(({ phase }) => phase !== 'idle' && phase !== 'refused');
    // A room that is opened for the first time does not make the others less live.
    const behind = followed.some(({ phase, loaded }) => loaded && phase !== 'live');
    const any = followed.length === 0 || followed.some(({ phase }) => phase === 'live');
    return any && !behind ? 'live' : 'connecting';
  }
}
