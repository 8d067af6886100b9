/** Log entries as routes show them. */
import { defined } from '../../shared/defined.ts';
import type { WordKind } from '../../shared/log/entry/words.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';

/** One thing that an entry of kind `watch` says in its words. */
interface Sealed {
  code: string;
  rule: string;
  count: number;
  agency?: string;
  purpose?: string;
  officer?: string;
  entries: string[];
}

/** What an entry of kind `watch` found; nothing for words that are forgotten or say something else. */
export function sealedIn(finding: string | undefined): Sealed[] {
  return finding?.startsWith('[') ? (JSON.parse(finding) as Sealed[]) : [];
}

/** Words that auditors see. The subject of an attempt stays inside, and a digest tells them nothing. */
const SHOWN: readonly WordKind[] = ['officer', 'person', 'case', 'reason', 'finding', 'keys'];

/** The members of the entry, its leaf hash, and the words that its commitments open to. */
export function entryView(stored: StoredEntry): Record<string, unknown> {
  const { id, entry, hash, words, forgotten, mismatched } = stored;
  const leafHash = hash.toString('base64');
  if (!entry) return { id, kind: 'damaged', leafHash };
  const about = aboutOf(stored);
  return {
    ...entry,
    ...defined({ about }),
    leafHash,
    words: Object.fromEntries(SHOWN.filter((kind) => kind in words).map((kind) => [kind, words[kind]])),
    ...(forgotten.length > 0 && { forgotten, erased: true }),
    ...(mismatched.length > 0 && { mismatched }),
  };
}

/** Which entry this one is about; where a review is about what is sealed, its words alone say so. */
export function aboutOf({ entry, words }: StoredEntry): string | undefined {
  return entry?.about ?? (entry?.kind === 'review' ? words.finding : undefined);
}

/** One entry with all that proves it: the bytes that were hashed and the writer's signature. */
export function provenView(stored: StoredEntry): Record<string, unknown> {
  return {
    ...entryView(stored),
    canonical: Buffer.from(stored.text).toString('base64'),
    signature: Buffer.from(stored.signature).toString('base64'),
    ...(stored.words.evidence !== undefined && { evidence: JSON.parse(stored.words.evidence) }),
  };
}

/** What an owner learns of a use of its fields: nothing of other departments' fields, no subject. */
export function usageView({ entry, words, forgotten }: StoredEntry, departments: readonly string[]): object {
  if (!entry) throw new TypeError('a damaged entry belongs to no department');
  const own = Object.entries(entry.fields ?? {}).filter(([owner]) => departments.includes(owner));
  return {
    id: entry.id,
    time: entry.time,
    kind: entry.kind,
    recipient: entry.handler?.agency,
    departments: entry.handler?.departments,
    operation: entry.operation,
    purpose: entry.purpose,
    case: words.case,
    ...(forgotten.length > 0 && { erased: true }),
    fields: Object.fromEntries(own.flatMap(([, fields]) => Object.entries(fields))),
    outcome: entry.outcome,
    code: entry.code ?? words.finding,
    rule: entry.rule,
    obligations: entry.obligations,
    policy: entry.policy,
  };
}
