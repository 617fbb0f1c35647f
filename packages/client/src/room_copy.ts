import { mergePatch } from './merge_patch.ts';
import { formatPosition, type Position } from './position.ts';
import type { AnyRecord, Change, Id, Kind, Kinds, PositionText } from './types.ts';

/**
 * What became of a change: `applied` moved the copy on (even when the record already had it),
 * `duplicate` was seen before, `gap` does not continue this copy, which then must be fetched again.
 */
export type Outcome = 'applied' | 'duplicate' | 'gap';

const noRecords: readonly AnyRecord[] = Object.freeze([]);

/**
 * One room's records, as a snapshot and the changes after it make them.
 *
 * Two guards keep it right. The chain: a change continues the copy only if the change before it in
 * this room (`prev`) is not past the copy's place, so nothing can be missing between. The version:
 * a record that came from a later snapshot page already holds changes that are still to be sent,
 * and those leave it alone. Versions may skip (changes of fields that this room does not see),
 * `prev` may not. Applying anything twice changes nothing.
 */
export class RoomCopy {
  #position: Position | undefined;
  #kinds = new Map<string, Map<Id, AnyRecord>>();
  #lists = new Map<string, readonly AnyRecord[]>();

  get position(): PositionText | undefined {
    return this.#position && formatPosition(this.#position);
  }

  get epoch(): string | undefined {
    return this.#position?.epoch;
  }

  /** The records of one kind; the same array until one of them changes. */
  list<K extends Kind>(kind: K): readonly Kinds[K][] {
    let list = this.#lists.get(kind);
    if (!list) {
      const records = this.#kinds.get(kind);
      list = records?.size ? Object.freeze([...records.values()]) : noRecords;
      this.#lists.set(kind, list);
    }
    return list as unknown as readonly Kinds[K][];
  }

  /** One record; the same object until it changes. */
  find<K extends Kind>(kind: K, id: Id): Kinds[K] | undefined {
    return this.#kinds.get(kind)?.get(id) as Kinds[K] | undefined;
  }

  /** Puts a snapshot, all its pages together, in the place of what was here. */
  replace(position: Position, records: Iterable<readonly [string, AnyRecord]>): void {
    this.clear();
    this.#position = position;
    for (const [kind, record] of records) {
      const old = this.#kinds.get(kind)?.get(record.id);
      if (!old || old.version < record.version) this.#set(kind, record);
    }
  }

  clear(): void {
    this.#position = undefined;
    this.#kinds.clear();
    this.#lists.clear();
  }

  apply(change: Change): Outcome {
    const here = this.#position;
    if (!here || !isSound(change)) return 'gap';
    if (change.lsn <= here.lsn) return 'duplicate';
    if (change.prev > here.lsn) return 'gap';
    this.#position = { epoch: here.epoch, lsn: change.lsn };
    this.#applyToRecord(change);
    return 'applied';
  }

  #applyToRecord(change: Change): void {
    const old = this.#kinds.get(change.kind)?.get(change.id);
    switch (change.op) {
      case 'created':
        if (!old || old.version < change.version) this.#set(change.kind, change.record);
        return;
      case 'updated':
        // A record that is not here was already gone when a later page of the snapshot was read
        // (its `deleted` is on the way), or lies outside of what a snapshot of this room holds.
        if (old && old.version < change.version) {
          const merged = mergePatch(old, change.patch) as AnyRecord;
          this.#set(change.kind, { ...merged, version: change.version });
        }
        return;
      case 'deleted':
        if (old && old.version <= change.version) {
          this.#kinds.get(change.kind)?.delete(change.id);
          this.#lists.delete(change.kind);
        }
    }
  }

  #set(kind: string, record: AnyRecord): void {
    let records = this.#kinds.get(kind);
    if (!records) this.#kinds.set(kind, (records = new Map()));
    records.set(record.id, Object.freeze(record));
    this.#lists.delete(kind);
  }
}

/** Whether a change has what its `op` needs; one that has not is treated as a hole in the chain. */
function isSound(change: Change): boolean {
  if (!Number.isSafeInteger(change.lsn) || !Number.isSafeInteger(change.prev)) return false;
  if (change.prev < 0 || change.prev >= change.lsn) return false;
  if (typeof change.id !== 'string' || !Number.isSafeInteger(change.version)) return false;
  if (change.op === 'created') return typeof change.record === 'object' && change.record !== null;
  if (change.op === 'updated') return typeof change.patch === 'object' && change.patch !== null;
  return change.op === 'deleted';
}
