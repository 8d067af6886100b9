import { defined } from '../../defined.ts';
import { grouped } from '../../grouped.ts';
import { type ClientId, DECOY_LOG, type EntryId, type KeyId, type LogId, type SubjectId } from '../../ids.ts';

/** Matches KMS's own record of unwrapped data keys with the log, one to one. Pure. */

/** One data key that KMS unwrapped. */
export interface Unwrap {
  /** CloudTrail's event id. */
  event: string;
  /** Epoch milliseconds; CloudTrail gives whole seconds. */
  at: number;
  /** Calling role and session, as `role/session`; of a role of another account its unique id. */
  principal: string;
  key: KeyId;
  subject: SubjectId;
  class: string;
}

/** The unwrapped keys of an entry. */
export interface Claim {
  entry: EntryId;
  kind: string;
  at: number;
  keys: readonly KeyId[];
  agency?: ClientId;
  purpose?: string;
  programme?: string;
  /** What the entry says was done, in a word. */
  code?: string;
  /** For an attempt: the subject whose facts were about to be opened. */
  subject?: SubjectId;
  /** For a decision or a refusal: the attempt that it completes. */
  completes?: EntryId;
  /** For a decision: the subject whose fields were opened, by the log id. */
  logId?: LogId;
  /** The person was erased since, and with it what the entry said about subject and keys. */
  erased?: true;
  /** An entry whose keys KMS did not all open: it refused, and nothing was released. */
  unopened?: string;
}

/**
 * `UNWRAP_WITHOUT_ENTRY`: a key was unwrapped without an entry. `ENTRY_WITHOUT_UNWRAP`: an entry names a key
 * that was not unwrapped. `UNWRAP_DIFFERS`: the key was unwrapped for another subject or class than that of
 * the entry. `FOREIGN_PRINCIPAL`: the principal is not a function of the gateway, or its session is of
 * another agency or purpose than the entry's.
 */
type FindingCode = 'UNWRAP_WITHOUT_ENTRY' | 'UNWRAP_DIFFERS' | 'ENTRY_WITHOUT_UNWRAP' | 'FOREIGN_PRINCIPAL';

export interface Finding {
  code: FindingCode;
  key: KeyId;
  at: number;
  entry?: EntryId;
  unwrap?: Unwrap;
}

export interface Reconciled {
  matched: number;
  /** Unwraps after an attempt entry without a decision: nothing was released. */
  aborted: number;
  /** Calls of KMS that the SDK sent again, because an answer was lost. */
  repeated: number;
  findings: Finding[];
}

export interface ReconcileOptions {
  /** Maximum milliseconds between entry and unwrap. */
  tolerance: number;
  /** Only unwraps and entries in this span are reported; both lists extend past the span by the tolerance. */
  from: number;
  to: number;
  /** Roles that may unwrap, by name or, in the trail of another account, by unique id. */
  roles: ReadonlySet<string>;
  /** Subject to its log id. Erased and merged subjects are absent and can't be compared. */
  logIds?: ReadonlyMap<SubjectId, LogId>;
  /** Whether the entry's act may open the class. Absent: unknown. */
  mayOpen?(claim: Claim, name: string): boolean;
}

/** The item of an entry: a batch of people is one item. */
export const itemOf = (entry: string) => entry.slice(0, entry.lastIndexOf('-'));

/** Entries of these kinds also name keys that were made or rewrapped, so a missing unwrap is no finding. */
const MADE_TOO: ReadonlySet<string> = new Set(['maintenance', 'merge', 'erasure']);

