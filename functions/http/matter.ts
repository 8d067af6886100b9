/** What all requests of an agency for one case share: a time from the first of them on, and a list of people. */

import { Problem, type ProblemCode } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { statedWord } from '../../shared/policy/matter.ts';
import { endOf } from '../../shared/policy/pack/calendar.ts';
import { type Pack, type Purpose, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { addMonths } from '../../shared/policy/value/age.ts';
import { type Counted, countVolume } from '../../shared/records/limits/volume.ts';
import { matterKey } from '../../shared/records/limits/volume-items.ts';
import type { Deps } from '../deps.ts';

/** Which case it is, and what limits it. */
export interface Matter {
  deps: Pick<Deps<'budgetsTable'>, 'dynamo' | 'env'> & { log: LogWriter };
  pack: Pack;
  purpose: Purpose;
  key: string;
  /** Epoch milliseconds. */
  now: number;
}

/** Months for which a case is remembered after its last request, so that none begins again. */
const KEPT = 36;

/** @returns `null` where the purpose has no limits by its cases */
export function matterOf(of: Omit<Matter, 'purpose' | 'key'>, agency: string, ask: Ask): Matter | null {
  const purpose = of.pack.purposes.get(ask.purpose);
  if (!purpose?.matter) return null;
  const { deps, pack, now } = of;
  const word = statedWord(ask, purpose.matter.named) ?? '';
  return { deps, pack, now, purpose, key: matterKey(agency, purpose.code, word) };
}

/**
 * Counts in one write, all or none, and begins the time with the first who are told of.
 * @param told, asked subjects of whom something is told, and the others that were asked for
 */
export function countMatter(
  { deps, pack, purpose, key, now }: Matter,
  told: readonly string[],
  asked: readonly string[] = [],
): Promise<Counted> {
  const { lasts, matter } = purpose;
  const people = matter?.people;
  return countVolume(deps.dynamo, deps.env.budgetsTable, {
    key,
    expires: addMonths(now, KEPT) / 1000,
    uses: people === undefined ? [] : [{ tier: 'people', subjects: told, asked, stop: people }],
    ...(lasts && { window: { now, ends: endOf(pack.calendar, lasts, now), begins: told.length > 0 } }),
  });
}

/**
 * Logs what the count means, before anything is told.
 * @throws Problem VALIDITY_ENDED where the time is over, BATCH_LIMIT where the list is full
 */
export async function heedMatter(
  matter: Matter,
  { ended, full }: Counted,
  base: Omit<NewEntry, 'kind'>,
): Promise<void> {
  if (ended) await refuseMatter(matter, 'VALIDITY_ENDED', 'VALIDITY_ENDED', base);
  if (full.length > 0) await refuseMatter(matter, 'BATCH_LIMIT', 'LIST_FULL', base);
}

/** @throws Problem with the purpose's rule, after logging it */
export async function refuseMatter(
  { deps, pack, purpose: { rule } }: Pick<Matter, 'deps' | 'pack' | 'purpose'>,
  code: ProblemCode,
  reason: string,
  base: Omit<NewEntry, 'kind'>,
): Promise<never> {
  await deps.log.append([{ ...base, kind: 'denial', outcome: 'refused', code, rule }]);
  throw new Problem(code, { rule, reason: reasonText(pack, reason) });
}
