import { createStore } from './store.ts';

export type Tone = 'ok' | 'info' | 'warn' | 'bad';

export interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 4;

export const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

export function toast(tone: Tone, text: string): void {
  const id = ++lastId;
  toasts.set([...toasts.get(), { id, tone, text }].slice(-SHOWN_MAX));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}
