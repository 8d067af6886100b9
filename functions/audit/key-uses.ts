/** Which entries say why keys were unwrapped that a department has in an account of its own. */
import type { KeyUses } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { invalid } from '../../shared/errors.ts';
import { asKeyId, asSubjectId, DECOY_LOG, type SubjectId } from '../../shared/ids.ts';
import { claimOf, claimsNothing } from '../../shared/log/read/claims.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { type Claim, isOfSameKind, itemOf, TEXT_TEST } from '../../shared/log/read/reconcile.ts';
import { walkEntries } from '../../shared/log/read/walk.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import type { Session } from '../session/session.ts';
import { AT_ONCE } from '../steps/log.ts';
import { touchesCounty } from '../steps/reach.ts';
import type { AuditDeps, Auditing } from './deps.ts';
import { TOLERANCE } from './officer/reconciliations.ts';

/** Milliseconds. A comparison asks for an hour, and for a minute before and after it. */
const LONGEST = 2 * 3_600_000;

/**
 * Answers for people of the caller's area of whom its departments hold something, and for the decoy. The caller says what
 * its own record of KMS has; of an entry it sees the keys that it named, of a check neither office nor programme. An entry
 * does not say that it refused, and what an erased person leaves is not shown.
 * @throws Problem INVALID_REQUEST for more than two hours
 */
export async function keyUses(deps: AuditDeps, auditing: Auditing, session: Session, body: KeyUses) {
  const span = { from: Date.parse(body.from), to: Math.min(Date.parse(body.to), deps.now() + 300_000) };
  if (span.to - span.from > LONGEST) throw invalid('/from', auditTexts.longSpan);
  const departments = spokenFor(session.act.pack, session.caller);
  const asked = new Set(body.unwraps.map(({ subject }) => asSubjectId(subject)));
  const { own, decoy } = await ownAmong(deps, session, asked, departments);
  const unwraps = body.unwraps.flatMap(({ key, subject, principal, time }) => {
    const one = { key: asKeyId(key), subject: asSubjectId(subject), principal, at: Date.parse(time) };
    return own.has(one.subject) ? [one] : [];
  });
  const known = new Set(unwraps.map(({ key }) => key));
  const bySubject = Map.groupBy(unwraps, ({ subject }) => subject);
  const shown: Claim[] = [];
  const refusals: Claim[] = [];
  const attempts: Claim[] = [];
  const answered = new Set<string>();
  for await (const stored of walkEntries(auditing.store, span, {}, { passes: claimsNothing })) {
    if (stored.entry?.attempt !== undefined) answered.add(stored.entry.attempt);
    const claim = stored.erased ? null : claimOf(stored);
    if (!claim) continue;
    const keys = claim.keys.filter((key) => known.has(key));
    // The id of another department's file is the id of its key, and its recipients know it. No other key of others is known.
    if (keys.length > foreignFiles(session.act.pack, stored.entry, departments))
      shown.push({ ...claim, keys });
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
  return {
    entries: [...shown, ...died, ...unopened].map(viewOf),
    gone: [...asked].filter((one) => !own.has(one)),
    ...defined({ decoy }),
  };
}

/** How many files of other departments an entry gave. */
function foreignFiles(pack: Pack, entry: StoredEntry['entry'], departments: readonly string[]): number {
  return Object.entries(entry?.fields ?? {})
    .filter(([owner]) => !departments.includes(owner))
    .flatMap(([, fields]) => Object.keys(fields))
    .filter((field) => pack.fields.get(field)?.files).length;
}

function viewOf({ at, subject, logId: _, agency, purpose, programme, code, keys, ...claim }: Claim) {
  const isTest = code === TEXT_TEST;
  return {
    ...claim,
    kind: claim.kind === 'denial' ? 'decision' : claim.kind,
    keys: [...keys],
    time: new Date(at).toISOString(),
    ...(programme === undefined && defined({ agency, purpose })),
    ...(isTest && { code }),
    ...(claim.kind === 'attempt' && defined({ subject })),
  };
}

async function ownAmong(
  { tables }: AuditDeps,
  { caller }: Session,
  subjects: ReadonlySet<SubjectId>,
  departments: readonly string[],
) {
  const own = new Set<SubjectId>();
  let decoy: SubjectId | undefined;
  const all = [...subjects];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    // The role may read these attributes alone, and no wrapped key.
    for (const one of await Promise.all(some.map((id) => readOutline(tables.keys, id, departments)))) {
      if (one?.logId === DECOY_LOG) decoy = one.named;
      if (one && (one.named === decoy || (one.holders.length > 0 && touchesCounty(caller.areas, one.county))))
        own.add(one.named);
    }
  }
  return { own, decoy };
}
