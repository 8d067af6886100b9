import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { VerifyCall } from './read-call.ts';

/** What every entry of this call says, whoever it is about. */
export function entryBase(call: VerifyCall): Omit<NewEntry, 'kind' | 'words'> & { owners: string[] } {
  const { pack, handler, ask, programme } = call;
  return {
    operation: 'use',
    owners: ownersOf(call, programme.fields),
    handler,
    purpose: ask.purpose,
    programme: programme.name,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
  };
}

export function wordsOf({ evidence, ask, request }: VerifyCall): NonNullable<NewEntry['words']> {
  return {
    ...(ask.officer !== undefined && { officer: ask.officer }),
    ...(ask.case !== undefined && { case: ask.case }),
    ...(ask.reason !== undefined && { reason: ask.reason }),
    ...evidence,
    request,
  };
}

function ownersOf({ pack }: VerifyCall, fields: readonly string[]): string[] {
  return [...new Set(fields.flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}

/** The article behind the programme's purpose. */
export function ruleOf({ pack, programme }: VerifyCall): string {
  return pack.purposes.get(programme.purpose)?.rule ?? pack.grounds.unknownPurpose;
}
