import { ApiError } from '@tillcast/client';
import { mergeLocalCart } from './cart_store.ts';
import { api, live, whenSessionEnds } from './services.ts';
import { session, setIn, setOut } from './session.ts';
import { toast } from './toasts.ts';

/** Asks who the session of an earlier visit belongs to; tries again while the server is away. */
async function resumeSession(): Promise<void> {
  if (session.get().phase !== 'checking') return;
  try {
    setIn(await api.me());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) setOut();
    else setTimeout(() => void resumeSession(), 2_000);
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  await api.login(email, password);
  await enter();
}

export async function register(name: string, email: string, password: string): Promise<void> {
  await api.register({ name, email, password });
  await enter();
}

async function enter(): Promise<void> {
  const me = await api.me();
  await mergeLocalCart();
  setIn(me);
  // The server reads the identity when a connection opens.
  live.restart();
}

export async function signOut(): Promise<void> {
  await api.logout().catch(() => undefined);
  setOut();
  live.restart();
}

/** The server ended the session: go on as a visitor. */
async function sessionEnded(): Promise<void> {
  const wasIn = session.get().phase === 'in';
  // Takes the dead cookie away, or the next connection would be refused with it again.
  await api.logout().catch(() => undefined);
  setOut();
  if (wasIn) toast('warn', 'Your session has ended. Please sign in again.');
  setTimeout(() => live.start(), wasIn ? 0 : 5_000);
}

/** Connects, and takes up the session of an earlier visit. */
export function startSession(): void {
  whenSessionEnds(() => void sessionEnded());
  live.start();
  void resumeSession();
}
