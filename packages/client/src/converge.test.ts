// A small model of the server, and a network that loses, repeats and breaks, from a seed: whatever
// happens on the way, the copy must end up equal to what the server has.
import { expect, test } from 'vitest';
import { LiveClient } from './live.ts';
import { FakeClock, FakeTransport, settle } from './testing.ts';
import type { AnyRecord, Change, SnapshotPage } from './types.ts';

const PAGE = 3;
const ROOM = 'market';

function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Products that this room sees or not; each change of what it sees is a row of its chain. */
class ModelServer {
  readonly visible = new Map<string, AnyRecord>();
  readonly hidden = new Map<string, AnyRecord>();
  readonly log: Change[] = [];
  lsn = 0;

  mutate(random: () => number): void {
    this.lsn += 1 + Math.floor(random() * 3); // Other rooms' changes take places in the log too.
    const id = `p${Math.floor(random() * 10)}`;
    const old = this.visible.get(id) ?? this.hidden.get(id);
    const version = (old?.version ?? 0) + 1 + Math.floor(random() * 2);
    if (this.visible.has(id) && random() < 0.25) {
      this.visible.delete(id);
      this.hidden.set(id, { ...(old as AnyRecord), version });
      this.#append({ op: 'deleted', id, version });
    } else if (this.visible.has(id)) {
      const patch = { stock: Math.floor(random() * 100), note: random() < 0.3 ? null : 'note' };
      const { note: _, ...rest } = old as AnyRecord;
      const note = patch.note === null ? {} : { note: patch.note };
      this.visible.set(id, { ...rest, version, stock: patch.stock, ...note } as AnyRecord);
      this.#append({ op: 'updated', id, version, patch });
    } else {
      const record = { ...(old ?? { id, stock: 0 }), version } as AnyRecord;
      this.hidden.delete(id);
      this.visible.set(id, record);
      this.#append({ op: 'created', id, version, record: { ...record } });
    }
  }

  snapshot = async (_: string, cursor?: string): Promise<SnapshotPage> => {
    const ids = [...this.visible.keys()].sort().filter((id) => !cursor || id > cursor);
    const product = ids.slice(0, PAGE).map((id) => ({ ...(this.visible.get(id) as AnyRecord) }));
    const page = { room: ROOM, position: `e:${this.lsn}`, records: { product } };
    return ids.length > PAGE ? { ...page, next_cursor: ids[PAGE - 1] as string } : page;
  };

  #append(change: object): void {
    const prev = this.log.at(-1)?.lsn ?? 0;
    this.log.push({ room: ROOM, lsn: this.lsn, prev, kind: 'product', ...change } as Change);
  }
}

async function deliver(server: ModelServer, transport: FakeTransport, random: () => number) {
  for (const asked of transport.asked.splice(0)) {
    const since = Number(String(asked.body['since']).split(':')[1]);
    asked.answer({ room: ROOM, position: `e:${server.lsn}`, resumed: true });
    for (const change of server.log) {
      if (change.lsn > since) await transport.send('change', change);
      if (random() < 0.1) await transport.send('change', change);
    }
  }
}

async function run(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const server = new ModelServer();
  const transport = new FakeTransport();
  const clock = new FakeClock();
  const live = new LiveClient({ transport, api: server, clock, random });
  for (let i = 0; i < 10; i++) server.mutate(random);
  live.start();
  live.hold(ROOM);
  let up = false;
  for (let step = 0; step < 60; step++) {
    const dice = random();
    if (!up || dice < 0.05) {
      up = !up;
      await (up ? transport.up() : transport.down());
    } else if (dice < 0.1) {
      await transport.send('reset', { room: ROOM, reason: 'bulk' });
    } else if (dice < 0.3) {
      await deliver(server, transport, random);
    } else if (dice < 0.4) {
      await clock.advance(1_000);
    } else {
      server.mutate(random); // The page that is read between two changes is a later one.
      if (random() < 0.5) await Promise.resolve();
      const change = server.log.at(-1) as Change;
      if (random() < 0.8 && !transport.asked.length) await transport.send('change', change);
    }
  }
  if (!up) await transport.up();
  for (let i = 0; i < 3; i++) {
    server.mutate(random);
    await transport.send('change', server.log.at(-1));
    for (let turn = 0; turn < 4; turn++) {
      await clock.advance(20_000);
      await settle();
      await deliver(server, transport, random);
      await settle();
    }
  }
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  const copy = [...live.room(ROOM).list('product')].sort(byId);
  const truth = [...server.visible.values()].sort(byId);
  expect(live.getStatus(), `seed ${seed}`).toBe('live');
  expect(copy, `seed ${seed}`).toEqual(truth);
}

test('the copy ends up equal to the server over 400 bad networks', async () => {
  for (let seed = 1; seed <= 400; seed++) await run(seed);
});
