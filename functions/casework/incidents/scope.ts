import type { IncidentRecipient } from '../../../shared/contract/casework.ts';
import type { ClientId, LogId } from '../../../shared/ids.ts';
import { parseLeaf } from '../../../shared/log/entry/leaf.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { commitmentIn } from '../../../shared/tree/commitments.ts';
import { requireIndex } from '../../steps/log.ts';
import type { CaseworkDeps } from '../deps.ts';

/** The data that one agency received for one purpose about the people of an incident. */
export interface RecipientScope extends Omit<IncidentRecipient, 'agency' | 'purpose'> {
  agency: ClientId;
  purpose: string;
  /** Departments of which the data were. */
  owners: string[];
}

interface SuspectedLeak {
  fields: readonly string[];
  /** Whether the caller may know who received data of this department. */
  follows(department: string): boolean;
  /** Epoch milliseconds; the end is exclusive. */
  from: number;
  to: number;
}

/** Subjects whose entries are read at once. */
const AT_ONCE = 5;
/** Entries that an incident lists for one recipient and purpose; the log has all. */
const LISTED = 40;

/**
 * The recipients of any of these fields of any of these subjects, according to the log.
 * @throws Problem LOG_UNAVAILABLE while the log has no index
 */
export async function scopeOf(
  deps: CaseworkDeps,
  outlines: readonly Outline[],
  suspected: SuspectedLeak,
): Promise<RecipientScope[]> {
  await requireIndex(deps.store);
  const found = new Map<string, Finding>();
  for (let at = 0; at < outlines.length; at += AT_ONCE) {
    const some = outlines.slice(at, at + AT_ONCE);
    const read = await Promise.all(some.map((one) => entriesOf(deps, one, suspected)));
    for (const [i, entries] of read.entries()) {
      for (const stored of entries) add(found, stored, (some[i] as Outline).logId, suspected);
    }
  }
  return [...found.values()].map(({ who, names, ...one }) => ({
    ...one,
    subjects: who.size,
    officerCount: names.size,
  }));
}

async function entriesOf(
  { store }: CaseworkDeps,
  outline: Outline,
  { from, to }: SuspectedLeak,
): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for await (const one of walkSubject(store, namesOf(outline), { from, to })) entries.push(one);
  return entries;
}

interface Finding extends RecipientScope {
  who: Set<string>;
  names: Set<string>;
}

function add(
  found: Map<string, Finding>,
  { id, entry, words, text }: StoredEntry,
  logId: LogId,
  { fields: wanted, follows }: SuspectedLeak,
): void {
  if (entry?.kind !== 'decision' || entry.outcome !== 'released' || !entry.handler) return;
  const given = Object.entries(entry.fields ?? {}).filter(([department]) => follows(department));
  const told = given.flatMap(([of, fields]) =>
    Object.entries(fields).flatMap(([field, form]) =>
      wanted.includes(field) ? [[field, form, of] as const] : [],
    ),
  );
  if (told.length === 0) return;
  const [{ agency }, { purpose = '', time }] = [entry.handler, entry];
  const key = JSON.stringify([agency, purpose]);
  const one = found.get(key) ?? {
    agency,
    purpose,
    subjects: 0,
    first: time,
    last: time,
    fields: {},
    owners: [],
    officers: [],
    entries: [],
    officerCount: 0,
    names: new Set<string>(),
    more: 0,
    who: new Set<string>(),
  };
  found.set(key, one);
  one.who.add(logId);
  if (time < one.first) one.first = time;
  if (time > one.last) one.last = time;
  for (const [field, form] of told)
    one.fields[field] = [...new Set([...(one.fields[field] ?? []), form])].sort();
  one.owners = [...new Set([...one.owners, ...told.map(([, , of]) => of)])].sort();
  const officer = officerCommitment(text);
  const name = words.officer ?? officer;
  if (name !== undefined) one.names.add(name);
  if (officer !== undefined && one.officers.length < LISTED && !one.officers.includes(officer))
    one.officers.push(officer);
  if (one.entries.length < LISTED) one.entries.push(id);
  else one.more += 1;
}

/** The commitment to the officer's name, which differs in each leaf. */
function officerCommitment(text: string): string | undefined {
  const leaf = parseLeaf(text);
  if (!leaf || leaf.kind === 'writer') return undefined;
  return Buffer.from(commitmentIn(Buffer.from(leaf.committed, 'base64'), 'officer')).toString('base64');
}
