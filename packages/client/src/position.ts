import type { PositionText } from './types.ts';

/** A place in the change log. Two positions compare only within one epoch. */
export interface Position {
  epoch: string;
  lsn: number;
}

/** Reads `EPOCH:LSN`; undefined when it is not one. */
export function parsePosition(text: unknown): Position | undefined {
  if (typeof text !== 'string') return undefined;
  const colon = text.lastIndexOf(':');
  if (colon < 1 || !/^\d+$/.test(text.slice(colon + 1))) return undefined;
  const lsn = Number(text.slice(colon + 1));
  return Number.isSafeInteger(lsn) ? { epoch: text.slice(0, colon), lsn } : undefined;
}

export function formatPosition(position: Position): PositionText {
  return `${position.epoch}:${position.lsn}`;
}
