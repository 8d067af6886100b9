/** Log entries as routes show them. */
import type * as v from 'valibot';
import type { EntryRow, LogEntry } from '../../shared/contract/routes/entries.ts';
import { defined } from '../../shared/defined.ts';
import type { Entry as Opened, WordKind } from '../../shared/log/entry/entry.ts';
import { openingsOf } from '../../shared/log/read/openings.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { MEMBERS, type Member, type Opening } from '../../shared/tree/commitments.ts';

export type Entry = v.InferOutput<typeof LogEntry>;
type Row = v.InferOutput<typeof EntryRow>;

/** One alert in the words of an entry of kind `watch`. */
interface SealedAlert {
  code: string;
  rule: string;
  count: number;
  agency?: string;
  purpose?: string;
  officer?: string;
  /** The registration by which it was found. */
  named?: string;
  entries: string[];
}

/** Alerts in the words of an entry of kind `watch`; none if the words are erased or about something else. */
export function sealedIn(finding: string | undefined): SealedAlert[] {
  return finding?.startsWith('[') ? (JSON.parse(finding) as SealedAlert[]) : [];
}

/** Words for auditors. Internal subject ids are not shown, and auditors can't use digests. */
const SHOWN: readonly WordKind[] = ['officer', 'person', 'case', 'reason', 'finding'];
/** Omitted from every view, because it leads to the person in other tables. */
const INSIDE: ReadonlySet<Member> = new Set(['internal', 'area']);

/** The auditor's view of an entry: its members and words, its leaf hash. */
export function entryView(stored: StoredEntry): Entry {
  return viewOf(stored) as Entry;
}

/** What the leaf and the words say: which members there are follows from the kind. */
function viewOf(stored: StoredEntry): object {
  const { id, entry, hash, words, erased, mismatched } = stored;
  const leafHash = hash.toString('base64');
  if (!entry) return { id, kind: 'damaged', leafHash };
  return {
    ...entry,
    // The member has another meaning there.
    ...(entry.kind === 'review' && entry.attempt !== undefined && { supersedes: entry.attempt }),
    leafHash,
    words: Object.fromEntries(SHOWN.filter((kind) => kind in words).map((kind) => [kind, words[kind]])),
    ...(erased && { erased }),
    ...(mismatched.length > 0 && { mismatched }),
  };
}

/** What a list shows of an entry, in a third of the bytes: the names of its fields without their forms, and no keys or digests. */
export function rowView({ id, entry, words, erased, mismatched }: StoredEntry, isReviewed = false): Row {
  if (!entry) return { id, kind: 'damaged' };
  const { time, kind, purpose, outcome, code, rule, subject, handler, fields = {}, obligations } = entry;
  return {
    ...defined({
      id,
      time,
      kind,
      purpose,
      outcome,
      code,
      rule,
      subject,
      obligations: obligations && [...obligations],
    }),
    ...defined({ agency: handler?.agency, officer: words.officer, officerBy: handler?.officerBy }),
    ...defined({ evidence: handler?.evidence }),
    fields: [...new Set(Object.values(fields).flatMap((own) => Object.keys(own)))],
    ...(isReviewed && { reviewed: true }),
    ...(erased && { erased }),
    ...(mismatched.length > 0 && { mismatched: [...mismatched] }),
  } as Row;
}

/** The same view with its proof: the hashed bytes, the writer's signature, and the openings of the commitments. */
export function provenView(stored: StoredEntry): Entry {
  return {
    ...entryView(stored),
    canonical: Buffer.from(stored.text).toString('base64'),
    signature: Buffer.from(stored.signature).toString('base64'),
    openings: openingsOf(
      stored,
      MEMBERS.filter((name) => !INSIDE.has(name)),
    ),
    ...(stored.words.evidence !== undefined && { evidence: JSON.parse(stored.words.evidence) }),
  };
}

/** Whether one of the departments did it. */
export function isOfLine({ handler }: Opened, departments: readonly string[]): boolean {
  return handler?.departments.some((code) => departments.includes(code)) === true;
}

/**
 * The owner's view of a use of its fields. It contains no fields of other departments, no subject and no
 * finding, and the case only for the owner's own line.
 */
export function usageView(stored: StoredEntry, departments: readonly string[], openings: boolean) {
  const { entry, words } = stored;
  if (!entry) throw new TypeError('a damaged entry belongs to no department');
  const own = Object.entries(entry.fields ?? {}).filter(([owner]) => departments.includes(owner));
  const ownLine = isOfLine(entry, departments);
  return {
    id: entry.id,
    time: entry.time,
    kind: entry.kind,
    recipient: entry.handler?.agency,
    departments: entry.handler?.departments,
    // Each use has both.
    operation: entry.operation as string,
    purpose: entry.purpose,
    ...(ownLine && words.case !== undefined && { case: words.case }),
    fields: Object.fromEntries(own.flatMap(([, fields]) => Object.entries(fields))),
    outcome: entry.outcome as string,
    rule: entry.rule,
    policy: entry.policy,
    ...(openings && proofOf(stored, entry.handler?.client === undefined ? OWNER_SEES : WITHOUT_PERSON)),
  };
}

/**
 * What an owner may open of a use of its fields. The fields are one member, which would reveal those of other
 * departments, so they are shown without an opening.
 */
const WITHOUT_PERSON: readonly Member[] = [
  ...(['kind', 'operation', 'purpose', 'collection', 'policy', 'rule', 'outcome'] as const),
];
/** If a person acted in a browser, the handler names the person. */
const OWNER_SEES: readonly Member[] = [...WITHOUT_PERSON, 'handler'];

/**
 * What a recipient may open of its own entry: what it said itself, and under which policy. The kind, the outcome and
 * all that is erased with the person would reveal more than the answer did.
 */
const RECIPIENT_SEES: readonly Member[] = [
  ...(['operation', 'handler', 'officer', 'person', 'purpose', 'collection', 'policy'] as const),
];

/** The recipient's view of an entry whose receipt it has. */
export function receiptView(stored: StoredEntry) {
  return {
    id: stored.id,
    time: stored.entry?.time as string,
    leafHash: stored.hash.toString('base64'),
    ...proofOf(stored, RECIPIENT_SEES),
  };
}

/** The leaf, and the openings of some of its members. */
function proofOf(stored: StoredEntry, names: readonly Member[]) {
  return {
    canonical: Buffer.from(stored.text).toString('base64'),
    openings: openingsOf(stored, names) as Readonly<Record<string, Opening>>,
  };
}
