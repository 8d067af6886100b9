import type { Receipt } from '../../shared/log/seal.ts';
import { tiersOf } from '../../shared/policy/volume.ts';
import type { Counted, TierUse } from '../../shared/records/volume.ts';
import { countDay, type Day, heedDay } from '../http/volume.ts';
import type { DecidedSubject } from './decide-subjects.ts';
import { entryBase, ownersOf } from './entry-base.ts';
import { holderOf } from './holder-of.ts';
import type { ReleaseCall } from './release-fields.ts';

/**
 * Counts whom the officer is told of today. It runs beside the decision entry, after the replay claim, so that a
 * refused or replayed request burns nothing.
 * @returns `null` where nobody is told of, or the pack sets no limits
 */
export async function spendVolume(
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): Promise<Counted | null> {
  const { pack, ask } = call;
  const uses = usesOf(call, decided);
  if (uses.length === 0) return null;
  const unlimited = pack.purposes.get(ask.purpose)?.volume === 'alert';
  return countDay(dayOf(call), unlimited ? uses.map((use) => ({ ...use, stop: null })) : uses);
}

/**
 * Logs what the count means, before anything is opened.
 * @throws Problem BUDGET_SPENT with the seconds until the next day
 */
export async function checkVolume(
  call: ReleaseCall,
  counted: Counted | null,
  receipts: readonly Receipt[],
): Promise<void> {
  if (!counted) return;
  await heedDay(dayOf(call), counted, {
    ...entryBase(call),
    owners: ownersOf(call.pack, call.ask.fields ?? call.pack.fields.keys()),
    ...(receipts[0] && { about: receipts[0].entry }),
  });
}

function dayOf({ deps, pack, session, ask, now }: ReleaseCall): Day {
  return { deps, pack, agency: session.caller.clientId, officer: ask.officer ?? '', now };
}

/** Subjects by tier; only of fields that somebody holds, and of subjects that are not refused. */
function usesOf({ pack }: ReleaseCall, decided: readonly DecidedSubject[]): TierUse[] {
  const uses = new Map<string, TierUse & { subjects: string[] }>();
  for (const subject of decided) {
    if (!subject.item || subject.decision.outcome !== 'release') continue;
    const shown = [...subject.decision.fields].filter(
      ([field, { cell }]) => holderOf(pack, subject, field, cell) !== null,
    );
    for (const { name, stop } of tiersOf(pack, shown)) {
      const use = uses.get(name) ?? { tier: name, subjects: [], stop };
      use.subjects.push(subject.item.subject);
      uses.set(name, use);
    }
  }
  return [...uses.values()];
}
