/** How much a freeze stopped, from the log. */

import type { Entry } from '../../../shared/log/entry/entry.ts';
import type { LogFilter, SubjectNames } from '../../../shared/log/read/filter.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { FreezeTarget } from '../../../shared/records/casework/casework.ts';
import { officerDigest } from '../../session/actor.ts';
import type { Act } from '../act.ts';

/** Whether it stopped anything, and about how much. The log has the exact number, for those who may read it. */
const STEPS = [100, 10, 1] as const;
/** Most entries of one kind that are read. */
const MOST = 5000;

/** What a freeze is about; of a person the names in the log. */
export type Stops = FreezeTarget | { kind: 'subject'; names: SubjectNames };

/**
 * @param from, to: epoch milliseconds
 * @returns the largest of 0, 1, 10 and 100 that is not more than the answers that it refused. A freeze of a class also
 * counts the answers that left the class out
 */
export async function stoppedBy(
  { deps, pack }: Act,
  target: Stops,
  { from, to }: { from: number; to: number },
): Promise<0 | 1 | 10 | 100> {
  let count = 0;
  for (const filter of filtersOf(target)) {
    let read = 0;
    for await (const stored of walkEntries(deps.store, { from, to }, filter, { limit: STEPS[0] })) {
      if (isStopped(pack, target, stored)) count++;
      if (count === STEPS[0] || ++read === MOST) break;
    }
  }
  return STEPS.find((step) => count >= step) ?? 0;
}

function filtersOf(target: Stops): LogFilter[] {
  const refused = { kind: 'denial' };
  if (target.kind === 'subject') return [{ ...refused, subject: target.names }];
  if (target.kind === 'purpose') return [{ ...refused, purpose: target.purpose }];
  return target.kind === 'class' ? [refused, { kind: 'decision' }] : [{ ...refused, agency: target.agency }];
}

const CODES = {
  agency: 'AGENCY_FROZEN',
  officer: 'OFFICER_FROZEN',
  purpose: 'PURPOSE_FROZEN',
} as const;

function isStopped(pack: Pack, target: Stops, { entry, words }: StoredEntry): boolean {
  if (target.kind === 'subject') return words?.['finding'] === 'FROZEN';
  if (target.kind === 'class') return entry !== null && leftOut(pack, target.class, entry);
  if (entry?.code !== CODES[target.kind]) return false;
  if (target.kind !== 'officer') return true;
  return officerDigest(target.agency, String(words?.['officer'] ?? '')) === target.person;
}

/** Whether the answer lacks a field because its class was frozen, or was refused because the decision reads the class. */
function leftOut(pack: Pack, frozen: string, entry: Entry): boolean {
  const { kind, code, purpose, programme, withheld = {} } = entry;
  const isOf = (field: string) => pack.fields.get(field)?.class === frozen;
  const of = pack.purposes.get(purpose ?? '');
  if (kind === 'decision')
    return Object.entries(withheld).some(
      ([field, rule]) =>
        rule === pack.grounds.frozen && (of?.cells.get(field)?.sources ?? [field]).some(isOf),
    );
  if (code !== 'CLASS_FROZEN') return false;
  const read = pack.programmes.get(programme ?? '')?.classes;
  // A release is refused as a whole if its decision reads the class, and so its purpose can open it.
  return read?.includes(frozen) ?? pack.classes.get(frozen)?.openedBy.includes(purpose ?? '') === true;
}
