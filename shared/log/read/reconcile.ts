import type { StoredEntry } from './read.ts';

/**
 * Matches KMS's own record of unwrapped data keys with the log, one to one. Pure. Records come from CloudTrail
 * and are chosen by AWS, or by whoever took them there: every member is checked.
 */

/** One data key that KMS unwrapped. */
export interface Unwrap {
  /** CloudTrail's event id. */
  event: string;
  /** Epoch milliseconds; CloudTrail gives whole seconds. */
  at: number;
  /** Role and session that asked, as `role/session`. */
  principal: string;
  key: string;
  subject: string;
  class: string;
}

/** What an entry says of unwrapped keys. */
export interface Claim {
  entry: string;
  kind: string;
  at: number;
  keys: readonly string[];
  agency?: string;
  purpose?: string;
  programme?: string;
  /** Of an attempt: whose facts were about to be opened. */
  subject?: string;
  /** Of a decision: whose fields were opened, by the id in the log. */
  logId?: string;
}

/**
 * `UNWRAP_WITHOUT_ENTRY` a key was unwrapped and no entry says so; `ENTRY_WITHOUT_UNWRAP` an entry names a
 * key that nobody unwrapped; `UNWRAP_DIFFERS` the key was unwrapped for another subject or class than the entry is
 * about; `FOREIGN_PRINCIPAL` somebody unwrapped who is no function of the gateway, or a
 * session of another agency or purpose than the entry's.
 */
export type FindingCode =
  | 'UNWRAP_WITHOUT_ENTRY'
  | 'UNWRAP_DIFFERS'
  | 'ENTRY_WITHOUT_UNWRAP'
  | 'FOREIGN_PRINCIPAL';

export interface Finding {
  code: FindingCode;
  key: string;
  at: number;
  entry?: string;
  unwrap?: Unwrap;
}

export interface Reconciled {
  matched: number;
  /** Unwraps after an attempt entry whose decision was never appended: nothing was released. */
  aborted: number;
  findings: Finding[];
}

export interface ReconcileOptions {
  /** Milliseconds between entry and unwrap, at most. */
  tolerance: number;
  /** Findings are told of unwraps and entries in this span alone; both lists reach over it by the tolerance. */
  from: number;
  to: number;
  /** Roles that may unwrap. */
  roles: ReadonlySet<string>;
  /** Subject to its id in the log; those that were erased or merged are not in it and can't be compared. */
  logIds?: ReadonlyMap<string, string>;
  /** Whether what the entry is about may open the class; unknown where left out. */
  mayOpen?(claim: Claim, name: string): boolean;
}

/** Entries of these kinds name keys that were made or wrapped anew as well: none must have been unwrapped. */
const MADE_TOO: ReadonlySet<string> = new Set(['intake', 'maintenance', 'merge', 'erasure']);

export function reconcile(
  unwraps: readonly Unwrap[],
  claims: readonly Claim[],
  options: ReconcileOptions,
): Reconciled {
  const { tolerance, from, to, roles } = options;
  const open = new Map<string, Claim[]>();
  for (const claim of claims.toSorted((a, b) => a.at - b.at)) {
    if (claim.kind === 'intake') continue;
    for (const key of claim.keys) open.set(key, [...(open.get(key) ?? []), claim]);
  }
  const seen = new Set<string>();
  const result: Reconciled = { matched: 0, aborted: 0, findings: [] };
  const within = (at: number) => at >= from && at < to;
  const near = (claim: Claim, unwrap: Unwrap) => Math.abs(claim.at - unwrap.at) <= tolerance;
  for (const unwrap of unwraps.toSorted((a, b) => a.at - b.at)) {
    // CloudTrail delivers at least once.
    if (seen.has(unwrap.event)) continue;
    seen.add(unwrap.event);
    const waiting = open.get(unwrap.key) ?? [];
    // The session's own agency and purpose first, so that two readers of one child are not mixed up.
    const claim =
      waiting.find((one) => near(one, unwrap) && isSessionOf(unwrap, one)) ??
      waiting.find((one) => near(one, unwrap));
    if (claim) open.set(unwrap.key, waiting.toSpliced(waiting.indexOf(claim), 1));
    if (!within(unwrap.at)) continue;
    const foreign =
      !roles.has(unwrap.principal.split('/')[0] ?? '') || (claim && !isSessionOf(unwrap, claim));
    const about = { key: unwrap.key, at: unwrap.at, unwrap, ...(claim && { entry: claim.entry }) };
    const differs = claim && differsFrom(claim, unwrap, options);
    if (foreign) result.findings.push({ code: 'FOREIGN_PRINCIPAL', ...about });
    else if (differs) result.findings.push({ code: 'UNWRAP_DIFFERS', ...about });
    else if (claim) result.matched += 1;
    else if (
      claims.some((one) => one.kind === 'attempt' && one.subject === unwrap.subject && near(one, unwrap))
    )
      result.aborted += 1;
    else result.findings.push({ code: 'UNWRAP_WITHOUT_ENTRY', ...about });
  }
  for (const [key, waiting] of open) {
    for (const { entry, at, kind } of waiting) {
      if (within(at) && !MADE_TOO.has(kind))
        result.findings.push({ code: 'ENTRY_WITHOUT_UNWRAP', key, at, entry });
    }
  }
  return result;
}

