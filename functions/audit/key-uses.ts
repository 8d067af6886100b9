/** Which entries say why keys were unwrapped that a department has in an account of its own. */
import type { KeyUses } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { invalid } from '../../shared/errors.ts';
import { asKeyId, asSubjectId, DECOY_LOG, type LogId, type SubjectId } from '../../shared/ids.ts';
import { claimOf, claimsNothing } from '../../shared/log/read/claims.ts';
import { type Claim, isOfSameKind, itemOf, TEXT_TEST } from '../../shared/log/read/reconcile.ts';
import { walkEntries } from '../../shared/log/read/walk.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import type { Session } from '../session/session.ts';
import { AT_ONCE } from '../steps/log.ts';
import type { AuditDeps, Auditing } from './deps.ts';
import { TOLERANCE } from './officer/reconciliations.ts';
import { nearAmong } from './readings.ts';

/** Milliseconds. A comparison asks for an hour, and for a minute before and after it. */
const LONGEST = 2 * 3_600_000;

interface Own {
  /** Names of the person in the log, also of a double that was merged into it. */
  logIds: ReadonlySet<LogId>;
  /** Of the keys that the record has today: whether the caller's departments hold them. */
  keys: ReadonlyMap<string, boolean>;
}

/**
 * Answers for people of the caller's area of whom its departments hold something, and for the decoy. The caller says what
 * its own record of KMS has; of an entry it sees the keys that it named, of a check neither office nor programme. A
 * request that was refused is shown by its keys alone, and what an erased person leaves is not shown.
 * @throws Problem INVALID_REQUEST for more than two hours
 */
export async function keyUses(deps: AuditDeps, auditing: Auditing, session: Session, body: KeyUses) {
  const span = { from: Date.parse(body.from), to: Math.min(Date.parse(body.to), deps.now() + 300_000) };
  if (span.to - span.from > LONGEST) throw invalid('/from', auditTexts.longSpan);
  const own = await ownAmong(deps, session, new Set(body.unwraps.map(({ subject }) => asSubjectId(subject))));
  const unwraps = body.unwraps.flatMap(({ key, subject, principal, time }) => {
    const of = own.get(asSubjectId(subject));
    const held = of && (of.keys.get(key) ?? true);
    return held
      ? [{ key: asKeyId(key), subject: asSubjectId(subject), principal, at: Date.parse(time), of }]
      : [];
  });
  const byKey = Map.groupBy(unwraps, ({ key }) => key);
  const bySubject = Map.groupBy(unwraps, ({ subject }) => subject);
  const shown: Claim[] = [];
  const refusals: Claim[] = [];
  const attempts: Claim[] = [];
  const answered = new Set<string>();
  for await (const stored of walkEntries(auditing.store, span, {}, { passes: claimsNothing })) {
    if (stored.entry?.attempt !== undefined) answered.add(stored.entry.attempt);
    const claim = stored.erased ? null : claimOf(stored);
    if (!claim) continue;
    // A key that the record has no more was replaced, if the entry is about the same person.
    const keys = claim.keys.filter((key) =>
      byKey
        .get(key)
        ?.some(({ of }) => of.keys.has(key) || claim.logId === undefined || of.logIds.has(claim.logId)),
    );
    if (keys.length > 0) shown.push({ ...claim, keys });
    else if (claim.unopened !== undefined) refusals.push({ ...claim, keys });
    else if (claim.kind === 'attempt' && bySubject.has(claim.subject ?? asSubjectId('')))
      attempts.push({ ...claim, keys });
  }
  // A process that died: no other entry follows from such an attempt.
  const died = attempts.filter((claim) => {
    const some = bySubject.get(claim.subject ?? asSubjectId('')) ?? [];
    const isWhy = (one: (typeof unwraps)[number]) =>
      Math.abs(one.at - claim.at) <= TOLERANCE && isOfSameKind(one, claim);
    return !answered.has(claim.entry) && some.some(isWhy);
  });
  const about = new Set(shown.map(({ entry }) => itemOf(entry)));
  const unopened = refusals.filter((one) => about.has(itemOf(one.unopened ?? '')));
  const decoy = [...own].find(([, { logIds }]) => logIds.has(DECOY_LOG))?.[0];
  return {
    entries: [...shown, ...died, ...unopened].map(viewOf),
    gone: [...new Set(body.unwraps.map(({ subject }) => subject))].filter(
      (one) => !own.has(asSubjectId(one)),
    ),
    ...defined({ decoy }),
  };
}

function viewOf({ at, subject, logId: _, agency, purpose, programme, code, keys, ...claim }: Claim) {
  const isTest = code === TEXT_TEST;
  return {
    ...claim,
    keys: [...keys],
    time: new Date(at).toISOString(),
    ...(programme === undefined && defined({ agency, purpose })),
    ...(isTest && { code }),
    ...(claim.kind === 'attempt' && defined({ subject })),
  };
}

async function ownAmong(
  deps: AuditDeps,
  session: Session,
  subjects: ReadonlySet<SubjectId>,
): Promise<ReadonlyMap<SubjectId, Own>> {
  const departments = spokenFor(session.act.pack, session.caller);
  const near = await nearAmong(deps, session, subjects);
  const own = new Map<SubjectId, Own>();
  const all = [...subjects];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const items = await Promise.all(some.map((one) => readKeyItem(deps.tables.keys, one)));
    for (const [i, item] of items.entries()) {
      const asked = some[i];
      if (!item || asked === undefined) continue;
      const isDecoy = item.logId === DECOY_LOG;
      const isHolder = [...item.heads.keys()].some((owner) => departments.includes(owner));
      if (!isDecoy && !(isHolder && near.has(asked))) continue;
      own.set(asked, {
        logIds: new Set([item.logId, ...item.joined.values()]),
        keys: new Map([...item.keys].map(([id, { owner }]) => [id, departments.includes(owner)])),
      });
    }
  }
  return own;
}
