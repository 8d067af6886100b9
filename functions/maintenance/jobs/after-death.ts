/**
 * What a death leaves to do (`recordAfterEnd` of the pack). Releases stop by themselves, and go on if an owner corrects the day;
 * this pass makes the end final: consents end, cases of help close, and who received something by a consent deletes it. No
 * one is asked again, nor is a task left open that says so.
 */

import type { EntryId } from '../../../shared/ids.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { factsOf } from '../../../shared/policy/value/conditions.ts';
import type { CaseworkItem } from '../../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { personOf } from '../acting.ts';
import { askRecipients, namesOf } from '../inform.ts';
import type { JobRun } from '../job-run.ts';
import { closeCases } from '../move.ts';
import { stopAsking } from './ask-again.ts';

/** @returns RFC 3339, since when the record says so; `undefined` if it does not */
export function goneSince({ retention }: Pack, ended: ReadonlyMap<string, string>): string | undefined {
  return endsOf(retention)
    .flatMap((event) => ended.get(event) ?? [])
    .sort()
    .at(0);
}

const endsOf = (retention: Pack['retention']) => Object.keys(retention?.recordAfterEnd ?? {});

const eventFields = ({ retention }: Pack) =>
  factsOf(endsOf(retention).flatMap((event) => retention?.ended?.[event] ?? []));

/** May be repeated. @param entry the attempt by which the pass opened the day */
export async function endAfterDeath(
  { deps, actor }: JobRun,
  pack: Pack,
  item: KeyItem,
  casework: readonly CaseworkItem[],
  { at, entry }: { at: string; entry: EntryId },
): Promise<void> {
  const done = { at, agency: actor.handler.agency, person: personOf(actor), outcome: 'ended', entry };
  const help = pack.retention?.help?.purposes ?? [];
  await closeCases(deps, item, done, ({ purpose }) => help.includes(purpose));
  await stopAsking(deps, pack, item, casework, done);
  const of = ({ purpose: code }: { purpose: string }) => {
    const purpose = pack.purposes.get(code);
    const asks = purpose?.kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent);
    if (!purpose || !(asks || help.includes(code))) return false;
    // A purpose that reads the death itself is asked by the pass, since its duty has ended.
    const read = factsOf(purpose.requires);
    return !(purpose.kept?.includes('duty') && eventFields(pack).some((field) => read.includes(field)));
  };
  await askRecipients(deps, { ends: 'duty', at, key: at, names: namesOf(item), of });
}