/** Whether the record is of another subject or class than the entry, as far as either is known. */
function differsFrom(
  claim: Claim,
  { subject, class: name }: Unwrap,
  { logIds, mayOpen }: ReconcileOptions,
): boolean {
  const known = logIds?.get(subject);
  const other =
    claim.kind === 'decision' && claim.logId !== undefined && known !== undefined && known !== claim.logId;
  return other || (claim.purpose !== undefined && mayOpen?.(claim, name) === false);
}

/** Sessions of a release are called `<purpose>@<agency>`; other functions unwrap as themselves. */
function isSessionOf({ principal }: Unwrap, { agency, purpose }: Claim): boolean {
  const session = principal.slice(principal.indexOf('/') + 1);
  // STS takes 64 characters of a name.
  return !session.includes('@') || session === `${purpose}@${agency}`.slice(0, 64);
}

/** @returns what a CloudTrail record says, or `null` unless it is of a data key that was unwrapped. */
export function readUnwrap(record: unknown): Unwrap | null {
  const {
    eventName,
    eventSource,
    eventID,
    sharedEventID,
    eventTime,
    errorCode,
    userIdentity,
    requestParameters,
  } = membersOf(record);
  if (eventName !== 'Decrypt' || eventSource !== 'kms.amazonaws.com' || errorCode !== undefined) return null;
  const { keyId, subject, class: name } = membersOf(membersOf(requestParameters)['encryptionContext']);
  const at = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN;
  const { arn } = membersOf(userIdentity);
  const principal = typeof arn === 'string' ? arn.replace(/^.*:(assumed-role|user|role)\//, '') : 'unknown';
  if (![keyId, subject, name, eventID].every((one) => typeof one === 'string') || Number.isNaN(at))
    return null;
  return {
    // The same call in the trails of two accounts has two ids and one that they share.
    ...{ event: typeof sharedEventID === 'string' ? sharedEventID : (eventID as string), at, principal },
    ...{ key: keyId as string, subject: subject as string, class: name as string },
  };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/* What entries say of unwrapped keys, to be compared with KMS's own record. */

/** Kinds that are about no data keys. */
const NO_KEYS: ReadonlySet<string> = new Set(['alert', 'review', 'watch', 'writer']);

/** @returns `null` for an entry that names no key, and is not about to open any */
export function claimOf({ entry, words }: StoredEntry): Claim | null {
  if (!entry || NO_KEYS.has(entry.kind)) return null;
  const { id, kind, time, purpose, programme, handler, subject, keys = [] } = entry;
  if (keys.length === 0 && kind !== 'attempt') return null;
  return {
    ...{ entry: id, kind, at: Date.parse(time), keys },
    ...(handler && { agency: handler.agency }),
    ...(purpose !== undefined && { purpose }),
    ...(programme !== undefined && { programme }),
    ...(words.subject !== undefined && { subject: words.subject }),
    ...(subject !== undefined && { logId: subject }),
  };
}
