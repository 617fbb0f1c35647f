import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveClient } from './live.ts';
import { ApiError } from './problem.ts';
import {
  accepted,
  bringLive,
  FakeClock,
  FakeSnapshots,
  FakeTransport,
  product,
  settle,
} from './testing.ts';

let clock: FakeClock;
let transport: FakeTransport;
let snapshots: FakeSnapshots;
let live: LiveClient;

const market = () => live.room('market');
const phase = () => market().getView().phase;
const stock = (id = 'p1') => market().find('product', id)?.stock;
const goLive = () => bringLive(live, transport, snapshots);

beforeEach(() => {
  clock = new FakeClock();
  transport = new FakeTransport();
  snapshots = new FakeSnapshots();
  live = new LiveClient({ transport, api: snapshots, clock, random: () => 1 });
});

describe('opening a room', () => {
  test('fetches every page of the snapshot, then joins from the position of the first', async () => {
    live.start();
    live.hold('market');
    await transport.up();
    await snapshots.give('e:10', [product('p1', 1)], 'next');
    expect(snapshots.asked[0]?.cursor).toBe('next');
    expect(market().getView()).toMatchObject({ phase: 'loading', loaded: false });
    await snapshots.give('e:12', [product('p2', 3)]);
    expect(market().list('product')).toHaveLength(2);
    expect(await transport.answer('join', accepted('e:12'))).toEqual({
      room: 'market',
      since: 'e:10',
    });
    expect(live.getStatus()).toBe('live');
    expect(snapshots.count).toBe(2);
  });

  test('shows the snapshot before there is a connection, and joins when there is one', async () => {
    live.start();
    live.hold('market');
    await snapshots.give('e:10', [product('p1', 1)]);
    expect(market().getView()).toMatchObject({ phase: 'joining', loaded: true });
    expect(transport.asked).toEqual([]);
    await transport.up();
    await transport.answer('join', accepted('e:10'));
    expect(phase()).toBe('live');
    expect(snapshots.count).toBe(1);
  });

  test('tries a failed snapshot again, later and later, and at once when connected', async () => {
    live.start();
    live.hold('market');
    await snapshots.fail(ApiError.offline());
    expect(market().getView()).toMatchObject({ phase: 'loading', problem: 'offline' });
    await clock.advance(499);
    expect(snapshots.count).toBe(1);
    await clock.advance(1);
    expect(snapshots.count).toBe(2);
    await snapshots.fail(new ApiError(503, 'unavailable', ''));
    await clock.advance(999);
    expect(snapshots.count).toBe(2);
    await transport.up();
    expect(snapshots.count).toBe(3);
  });

  test('is refused to those who may not see it', async () => {
    live.start();
    live.hold('market');
    await transport.up();
    await snapshots.fail(new ApiError(403, 'forbidden', ''));
    expect(market().getView()).toMatchObject({ phase: 'refused', problem: 'forbidden' });
    expect(clock.waiting).toBe(0);
    expect(live.getStatus()).toBe('live');
  });

  test('a refused join drops the copy; one that passes by itself is tried again', async () => {
    live.start();
    live.hold('market');
    await transport.up();
    await snapshots.give('e:10', [product('p1', 1)]);
    await transport.answer('join', { error: { code: 'unavailable', detail: '' } });
    expect(phase()).toBe('joining');
    await clock.advance(500);
    await transport.answer('join', { error: { code: 'forbidden', detail: '' } });
    expect(phase()).toBe('refused');
    expect(market().list('product')).toEqual([]);
  });
});

