import { defined } from '../../shared/defined.ts';
import type { DataSaid, Handler, Words } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';

/** The part of a call that each of its entries repeats. */
export interface LoggedCall {
  pack: Pack;
  ask: Ask;
  /** Who acts. */
  handler: Handler;
  /** The caller's signature as a word, or no word. */
  evidence: Words;
  /** Digest of the request as it was understood. */
  request: string;
}

export type EntryBase = DataSaid;
/** The same, before it is known whose data the entry is about. */
export type CallBase = Omit<DataSaid, 'owners'>;

/** What every entry of a call says, whichever subject it is about. */
export function entryBase({ pack, ask, handler, evidence, request }: LoggedCall): CallBase {
  const { officer, case: caseNumber, reason } = ask;
  return {
    operation: 'use',
    handler,
    purpose: ask.purpose,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: { ...defined({ officer, case: caseNumber, reason }), ...evidence, request },
  };
}

/** The departments that own the fields, sorted; fields that the pack does not know have none. */
export function ownersOf(pack: Pack, fields: Iterable<string>): string[] {
  return [...new Set([...fields].flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}
