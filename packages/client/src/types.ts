// The messages and answers of the native contract, as they are on the wire; its records are in
// schema.ts, which is made from the server's schema.

import type { Id, MemberRole, RecordBase, Shop, Timestamp, User, UserRole } from './schema.ts';

export * from './schema.ts';
export type Role = UserRole;

/** `EPOCH:LSN`: a place in the change log of one history of the data. */
export type PositionText = string;

/** A kind that this client has no type for yet still has what every record has. */
export type AnyRecord = RecordBase & Readonly<Record<string, unknown>>;

interface ChangeBase {
  room: string;
  lsn: number;
  /** The lsn of the change before this one in the same room. */
  prev: number;
  kind: string;
  id: Id;
  version: number;
  at?: Timestamp;
  /** Only in desk, user and admin rooms. */
  by?: unknown;
}

/** One change of one room; `op` is relative to what that room sees. */
export type Change =
  | (ChangeBase & { op: 'created'; record: AnyRecord })
  | (ChangeBase & { op: 'updated'; patch: Readonly<Record<string, unknown>> })
  | (ChangeBase & { op: 'deleted' });

export interface SnapshotPage {
  room: string;
  position: PositionText;
  records: Readonly<Record<string, readonly AnyRecord[]>>;
  next_cursor?: string;
}

export interface JoinAnswer {
  room: string;
  position: PositionText;
  resumed: boolean;
}

export interface Page<T> {
  items: readonly T[];
  next_cursor?: string;
}

export interface Membership {
  shop_id: Id;
  role: MemberRole;
  shop: Shop;
}

export interface Me {
  user: User;
  shops: readonly Membership[];
}

export interface SignIn {
  user: User;
  access_token: string;
  refresh_token?: string;
  expires_in_s: number;
}