describe('changes', () => {
  test('are applied in order and told to the listeners', async () => {
    await goLive();
    const listener = vi.fn();
    market().subscribe(listener);
    await transport.change({ lsn: 12, prev: 9, op: 'updated', version: 2, patch: { stock: 7 } });
    expect(stock()).toBe(7);
    expect(listener).toHaveBeenCalledTimes(1);
    const view = market().getView();
    expect(market().getView()).toBe(view);
  });

  test('twice is once: no listener is told of a duplicate', async () => {
    await goLive();
    const change = { lsn: 11, prev: 10, op: 'updated', version: 2, patch: { stock: 7 } } as const;
    await transport.change(change);
    const view = market().getView();
    await transport.change(change);
    expect(market().getView()).toBe(view);
  });

  test('after a gap the snapshot is fetched again while the old copy stays to be seen', async () => {
    await goLive();
    await clock.advance(2_000);
    await transport.change({ lsn: 13, prev: 12, op: 'updated', version: 4, patch: { stock: 1 } });
    expect(market().getView()).toMatchObject({ phase: 'loading', loaded: true });
    expect(stock()).toBe(10);
    // What arrives meanwhile is in the snapshot or comes with the join.
    await transport.change({ lsn: 14, prev: 13, op: 'updated', version: 5, patch: { stock: 0 } });
    await snapshots.give('e:13', [product('p1', 4, { stock: 1 })]);
    expect(await transport.answer('join', accepted('e:14'))).toMatchObject({ since: 'e:13' });
    await transport.change({ lsn: 14, prev: 13, op: 'updated', version: 5, patch: { stock: 0 } });
    expect(phase()).toBe('live');
    expect(stock()).toBe(0);
  });

  test('that overtake the answer of a second join are not taken for a gap', async () => {
    await goLive();
    await clock.advance(2_000);
    await transport.send('reset', { room: 'market', reason: 'bulk' });
    await snapshots.give('e:20', [product('p1', 5)]);
    await transport.change({ lsn: 22, prev: 21, op: 'updated', version: 7, patch: { stock: 2 } });
    expect(phase()).toBe('joining');
    await transport.answer('join', accepted('e:20'));
    await transport.change({ lsn: 21, prev: 19, op: 'updated', version: 6, patch: { stock: 3 } });
    await transport.change({ lsn: 22, prev: 21, op: 'updated', version: 7, patch: { stock: 2 } });
    expect(stock()).toBe(2);
    expect(snapshots.count).toBe(2);
  });

  test('of other rooms, and messages of unknown types, are passed over', async () => {
    await goLive();
    const view = market().getView();
    await transport.send('change', { room: 'desk:x', lsn: 99, prev: 98 });
    await transport.send('typing', { room: 'market' });
    await transport.send('change', null);
    expect(market().getView()).toBe(view);
  });
});

describe('reset and left', () => {
  test('reset fetches the snapshot; one that comes meanwhile is settled by the join', async () => {
    await goLive();
    await clock.advance(2_000);
    await transport.send('reset', { room: 'market', reason: 'bulk' });
    await transport.send('reset', { room: 'market', reason: 'bulk' });
    await snapshots.give('e:20', [product('p1', 5)]);
    await transport.answer('join', accepted('e:25', false));
    expect(phase()).toBe('loading');
    await clock.advance(500);
    await snapshots.give('e:25', [product('p1', 6, { stock: 6 })]);
    await transport.answer('join', accepted('e:25'));
    expect(stock()).toBe(6);
    expect(snapshots.count).toBe(3);
  });

  test('left drops the copy, and the room is asked for again at the next connection', async () => {
    await goLive();
    await transport.send('left', { room: 'market', code: 'forbidden' });
    expect(market().getView()).toMatchObject({ phase: 'refused', loaded: false });
    expect(market().list('product')).toEqual([]);
    await transport.down();
    await transport.up();
    expect(await transport.answer('join', accepted('e:30', false))).toEqual({ room: 'market' });
    await snapshots.give('e:31', [product('p1', 9)]);
    await transport.answer('join', accepted('e:31'));
    expect(phase()).toBe('live');
  });
});

describe('after a break', () => {
  test('joins again from the last change seen, and fetches nothing', async () => {
    await goLive();
    await transport.change({ lsn: 15, prev: 10, op: 'updated', version: 2, patch: { stock: 9 } });
    await transport.down();
    expect(live.getStatus()).toBe('offline');
    expect(stock()).toBe(9);
    await transport.up();
    expect(live.getStatus()).toBe('connecting');
    expect(await transport.answer('join', accepted('e:17'))).toEqual({
      room: 'market',
      since: 'e:15',
    });
    expect(live.getStatus()).toBe('live');
    await transport.change({ lsn: 17, prev: 15, op: 'updated', version: 3, patch: { stock: 8 } });
    expect(stock()).toBe(8);
    expect(snapshots.count).toBe(1);
  });

  test.each([
    ['the server cannot resume', accepted('e:90', false)],
    ['the history is another', accepted('f:10', true)],
  ])('fetches the snapshot when %s', async (_, answer) => {
    await goLive();
    await transport.down();
    await transport.up();
    await transport.answer('join', answer);
    expect(phase()).toBe('loading');
    await clock.advance(500);
    await snapshots.give('f:5', [product('p1', 1, { stock: 5 })]);
    await transport.answer('join', accepted('f:5'));
    expect(phase()).toBe('live');
    expect(stock()).toBe(5);
  });

  test('a join that is never answered is asked again', async () => {
    await goLive();
    await transport.down();
    await transport.up();
    transport.asked.shift()?.fail(new Error('timeout'));
    await settle();
    await clock.advance(500);
    await transport.answer('join', accepted('e:10'));
    expect(phase()).toBe('live');
  });

  test('an answer of before the break is not taken for one of after it', async () => {
    await goLive();
    await transport.down();
    await transport.up();
    const stale = transport.asked.shift();
    await transport.down();
    await transport.up();
    stale?.answer({ error: { code: 'forbidden' } });
    await settle();
    expect(phase()).toBe('joining');
    await transport.answer('join', accepted('e:10'));
    expect(phase()).toBe('live');
  });
});
