import type { Api } from './api.ts';
import { backoffMs, type Clock, type Timer } from './clock.ts';
import { parsePosition, type Position } from './position.ts';
import { ApiError, passesByItself } from './problem.ts';
import { RoomCopy } from './room_copy.ts';
import type { Transport } from './transport.ts';
import type { AnyRecord, Change, Id, Kind, Kinds } from './types.ts';

/**
 * Where a room is:
 * - `idle`: nobody looks at it;
 * - `loading`: the snapshot is on its way (an older copy, if there is one, stays readable);
 * - `joining`: the copy is there and waits for the server to send what it missed;
 * - `live`: every change arrives;
 * - `refused`: the server does not let this identity see it; there is no copy.
 */
export type RoomPhase = 'idle' | 'loading' | 'joining' | 'live' | 'refused';

/** What a screen draws from; the same object until something of the room changes. */
export interface RoomView {
  readonly phase: RoomPhase;
  /** Whether there are records to show, perhaps of a moment ago. */
  readonly loaded: boolean;
  /** Counts changes of the copy. */
  readonly revision: number;
  /** Why it is refused, or why the last try to load failed. */
  readonly problem?: string;
}

export interface RoomDeps {
  api: Pick<Api, 'snapshot'>;
  transport: Pick<Transport, 'request'>;
  clock: Clock;
  random: () => number;
  /** Whether the transport is connected now. */
  connected: () => boolean;
  /** Called after every change of the view. */
  changed: () => void;
}

/** A room that stayed live this long starts anew with quick retries. */
const SETTLED_MS = 2_000;

/** One room, kept equal to the server's: snapshot, join from its position, changes, resume. */
export class RoomSession {
  readonly room: string;
  readonly #deps: RoomDeps;
  readonly #copy = new RoomCopy();
  readonly #listeners = new Set<() => void>();
  #view: RoomView = Object.freeze({ phase: 'idle', loaded: false, revision: 0 });
  /** Answers of an older run find another number here and are dropped. */
  #run = 0;
  #attempt = 0;
  #timer: Timer | undefined;
  #abort: AbortController | undefined;

  constructor(room: string, deps: RoomDeps) {
    this.room = room;
    this.#deps = deps;
  }

  getView = (): RoomView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  list<K extends Kind>(kind: K): readonly Kinds[K][] {
    return this.#copy.list(kind);
  }

  find<K extends Kind>(kind: K, id: Id): Kinds[K] | undefined {
    return this.#copy.find(kind, id);
  }

