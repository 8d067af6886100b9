import { defined } from '../../shared/defined.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { DataSaid, Handler, Words } from '../../shared/log/entry/entry.ts';
import { ownersOf, type Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';

/** The part of a call that all its entries share. */
export interface LoggedCall {
  pack: Pack;
  ask: Ask;
  /** The actor. */
  handler: Handler;
  /** The caller's signature as a word, or no word. */
  evidence: Words;
  /** Digest of the parsed request. */
  request: string;
}

export type EntryBase = DataSaid;
/** The same, before the owners of the data are known. */
export type CallBase = Omit<DataSaid, 'owners'>;

/** The members that every entry of a call shares, whatever its subject. */
export function entryBase({ pack, ask, handler, evidence, request }: LoggedCall): CallBase {
  // A case number also names an activity.
  const { officer, case: caseNumber = ask.activity, reason } = ask;
  return {
    operation: 'use',
    handler,
    purpose: ask.purpose,
    collection: ask.collection,
    policy: policyOf(pack, ask.purpose),
    words: { ...defined({ officer, case: caseNumber, reason }), ...evidence, request },
  };
}

/** The policy as entries name it, with the legal basis of a purpose that it knows. */
export function policyOf(pack: Pack, purpose: string | undefined): NonNullable<DataSaid['policy']> {
  const basis = pack.purposes.get(purpose ?? '')?.basis;
  return { version: pack.version, hash: pack.hash, ...defined({ basis }) };
}

/**
 * The entry of a refusal that does not depend on the subject.
 * @param about what the entry refers to
 */
export function refusalBase(
  { pack, ask, base }: { pack: Pack; ask: Ask; base: CallBase },
  about: { attempt?: EntryId | undefined; about?: string | undefined } = {},
): EntryBase {
  return { ...base, owners: ownersAsked(pack, ask.fields ?? pack.fields.keys()), ...defined(about) };
}

/** The owners of the fields; all owners of the pack if it knows none of the fields. */
export function ownersAsked(pack: Pack, fields: Iterable<string>): string[] {
  const owners = ownersOf(pack, fields);
  return owners.length > 0 ? owners : ownersOf(pack, pack.fields.keys());
}