export function reconcile(
  unwraps: readonly Unwrap[],
  claims: readonly Claim[],
  options: ReconcileOptions,
): Reconciled {
  const { tolerance, from, to, roles } = options;
  const open = new Map<KeyId, Claim[]>();
  const unopened = new Set(
    claims.flatMap(({ unopened }) => (unopened === undefined ? [] : [itemOf(unopened)])),
  );
  // An unwrap is first that of an entry that needs one: maintenance also names the keys that it made, and KMS opened no
  // more than some of what a refusal is about.
  const made = ({ kind, entry }: Pick<Claim, 'kind' | 'entry'>) =>
    Number(MADE_TOO.has(kind) || unopened.has(itemOf(entry)));
  for (const claim of claims.toSorted((a, b) => made(a) - made(b) || a.at - b.at)) {
    for (const key of claim.keys) open.set(key, [...(open.get(key) ?? []), claim]);
  }
  const result: Reconciled = { matched: 0, aborted: 0, repeated: 0, findings: [] };
  const within = (at: number) => at >= from && at < to;
  const near = (claim: Claim, unwrap: Unwrap) => Math.abs(claim.at - unwrap.at) <= tolerance;
  // CloudTrail may deliver a record more than once.
  const once = new Map(unwraps.map((unwrap) => [unwrap.event, unwrap]));
  const inOrder = [...once.values()].sort((a, b) => a.at - b.at);
  const matches = new Map<Unwrap, Claim>();
  // What fits in all respects is matched first. Otherwise an unwrap could take the entry of another one of the same
  // key, and both would be findings: a release and a check of one person within a minute open the same facts.
  for (const fits of FITS) {
    for (const unwrap of inOrder) {
      if (matches.has(unwrap)) continue;
      const waiting = open.get(unwrap.key) ?? [];
      const claim = waiting.find((one) => near(one, unwrap) && fits(one, unwrap, options));
      if (!claim) continue;
      matches.set(unwrap, claim);
      open.set(unwrap.key, waiting.toSpliced(waiting.indexOf(claim), 1));
    }
  }
  const repeats = repeatsOf(matches, options);
  // A decision or a refusal names each key that was opened for it: then its attempt explains no other one.
  const completed = new Set(claims.flatMap(({ completes = [] }) => completes));
  const unfinished = claims.filter(({ kind, entry }) => kind === 'attempt' && !completed.has(entry));
  for (const unwrap of inOrder) {
    const claim = matches.get(unwrap);
    // Before the span is looked at, since the first call may lie before it.
    const again = !claim && repeats(unwrap);
    if (!within(unwrap.at)) continue;
    const foreign =
      !roles.has(unwrap.principal.split('/')[0] ?? '') || (claim && !isSessionOf(unwrap, claim));
    const about = { key: unwrap.key, at: unwrap.at, unwrap, ...defined({ entry: claim?.entry }) };
    const differs = claim && differsFrom(claim, unwrap, options);
    if (foreign) result.findings.push({ code: 'FOREIGN_PRINCIPAL', ...about });
    else if (differs) result.findings.push({ code: 'UNWRAP_DIFFERS', ...about });
    else if (claim) result.matched += 1;
    else if (again) result.repeated += 1;
    else if (unfinished.some((one) => near(one, unwrap) && isAttemptOf(one, unwrap, options)))
      result.aborted += 1;
    else if (!isForgotten(unwrap, claims, options))
      result.findings.push({ code: 'UNWRAP_WITHOUT_ENTRY', ...about });
  }
  for (const [key, waiting] of open) {
    for (const { entry, at, kind } of waiting) {
      if (within(at) && made({ kind, entry }) === 0)
        result.findings.push({ code: 'ENTRY_WITHOUT_UNWRAP', key, at, entry });
    }
  }
  return result;
}

/** The SDK sends a call three times at most, and gives up before this many milliseconds. */
const [REPEATS, REPEAT_SPAN] = [2, 15_000];

/**
 * Whether an unwrap repeats one that its entry explains in all respects: the same key by the same session. The function
 * gets what it has already. More of them, and later ones, need entries of their own.
 */
function repeatsOf(
  matches: ReadonlyMap<Unwrap, Claim>,
  options: ReconcileOptions,
): (unwrap: Unwrap) => boolean {
  const explained = [...matches].filter(
    ([unwrap, claim]) => FITS[0]?.(claim, unwrap, options) && isSessionOf(unwrap, claim),
  );
  const byKey = grouped(explained, ([{ key }]) => key);
  const used = new Map<Unwrap, number>();
  return ({ key, principal, subject, class: name, at }) => {
    for (const [first] of byKey.get(key) ?? []) {
      const count = used.get(first) ?? 0;
      const same = first.principal === principal && first.subject === subject && first.class === name;
      if (!same || count === REPEATS || at < first.at || at > first.at + REPEAT_SPAN) continue;
      used.set(first, count + 1);
      return true;
    }
    return false;
  };
}

