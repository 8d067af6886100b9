import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { tiersOf } from '../../shared/policy/volume.ts';
import type { Counted, TierUse } from '../../shared/records/limits/volume.ts';
import { countMatter, heedMatter, type Matter, matterOf } from '../http/matter.ts';
import { countDay, type Day, heedDay, refuseGuesses } from '../steps/limits.ts';
import { spendComparisons } from './count-comparisons.ts';
import type { DecidedSubject } from './decide.ts';
import { entryBase, ownersOf } from './entry-base.ts';
import { holderOf } from './holder-of.ts';
import type { ReleaseCall } from './release-fields.ts';

/** What a release counts in; `null` where the pack sets no such limit. */
export interface Spent {
  day: Counted | null;
  matter: Counted | null;
  /** Whether there was a comparison left for each who is compared. */
  comparisons: boolean;
}

/**
 * Counts whom the officer is told of today, and whom for this case. It runs beside the decision entry, after the
 * replay claim, so that a refused or replayed request burns nothing.
 */
export async function spendVolume(
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
): Promise<Spent> {
  const { pack, ask, taken } = call;
  const shown = decided.map((subject) => shownOf(call, subject));
  const uses = usesOf(call, screening, decided, shown);
  const unlimited = pack.purposes.get(ask.purpose)?.volume === 'alert';
  const limits = unlimited ? uses.map((use) => ({ ...use, stop: null })) : uses;
  const matter = matterFor(call);
  const isTold = (i: number) => (shown[i]?.length ?? 0) > 0;
  const [told, others] = [decided.filter((_, i) => isTold(i)), decided.filter((_, i) => !isTold(i))];
  const day = limits.length > 0 ? countDay(dayOf(call), limits) : null;
  const list = matter && countMatter(matter, told.map(idOf), others.map(idOf));
  taken.counts = [day, list].filter((count) => count !== null);
  const [counted, listed, comparisons] = await Promise.all([day, list, spendComparisons(call, decided)]);
  return { day: counted, matter: listed, comparisons };
}

/**
 * Logs what the counts mean, before anything is opened.
 * @throws Problem BUDGET_SPENT with the seconds until the next day; VALIDITY_ENDED or BATCH_LIMIT of the case
 */
export async function checkVolume(
  call: ReleaseCall,
  { day, matter, comparisons }: Spent,
  receipts: readonly Receipt[],
): Promise<void> {
  const base = {
    ...entryBase(call),
    owners: ownersOf(call.pack, call.ask.fields ?? call.pack.fields.keys()),
    ...(receipts[0] && { about: receipts[0].entry }),
  };
  if (!comparisons) await refuseGuesses(dayOf(call), base);
  if (day) await heedDay(dayOf(call), day, base);
  const limited = matterFor(call);
  if (matter && limited) await heedMatter(limited, matter, base);
}

function matterFor({ deps, pack, session, ask, now }: ReleaseCall): Matter | null {
  return matterOf({ deps, pack, now }, session.caller.clientId, ask);
}

function dayOf({ deps, pack, session, ask, now }: ReleaseCall): Day {
  return { deps, pack, agency: session.caller.clientId, officer: ask.officer ?? '', now };
}

/** Fields that somebody holds of a subject that is not refused. */
function shownOf({ pack }: ReleaseCall, subject: DecidedSubject) {
  const { item, decision } = subject;
  if (!item || decision.outcome !== 'release') return [];
  return [...decision.fields].filter(([field, { cell }]) => holderOf(pack, subject, field, cell) !== null);
}

/** Subjects by tier. Of whom nothing is told counts nowhere, but wants room like anybody of whom all is. */
function usesOf(
  { pack }: ReleaseCall,
  { cells }: Screening,
  decided: readonly DecidedSubject[],
  shown: readonly ReturnType<typeof shownOf>[],
): TierUse[] {
  const uses = new Map<string, TierUse & { subjects: string[]; asked: string[] }>();
  const ceiling = [...cells].map(([field, cell]) => [field, { cell }] as const);
  for (const [i, subject] of decided.entries()) {
    const told = shown[i] ?? [];
    for (const { name, stop } of tiersOf(pack, told.length > 0 ? told : ceiling)) {
      const use = uses.get(name) ?? { tier: name, subjects: [], asked: [], stop };
      use[told.length > 0 ? 'subjects' : 'asked'].push(idOf(subject));
      uses.set(name, use);
    }
  }
  return [...uses.values()];
}

/** Nobody has an id too, a random one. */
function idOf({ item, subject }: DecidedSubject): string {
  return item?.subject ?? subject;
}
