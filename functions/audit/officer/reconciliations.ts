import type { Reconciliation } from '../../../shared/contract/routes/audit.ts';
import { invalid } from '../../../shared/errors.ts';
import { claimOf, claimsNothing } from '../../../shared/log/read/claims.ts';
import { partOf } from '../../../shared/log/read/part-of.ts';
import {
  type Claim,
  type Finding,
  type Reconciled,
  reconcile,
  type Unwrap,
} from '../../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../../shared/log/read/trail-records.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import { mayOpen } from '../../../shared/policy/pack/may-open.ts';
import type { Session } from '../../session/session.ts';
import { evidenceOf, findingEntry } from '../../steps/findings.ts';
import type { Auditing } from '../deps.ts';
import { requireRole } from '../known.ts';

/** Milliseconds between an entry and its unwrap, at most. CloudTrail gives whole seconds. */
export const TOLERANCE = 60_000;

/**
 * Compares records of KMS with the log of the same time and raises an alert for each mismatch that has none yet,
 * so the same records may be submitted again.
 * @throws Problem INVALID_REQUEST for a role that may not unwrap, with the nearest that may
 */
export async function reconcileRecords(
  auditing: Auditing,
  session: Session,
  { from, to, records, roles: some, part = 0, parts = 1 }: Reconciliation,
): Promise<Reconciled & { alerts: string[] }> {
  // Without any key of its own, nothing would be compared, and nothing found.
  if (part >= parts) throw invalid('/part', auditTexts.noPart);
  const has = (key: string) => partOf(key, parts) === part;
  const roles = some ?? auditing.unwrapRoles;
  // With a mistyped role every unwrap would be a mismatch, and an alert.
  for (const [i, role] of roles.entries()) requireRole(`/roles/${i}`, role, auditing.unwrapRoles);
  const span = { from: Date.parse(from), to: Date.parse(to) };
  const unwraps = records.map(readUnwrap).filter((one): one is Unwrap => one !== null && has(one.key));
  const claims: Claim[] = [];
  const around = { from: span.from - TOLERANCE, to: span.to + TOLERANCE };
  for await (const stored of walkEntries(auditing.store, around, {}, { passes: claimsNothing })) {
    const claim = claimOf(stored);
    if (claim) claims.push({ ...claim, keys: claim.keys.filter(has) });
  }
  const pack = await auditing.pack();
  const result = reconcile(unwraps, claims, {
    ...span,
    tolerance: TOLERANCE,
    roles: new Set(roles),
    mayOpen: mayOpen(pack),
    logIds: await auditing.logIds(new Set(unwraps.map(({ subject }) => subject))),
  });
  return { ...result, alerts: await raise(auditing, session, result.findings) };
}

async function raise(auditing: Auditing, session: Session, findings: readonly Finding[]): Promise<string[]> {
  if (findings.length === 0) return [];
  const known = new Set<string>();
  const oldest = Math.min(...findings.map(({ at }) => at));
  for await (const { entry, words } of walkEntries(
    auditing.store,
    { from: oldest, to: auditing.now() + 1 },
    { kind: 'alert' },
  )) {
    known.add(`${entry?.code} ${words.finding}`);
  }
  const pack = await auditing.pack();
  const fresh = findings.filter((one) => !known.has(`${one.code} ${evidenceOf(one)}`));
  const receipts = await auditing.log.append(
    fresh.map((finding) => findingEntry(finding, pack, session.caller.clientId)),
  );
  return receipts.map(({ entry }) => entry);
}