/**
 * Whether the attempt says why the key was unwrapped, if the process died or gave up before the decision. The decoy
 * belongs to no person and is opened in place of one who may not be: the attempt names that person, and so any attempt
 * of the same session says why. None says why another session opened anything.
 */
function isAttemptOf(claim: Claim, unwrap: Unwrap, { logIds }: ReconcileOptions): boolean {
  if (!isOfSameKind(unwrap, claim)) return false;
  return claim.subject === unwrap.subject || logIds?.get(unwrap.subject) === DECOY_LOG;
}

/**
 * Whether an entry of the same session forgot its keys with its person: an erasure may follow a release before the two
 * records are compared. The keys were the person's or, if the person lacked some, the decoy's.
 */
function isForgotten(
  unwrap: Unwrap,
  claims: readonly Claim[],
  { tolerance, logIds }: ReconcileOptions,
): boolean {
  // Of a person who is on record the entry would still name them.
  if ((logIds?.get(unwrap.subject) ?? DECOY_LOG) !== DECOY_LOG) return false;
  return claims.some(
    (one) => one.erased && Math.abs(one.at - unwrap.at) <= tolerance && isOfSameKind(unwrap, one),
  );
}

export const isOfSameKind = (unwrap: Pick<Unwrap, 'principal'>, claim: Claim) =>
  isSessionOf(unwrap, claim) && isOfRelease(unwrap) === comesOfRelease(claim);

/** Opens what its purpose never shows, to compare a text with it. */
export const TEXT_TEST = 'STORY_TEXT';

/** How an unwrap and an entry of its key fit together, the best first. */
const FITS: readonly ((claim: Claim, unwrap: Unwrap, options: ReconcileOptions) => boolean)[] = [
  (claim, unwrap, options) => isOfSameKind(unwrap, claim) && !differsFrom(claim, unwrap, options),
  (claim, unwrap) => isSessionOf(unwrap, claim),
  () => true,
];

/** Only releases unwrap in sessions of a purpose. */
const isOfRelease = ({ principal }: Pick<Unwrap, 'principal'>) => principal.includes('@');
/** Entries of checks name a programme, and those of maintenance no purpose, but for the test of a text that a purpose shows. */
const comesOfRelease = ({ purpose, programme, code }: Claim) =>
  purpose !== undefined && programme === undefined && code !== TEXT_TEST;

/** Whether the record is of another subject or class than the entry, as far as known. */
function differsFrom(
  claim: Claim,
  { subject, class: name }: Unwrap,
  { logIds, mayOpen }: ReconcileOptions,
): boolean {
  const known = logIds?.get(subject);
  // A check names keys of the decoy as well: it opens them instead of keys that the person lacks.
  const ofOne = claim.kind === 'decision' && claim.programme === undefined && claim.logId !== undefined;
  // A release opens a key of the decoy for each class that the person lacks.
  const other = ofOne && known !== undefined && known !== claim.logId && known !== DECOY_LOG;
  const isTest = claim.kind === 'attempt' && claim.code === TEXT_TEST;
  return other || (claim.purpose !== undefined && !isTest && mayOpen?.(claim, name) === false);
}

export const sessionIn = (principal: string) => principal.slice(principal.indexOf('/') + 1);
/** Of a release. STS limits a session name to 64 characters. */
export const sessionOf = ({ agency, purpose }: Pick<Claim, 'agency' | 'purpose'>) =>
  `${purpose}@${agency}`.slice(0, 64);

/** Other functions unwrap under their own role. */
const isSessionOf = ({ principal }: Pick<Unwrap, 'principal'>, claim: Claim) =>
  !sessionIn(principal).includes('@') || sessionIn(principal) === sessionOf(claim);
