/**
 * Whether the casework still says what entries of the log filed. Rows that were removed or set back, by hand or by a restore,
 * stop nothing any more and are noticed by no release. It is read here because casework is closed during a restore.
 */

import { asClientId, asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { type LogStore, readEntriesById, type StoredEntry } from '../../shared/log/read/read.ts';
import type { CaseRecord } from '../../shared/policy/decide/cases.ts';
import { caseId, readCase } from '../../shared/records/casework/cases.ts';
import {
  type CaseworkItem,
  FREEZE,
  queryCasework,
  readFreezes,
  readPersonFreezes,
} from '../../shared/records/casework/casework.ts';
import { LEGAL_HOLD, readHolds } from '../../shared/records/casework/holds.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import type { Table } from '../../shared/store/table.ts';
import type { MaintenanceDeps } from './deps.ts';

interface Stores {
  store: LogStore;
  tables: Pick<MaintenanceDeps['tables'], 'casework' | 'keys'>;
}
interface Read extends Stores {
  /** Ids of what stands in a list of all that are in force, each list read once. */
  listed(list: keyof typeof LISTS): Promise<ReadonlySet<string>>;
}

const LISTS = {
  wide: async (table: Table) => (await readFreezes(table)).freezes,
  people: (table: Table) => readPersonFreezes(table, 0),
  holds: readHolds,
};

/**
 * @param ids entries, each the last about its freeze, hold, consent or case
 * @returns those of which no document says what they say, and those that can't be read
 */
export async function lostAmong(stores: Stores, ids: readonly string[]): Promise<string[]> {
  const entries = await readEntriesById(stores.store, ids);
  const lists = new Map<string, Promise<ReadonlySet<string>>>();
  const listed: Read['listed'] = (list) => {
    const read = async () => new Set((await LISTS[list](stores.tables.casework)).map(({ id }) => id));
    const found = lists.get(list) ?? read();
    lists.set(list, found);
    return found;
  };
  const filed = await Promise.all(entries.map((stored) => isFiled({ ...stores, listed }, stored)));
  const found = new Set<string>(entries.flatMap(({ id }, i) => (filed[i] ? [id] : [])));
  return ids.filter((id) => !found.has(id));
}

async function isFiled(stores: Read, stored: StoredEntry): Promise<boolean> {
  const { entry, erased, id } = stored;
  // What was filed about a person goes with the erasure.
  if (erased) return true;
  if (!entry) return false;
  const { kind, about = '', consents = [], purpose = '', code, outcome = '' } = entry;
  if (kind === 'consent') {
    const documents = await Promise.all(consents.map((one) => consentOf(stores, one)));
    return documents.every((one) => names(one, id) && !(one?.act === 'given' && NOT_GIVEN.has(outcome)));
  }
  if (kind === 'freeze') {
    const of = code === 'LEGAL_HOLD' ? LEGAL_HOLD : FREEZE;
    const [document] = (await filedAt(stores, `${of}:${about}`)).map((one) => one.document as Filed);
    if (!document || !names(document, id) || document.state !== STATES.get(outcome)) return false;
    return document.state !== 'in-force' || isInForce(stores, of, document);
  }
  // What changes a case, maybe of another office, names the entry that opened it, whose words have its number.
  const [opening = stored] = await readEntriesById(stores.store, [about]);
  const agency = asClientId(opening.entry?.handler?.agency ?? '');
  const of = caseId(agency, purpose, opening.words.case ?? '');
  const record = await readCase<CaseRecord>(stores.tables.casework, of);
  return names(record, id) && (code !== 'CASE_CLOSED' || record?.state === 'closed');
}

/** What a consent says no more, or never said, after its last entry. */
const NOT_GIVEN: ReadonlySet<string> = new Set(['withdrawn', 'retracted', 'refused', 'objects']);
/** The state of a freeze or a hold after its last entry. */
const STATES: ReadonlyMap<string, Filed['state']> = new Map([
  ...(['frozen', 'held', 'lifting'] as const).map((one) => [one, 'in-force'] as const),
  ['requested', 'requested'],
  ['lifted', 'lifted'],
]);

/** A freeze or a hold, which name their person in two ways. */
interface Filed {
  id: string;
  state: 'requested' | 'in-force' | 'lifted';
  target?: { kind: string; subject?: SubjectId };
  subject?: SubjectId;
}

/** Whether it is at each place that releases, erasures and lists read. */
async function isInForce(stores: Read, of: string, { id, target, subject }: Filed): Promise<boolean> {
  if (target && target.kind !== 'subject') return (await stores.listed('wide')).has(id);
  const { casework, keys } = stores.tables;
  const named = target?.subject ?? subject ?? asSubjectId('');
  const rows = await queryCasework(casework, (await readOutline(keys, named))?.subject ?? named);
  const listed = await stores.listed(of === FREEZE ? 'people' : 'holds');
  return listed.has(id) && rows.some((row) => row.kind === of && row.id === id);
}

/** As releases find it: with the person, to whom its pointer leads. */
async function consentOf(stores: Stores, id: string): Promise<{ act: string } | undefined> {
  const [pointer] = await filedAt(stores, `consent:${id}`);
  const named = (pointer?.document as { subject?: SubjectId } | undefined)?.subject;
  const present = named && (await readOutline(stores.tables.keys, named))?.subject;
  const rows = present ? await queryCasework(stores.tables.casework, present) : [];
  return rows.find((row) => row.kind === 'consent' && row.id === id)?.document as { act: string };
}

/** No subject id has a colon. */
const filedAt = ({ tables }: Stores, place: string): Promise<CaseworkItem[]> =>
  queryCasework(tables.casework, asSubjectId(place));

/** Whether the document names the entry, or another of its item: acts that are logged at once name one of them. */
function names(document: unknown, id: string): boolean {
  return JSON.stringify(document ?? null).includes(`"${id.slice(0, id.lastIndexOf('-') + 1)}`);
}
