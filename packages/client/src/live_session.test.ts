import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveClient } from './live.ts';
import { accepted, bringLive, FakeClock, FakeSnapshots, FakeTransport } from './testing.ts';

let clock: FakeClock;
let transport: FakeTransport;
let snapshots: FakeSnapshots;
let live: LiveClient;
const sessionEnded = vi.fn();
const refreshToken = vi.fn();

const phase = () => live.room('market').getView().phase;
const goLive = () => bringLive(live, transport, snapshots);

beforeEach(() => {
  vi.resetAllMocks();
  clock = new FakeClock();
  transport = new FakeTransport();
  snapshots = new FakeSnapshots();
  const random = () => 1;
  live = new LiveClient({ transport, api: snapshots, clock, random, sessionEnded, refreshToken });
});

describe('the session', () => {
  test('expiring brings a new token to the live connection', async () => {
    await goLive();
    refreshToken.mockResolvedValue('fresh');
    await transport.send('expiring', { in_s: 60 });
    expect(await transport.answer('auth', { expires_in_s: 900 })).toEqual({ token: 'fresh' });
  });

  test('an end by the server is told with its code, and nothing is tried by itself', async () => {
    await goLive();
    await transport.send('error', { code: 'session_revoked' });
    await transport.down(true);
    expect(sessionEnded).toHaveBeenCalledWith('session_revoked');
    expect(live.getStatus()).toBe('offline');
  });

  test('a connection refused for a reason of the moment is tried again', async () => {
    live.start();
    await transport.down(true, 'busy');
    expect(transport.events).toBeUndefined();
    await clock.advance(500);
    expect(transport.events).toBeDefined();
    await transport.down(true, 'token_expired');
    expect(sessionEnded).toHaveBeenCalledExactlyOnceWith('token_expired');
    await clock.advance(60_000);
    expect(transport.events).toBeUndefined();
  });

  test('restart connects anew and resumes the rooms', async () => {
    await goLive();
    live.restart();
    expect(live.getStatus()).toBe('connecting');
    await transport.up();
    expect(await transport.answer('join', accepted('e:10'))).toMatchObject({ since: 'e:10' });
    expect(live.getStatus()).toBe('live');
  });
});

describe('holding a room', () => {
  test('two holders share one copy, and it is left a while after the last one', async () => {
    const first = await goLive();
    const second = live.hold('market');
    first();
    first();
    await clock.advance(60_000);
    expect(phase()).toBe('live');
    second();
    await clock.advance(29_999);
    expect(phase()).toBe('live');
    await clock.advance(1);
    expect(phase()).toBe('idle');
    expect(await transport.answer('leave', {})).toEqual({ room: 'market' });
  });

  test('coming back in time keeps it going', async () => {
    const release = await goLive();
    release();
    await clock.advance(10_000);
    live.hold('market');
    await clock.advance(60_000);
    expect(phase()).toBe('live');
    expect(snapshots.count).toBe(1);
  });
});
