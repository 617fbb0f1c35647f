// Parts for tests: time, connection and snapshots that a test moves by hand.
import type { Clock } from './clock.ts';
import type { LiveClient } from './live.ts';
import type { Requests, Transport, TransportEvents } from './transport.ts';
import type { AnyRecord, Change, SnapshotPage } from './types.ts';

export class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ at: number; run: () => void }>();

  setTimer(run: () => void, delayMs: number) {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  get waiting(): number {
    return this.#timers.size;
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.run();
      await settle();
    }
  }
}

/** Lets every promise that can go on do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

interface Asked {
  type: string;
  body: Record<string, unknown>;
  answer: (value: unknown) => void;
  fail: (error: Error) => void;
}

export class FakeTransport implements Transport {
  events: TransportEvents | undefined;
  readonly asked: Asked[] = [];

  connect(events: TransportEvents): void {
    this.events = events;
  }

  disconnect(): void {
    this.events = undefined;
    this.#failAll();
  }

  request<T extends keyof Requests>(type: T, body: Requests[T]): Promise<unknown> {
    return new Promise((answer, fail) => {
      this.asked.push({ type, body: { ...body }, answer, fail });
    });
  }

  up(): Promise<void> {
    this.events?.connected();
    return settle();
  }

  down(ended = false, code?: string): Promise<void> {
    this.#failAll();
    this.events?.disconnected(ended, code);
    return settle();
  }

  send(type: string, body: unknown): Promise<void> {
    this.events?.message(type, body);
    return settle();
  }

  change(change: Partial<Change> & { lsn: number; prev: number }): Promise<void> {
    return this.send('change', { room: 'market', kind: 'product', id: 'p1', ...change });
  }

  /** The oldest unanswered request, which must be of this type. */
  async answer(type: string, value: unknown): Promise<Record<string, unknown>> {
    const asked = this.asked.shift();
    if (asked?.type !== type) throw new Error(`expected ${type}, got ${asked?.type ?? 'nothing'}`);
    asked.answer(value);
    await settle();
    return asked.body;
  }

  #failAll(): void {
    for (const asked of this.asked.splice(0)) asked.fail(new Error('disconnected'));
  }
}

export class FakeSnapshots {
  readonly asked: { room: string; cursor?: string | undefined; give: (page: unknown) => void }[] =
    [];
  count = 0;

  snapshot = (room: string, cursor?: string, signal?: AbortSignal): Promise<SnapshotPage> => {
    this.count++;
    return new Promise((resolve, reject) => {
      const give = (page: unknown) =>
        page instanceof Error ? reject(page) : resolve(page as SnapshotPage);
      const asked = { room, cursor, give };
      this.asked.push(asked);
      signal?.addEventListener('abort', () => {
        this.asked.splice(this.asked.indexOf(asked), 1);
        reject(new Error('aborted'));
      });
    });
  };

  async give(position: string, products: AnyRecord[], next_cursor?: string): Promise<void> {
    const page = { room: 'market', position, records: { product: products } };
    this.asked.shift()?.give(next_cursor ? { ...page, next_cursor } : page);
    await settle();
  }

  async fail(error: Error): Promise<void> {
    this.asked.shift()?.give(error);
    await settle();
  }
}

export function product(
  id: string,
  version: number,
  more: Record<string, unknown> = {},
): AnyRecord {
  const at = '2026-01-01T00:00:00.000Z';
  return { id, version, created_at: at, updated_at: at, name: `Product ${id}`, stock: 10, ...more };
}

export const accepted = (position: string, resumed = true) => ({
  room: 'market',
  position,
  resumed,
});

/** Starts the client and brings the room `market` to live at e:10 with one product. */
export async function bringLive(
  live: LiveClient,
  transport: FakeTransport,
  snapshots: FakeSnapshots,
): Promise<() => void> {
  live.start();
  const release = live.hold('market');
  await transport.up();
  await snapshots.give('e:10', [product('p1', 1)]);
  await transport.answer('join', accepted('e:10'));
  return release;
}