  start(): void {
    if (this.#view.phase === 'idle') this.#load();
  }

  stop(): void {
    if (this.#view.phase === 'idle') return;
    this.#cancel();
    this.#attempt = 0;
    this.#copy.clear();
    this.#show('idle', { loaded: false });
    if (this.#deps.connected()) {
      this.#deps.transport.request('leave', { room: this.room }).catch(() => undefined);
    }
  }

  onConnected(): void {
    const { phase } = this.#view;
    // A snapshot that is on its way joins by itself when it is there.
    if (phase === 'idle' || this.#abort) return;
    this.#attempt = 0;
    if (phase === 'loading') this.#load();
    else void this.#join();
  }

  onDisconnected(): void {
    // A snapshot that is on its way may still arrive; a join cannot be answered any more.
    if (this.#view.phase !== 'live' && this.#view.phase !== 'joining') return;
    this.#cancel();
    this.#show('joining');
  }

  onChange(change: Change): void {
    const { phase } = this.#view;
    // While the snapshot loads, the join after it brings what is passed over here.
    if (phase !== 'live' && phase !== 'joining') return;
    const outcome = this.#copy.apply(change);
    if (outcome === 'applied') {
      this.#attempt = 0;
      this.#show(phase);
    } else if (outcome === 'gap' && phase === 'live') {
      this.#load();
    }
  }

  onReset(): void {
    // While a snapshot loads there is nothing more to do: the join after it is exact, or resets
    // again.
    const { phase } = this.#view;
    if (phase === 'live' || phase === 'joining') this.#load();
  }

  onLeft(code: string): void {
    if (this.#view.phase !== 'idle') this.#refuse(code);
  }

  /** Fetches the room anew, after a wait that grows while tries go wrong. */
  #load(): void {
    this.#cancel();
    const run = this.#run;
    const delay = backoffMs(this.#attempt++, this.#deps.random);
    this.#show('loading');
    if (delay === 0) void this.#fetchPages(run);
    else this.#timer = this.#deps.clock.setTimer(() => void this.#fetchPages(run), delay);
  }

  async #fetchPages(run: number): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      let position: Position | undefined;
      let cursor: string | undefined;
      const records: (readonly [string, AnyRecord])[] = [];
      do {
        const page = await this.#deps.api.snapshot(this.room, cursor, abort.signal);
        if (run !== this.#run) return;
        // The room's place is that of the first page. Later pages may be newer; versions settle
        // that.
        position ??= parsePosition(page.position);
        for (const [kind, list] of Object.entries(page.records)) {
          for (const record of list) records.push([kind, record]);
        }
        cursor = page.next_cursor;
      } while (cursor);
      if (!position) throw new ApiError(0, 'bad_position', 'The snapshot has no position.');
      this.#abort = undefined;
      this.#copy.replace(position, records);
      this.#show('joining', { loaded: true });
      if (this.#deps.connected()) void this.#join();
    } catch (error) {
      if (run === this.#run) this.#loadFailed(error);
    }
  }

  #loadFailed(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    const code = error instanceof ApiError ? error.code : 'failed';
    if (status === 401 || status === 403 || status === 404) {
      this.#refuse(code);
    } else {
      this.#load();
      this.#show('loading', { problem: code });
    }
  }

  async #join(): Promise<void> {
    this.#cancel();
    const run = this.#run;
    const since = this.#copy.position;
    this.#show(since ? 'joining' : 'loading');
    let answer: unknown;
    try {
      const body = since ? { room: this.room, since } : { room: this.room };
      answer = await this.#deps.transport.request('join', body);
    } catch {
      answer = { error: { code: 'timeout' } };
    }
    if (run === this.#run) this.#joined(answer, since);
  }

  #joined(answer: unknown, since: string | undefined): void {
    const { error, position, resumed } = (answer ?? {}) as {
      error?: { code?: string };
      position?: string;
      resumed?: boolean;
    };
    if (error) {
      const code = error.code ?? 'refused';
      if (passesByItself(code)) this.#retryJoin();
      else this.#refuse(code);
      return;
    }
    const sameHistory = parsePosition(position)?.epoch === this.#copy.epoch;
    // Without `since`, or from a place that the server does not know any more, changes are missing.
    if (!since || !sameHistory || !(resumed || position === since)) return this.#load();
    this.#timer = this.#deps.clock.setTimer(() => (this.#attempt = 0), SETTLED_MS);
    this.#show('live');
  }

  #retryJoin(): void {
    const delay = backoffMs(Math.max(1, this.#attempt++), this.#deps.random);
    this.#timer = this.#deps.clock.setTimer(() => {
      if (this.#deps.connected()) void this.#join();
    }, delay);
  }

  #refuse(code: string): void {
    this.#cancel();
    this.#copy.clear();
    this.#show('refused', { loaded: false, problem: code });
  }

  #cancel(): void {
    this.#run++;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  #show(phase: RoomPhase, more: { loaded?: boolean; problem?: string } = {}): void {
    this.#view = Object.freeze({
      phase,
      loaded: more.loaded ?? this.#view.loaded,
      revision: this.#view.revision + 1,
      ...(more.problem === undefined ? {} : { problem: more.problem }),
    });
    for (const listener of [...this.#listeners]) listener();
    this.#deps.changed();
  }
}
