import type { Me, Membership, User } from '@tillcast/client';
import { live } from './services.ts';
import { createStore, useStore } from './store.ts';

/**
 * Who is signed in. `checking` while the server is asked whether an earlier session still holds.
 */
export type Session =
  | { phase: 'checking' }
  | { phase: 'out' }
  | { phase: 'in'; user: User; shops: readonly Membership[] };

/**
 * The session itself is a cookie that scripts cannot see. This mark only says that there may be
 * one, so that a visitor who never signed in asks the server nothing.
 */
const MARK = 'tillcast.signed_in';

export const session = createStore<Session>(
  localStorage.getItem(MARK) ? { phase: 'checking' } : { phase: 'out' },
);

export function useSession(): Session {
  return useStore(session);
}

export function useUser(): User | undefined {
  const now = useSession();
  return now.phase === 'in' ? now.user : undefined;
}

/** The signed-in user's own room. */
export function useUserRoom(): string | undefined {
  const user = useUser();
  return user && `user:${user.id}`;
}

export function setIn(me: Me): void {
  localStorage.setItem(MARK, '1');
  session.set({ phase: 'in', user: me.user, shops: me.shops });
}

export function setOut(): void {
  localStorage.removeItem(MARK);
  session.set({ phase: 'out' });
  live.forgetExcept((room) => room === 'market' || room.startsWith('shop:'));
}
