import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { evidenceWord, handlerOf } from '../http/handler-of.ts';
import type { ReleaseCall } from './release-fields.ts';

/** What every entry of this call says. */
export function entryBase({ pack, session, ask, request }: ReleaseCall): Omit<NewEntry, 'kind'> {
  return {
    operation: 'provide',
    handler: handlerOf(session),
    purpose: ask.purpose,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: {
      ...(ask.officer !== undefined && { officer: ask.officer }),
      ...(ask.case !== undefined && { case: ask.case }),
      ...(ask.reason !== undefined && { reason: ask.reason }),
      ...evidenceWord(session),
      request,
    },
  };
}

/** Departments that own the fields, as far as the pack knows these; all of the pack's if it knows none. */
export function ownersOf(pack: Pack, fields: Iterable<string>): string[] {
  const owners = new Set<string>();
  for (const field of fields) for (const owner of pack.fields.get(field)?.owners ?? []) owners.add(owner);
  return owners.size > 0 ? [...owners].sort() : ownersOf(pack, pack.fields.keys());
}
