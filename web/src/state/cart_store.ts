import { ApiError, type Id } from '@tillcast/client';
import { merged, quantityOf, withQuantity, type Items } from './cart.ts';
import { useRecords } from './rooms.ts';
import { api, live } from './services.ts';
import { session, useUserRoom } from './session.ts';
import { createStore, useStore } from './store.ts';
import { toast } from './toasts.ts';

const LOCAL = 'tillcast.cart';
const RETRY_S_MAX = 5;

/** The cart of a visitor who is not signed in. */
const local = createStore<Items>(readLocal());

/**
 * What the signed-in user's cart will be once the server has said yes. `version` is the server's
 * answer; from there on the room's own copy counts as soon as it is that new.
 */
interface Draft {
  items: Items;
  version?: number;
}
const draft = createStore<Draft | undefined>(undefined);
let sending = false;

export const cartOpen = createStore(false);

function readLocal(): Items {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(LOCAL) ?? '[]');
    return Array.isArray(value) ? merged([], value as Items) : [];
  } catch {
    return [];
  }
}

function setLocal(items: Items): void {
  local.set(items);
  localStorage.setItem(LOCAL, JSON.stringify(items));
}

function serverCart() {
  const now = session.get();
  return now.phase === 'in' ? live.room(`user:${now.user.id}`).list('cart')[0] : undefined;
}

function isNewer(mine: Draft | undefined, version: number): mine is Draft {
  return mine !== undefined && (mine.version === undefined || mine.version > version);
}

export function useCart(): Items {
  const room = useUserRoom();
  const [cart] = useRecords(room, 'cart');
  const mine = useStore(draft);
  const visitors = useStore(local);
  if (!room) return visitors;
  return isNewer(mine, cart?.version ?? 0) ? mine.items : (cart?.items ?? []);
}

function current(): Items {
  if (session.get().phase !== 'in') return local.get();
  const cart = serverCart();
  const mine = draft.get();
  return isNewer(mine, cart?.version ?? 0) ? mine.items : (cart?.items ?? []);
}

export function setQuantity(product: Id, quantity: number): void {
  change(withQuantity(current(), product, quantity));
}

export function addToCart(product: Id, quantity: number): void {
  setQuantity(product, quantityOf(current(), product) + quantity);
}

function change(items: Items): void {
  if (session.get().phase !== 'in') return setLocal(items);
  draft.set({ items });
  void send();
}

/**
 * One PUT at a time; what was changed meanwhile goes with the next. While the server is away the wish
 * is kept and tried again; a refusal takes it back.
 */
async function send(): Promise<void> {
  if (sending) return;
  sending = true;
  let failures = 0;
  for (let mine = draft.get(); mine && mine.version === undefined; mine = draft.get()) {
    try {
      const { version } = await api.putCart(mine.items);
      failures = 0;
      if (draft.get() === mine) draft.set({ ...mine, version });
    } catch (error) {
      const refusal = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (refusal) takeBack(error.detail);
      else await pause(Math.min(++failures, RETRY_S_MAX) * 1_000);
    }
  }
  sending = false;
}

function takeBack(why: string): void {
  draft.set(undefined);
  toast('bad', `The cart was not changed. ${why}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((go) => setTimeout(go, ms));
}

/**
 * An order has taken these out of the server's cart. A change of the cart that is still on its way
 * must not put them back, so it is followed by one without them.
 */
export function takeOutOrdered(products: readonly Id[]): void {
  if (sending) change(current().filter((item) => !products.includes(item.product_id)));
  else draft.set(undefined);
}

/** On signing in: what the visitor had gathered joins what the account had. */
export async function mergeLocalCart(): Promise<void> {
  draft.set(undefined);
  const mine = local.get();
  if (mine.length === 0) return;
  try {
    await api.putCart(merged((await api.cart()).items, mine));
    setLocal([]);
  } catch {
    toast('warn', 'Your cart could not be brought along. It is still here when you sign out.');
  }
}
