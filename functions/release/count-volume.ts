import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry.ts';
import type { Receipt } from '../../shared/log/seal.ts';
import { dayOf } from '../../shared/policy/age.ts';
import { startOf } from '../../shared/policy/calendar.ts';
import { reasonText } from '../../shared/policy/pack.ts';
import { tiersOf } from '../../shared/policy/volume.ts';
import { type Counted, countVolume, markTold, type TierUse, volumeKey } from '../../shared/records/volume.ts';
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
  const { deps, pack, ask, now } = call;
  const uses = usesOf(call, decided);
  if (uses.length === 0) return null;
  const day = dayOf(now, pack.calendar.utcOffsetMinutes);
  const expires = startOf(pack.calendar, day + 2) / 1000;
  const unlimited = pack.purposes.get(ask.purpose)?.volume === 'alert';
  return countVolume(deps.dynamo, deps.env.budgetsTable, {
    key: keyOf(call),
    expires,
    uses: unlimited ? uses.map((use) => ({ ...use, stop: null })) : uses,
  });
}

/**
 * Logs what the count means, before anything is opened: an alert when a threshold was reached (once a day, or
 * again where that is not known), and what became of the release when the day's limit is spent.
 * @throws Problem BUDGET_SPENT with the seconds until the next day
 */
export async function checkVolume(
  call: ReleaseCall,
  counted: Counted | null,
  receipts: readonly Receipt[],
): Promise<void> {
  if (!counted) return;
  const { deps, pack, now } = call;
  const { full, counts, told } = counted;
  const reached = (pack.volume?.tiers ?? []).filter(({ name, alert }) => (counts.get(name) ?? 0) >= alert);
  const marks = [...reached.map(({ name }) => name), ...full.map((name) => `${name}-stop`)].filter(
    (mark) => !told.has(mark),
  );
  const entry = (kind: 'alert' | 'denial', outcome: string, code: string): NewEntry => ({
    ...entryBase(call),
    kind,
    owners: ownersOf(pack, call.ask.fields ?? pack.fields.keys()),
    outcome,
    code,
    rule: pack.volume?.rule ?? '',
    ...(receipts[0] && { about: receipts[0].entry }),
  });
  await deps.log.append([
    ...marks.map((mark) => entry('alert', 'raised', `VOLUME-${mark}`.toUpperCase().replaceAll('-', '_'))),
    ...(full.length > 0 ? [entry('denial', 'refused', 'BUDGET_SPENT')] : []),
  ]);
  if (marks.length > 0) await markTold(deps.dynamo, deps.env.budgetsTable, keyOf(call), marks);
  if (full.length === 0) return;
  const { calendar } = pack;
  const tomorrow = startOf(calendar, dayOf(now, calendar.utcOffsetMinutes) + 1);
  throw new Problem('BUDGET_SPENT', {
    rule: pack.volume?.rule ?? '',
    reason: reasonText(pack, 'BUDGET_SPENT'),
    headers: { 'retry-after': String(Math.max(1, Math.ceil((tomorrow - now) / 1000))) },
  });
}

function keyOf({ pack, session, ask, now }: ReleaseCall): string {
  const day = dayOf(now, pack.calendar.utcOffsetMinutes);
  return volumeKey(session.caller.clientId, ask.officer ?? '', day);
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
