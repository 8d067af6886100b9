/** Which entries say why keys were unwrapped that a department has in an account of its own. */
import type { KeyUses } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { asEntryId, asKeyId, asSubjectId, DECOY_LOG } from '../../shared/ids.ts';
import { claimOf, claimsNothing } from '../../shared/log/read/claims.ts';
import { type Claim, sessionIn, sessionOf } from '../../shared/log/read/reconcile.ts';
import { walkEntries } from '../../shared/log/read/walk.ts';
import type { Auditing } from './deps.ts';
import { TOLERANCE } from './officer/reconciliations.ts';

/**
 * An entry is shown to who knows one of its keys by the department's own record of KMS, which says session, time and
 * person of that use too; of the keys, those alone. Attempts without a decision and erased entries name none: they are shown
 * if a session of theirs is in the record.
 */
export async function keyUses(auditing: Auditing, { from, to, unwraps }: KeyUses) {
  const keys = new Set(unwraps.map(({ key }) => asKeyId(key)));
  const subjects = new Set(unwraps.map(({ subject }) => asSubjectId(subject)));
  const logIds = await auditing.logIds(subjects);
  const decoy = [...logIds].find(([, logId]) => logId === DECOY_LOG)?.[0];
  const claims: Claim[] = [];
  const decided = new Set<string>();
  const span = { from: Date.parse(from), to: Date.parse(to) };
  for await (const stored of walkEntries(auditing.store, span, {}, { passes: claimsNothing })) {
    // Also by a decision that opened none of the department's keys.
    if (stored.entry?.kind === 'decision') decided.add(stored.entry.attempt ?? '');
    const claim = claimOf(stored);
    if (claim) claims.push({ ...claim, keys: claim.keys.filter((key) => keys.has(key)) });
  }
  const bySession = Map.groupBy(unwraps, ({ principal }) => sessionIn(principal));
  const isShown = ({ entry, keys: some, kind, erased, at, subject, ...claim }: Claim) =>
    some.length > 0 ||
    ((erased || (kind === 'attempt' && !decided.has(entry))) &&
      (bySession.get(sessionOf(claim)) ?? []).some(
        (one) =>
          (erased || one.subject === subject || one.subject === decoy) &&
          Math.abs(Date.parse(one.time) - at) <= TOLERANCE,
      ));
  const shown = claims.filter(isShown);
  const about = new Set(shown.map(({ entry }) => entry));
  const refusals = claims.filter(({ unopened }) => unopened !== undefined && about.has(asEntryId(unopened)));
  const entries = [...new Set([...shown, ...refusals])].map(({ at, subject, logId: _, ...claim }) => ({
    ...claim,
    keys: [...claim.keys],
    time: new Date(at).toISOString(),
    ...(subject !== undefined && subjects.has(subject) && { subject }),
  }));
  return { entries, ...defined({ decoy }) };
}
