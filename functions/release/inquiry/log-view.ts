import type { InquiryAnswer } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import { asClientId, type ClientId, type EntryId, type LogId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import { codeText } from '../../../shared/language.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { openingsOf } from '../../../shared/log/read/openings.ts';
import { readEntries, readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import { logIdsIn, namesOf } from '../../../shared/log/read/subject-names.ts';
import { unconfirmed } from '../../../shared/policy/decide/programme.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { CaseworkItem } from '../../../shared/records/casework/casework.ts';
import { OUTCOME } from '../../../shared/records/casework/statuses.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import type { Member, Opening } from '../../../shared/tree/commitments.ts';
import { isAboutConflict } from '../../steps/codes.ts';
import { logStore, requireIndex } from '../../steps/log.ts';
import { tellsNobody, wasTold } from '../../steps/notices.ts';
import type { ReleaseCall } from '../call.ts';
import type { ReleaseDeps } from '../deps.ts';
import { type Offices, officesFor } from './offices.ts';

/** The subject, and the part of its log that the inquirer may see. */
interface LogScope {
  item: KeyItem;
  casework: readonly CaseworkItem[];
  /** Whether the inquirer may know of the field. No line of the log shows any other. */
  shows(field: string): boolean;
  /** Whether the person's safety comes before what such inquirers may know. */
  guarded: boolean;
  /** Of an endangered person: the purposes of lines that are shown. */
  purposes: readonly string[] | undefined;
  /** Values as the inquirer may see them, by field. */
  values: ReadonlyMap<string, Json>;
  /** Whether the inquirer gets the log leaves too, as a proof. */
  proven: boolean;
  /** Entry of this answer. */
  own: string;
}

type LogView = Pick<InquiryAnswer, 'uses' | 'checks' | 'writes' | 'labels' | 'proof'>;

/** Most entries of one part, and bytes of their leaves and texts: a sealed answer of Lambda holds some 3 MB of JSON. */
const MOST = 1000;
const BYTES = 1_200_000;

/** Where a part begins: older than the cursor. All parts of an answer end at the same instant. */
export interface LogStart {
  /** Epoch milliseconds. */
  to: number;
  cursor?: string;
}

/** Milliseconds by which the clocks of writers may be ahead of this one. */
export const AHEAD = 300_000;

/**
 * One part of the log about a person, newest first.
 * @returns `next`: the cursor of the part that follows; `null` at the end
 * @throws Problem LOG_UNAVAILABLE while the log has no index, without which the view could be incomplete
 */
export async function logViewOf(
  deps: ReleaseDeps,
  call: ReleaseCall,
  scope: LogScope,
  { to, cursor }: LogStart,
): Promise<{ view: LogView; next: string | null }> {
  const { item, proven } = scope;
  const store = logStore(deps);
  const logIds = logIdsIn(item);
  await requireIndex(store);
  // Stored answers are not of the log: the first part has them all.
  const { purposes } = scope;
  const casework =
    cursor === undefined
      ? checksIn(scope.casework).filter(({ purpose }) => purposes?.includes(purpose) !== false)
      : [];
  const offices = officesFor(deps, call, scope);
  await offices.learn(casework.map(({ agency }) => agency));
  const shown = new Set<EntryId>();
  const visible = async (some: readonly StoredEntry[]) => {
    const own = some.filter(({ entry }) => logIds.some((one) => one === entry?.subject));
    const secret = await Promise.all(
      own.map(async ({ entry }) => !entry || isSecret(deps, call.pack, entry, scope)),
    );
    const told = own.filter((_, i) => !secret[i]);
    const lines = told.filter(({ entry }) => entry && isListed(entry, scope));
    await offices.learn(lines.map(({ entry }) => entry?.handler?.agency ?? asClientId('')));
    for (const { id } of told) shown.add(id);
    // A part that left out entries after it was full would reveal how many: it is full of what it lists.
    return proven ? own : lines;
  };
  const span = { from: 0, to };
  const page = await readEntries(store, {
    ...span,
    limit: MOST,
    bytes: BYTES,
    visible,
    ...defined({ cursor }),
    filter: { subject: namesOf(item) },
    asked: { subject: item.logId, ...span },
  });
  const listed = page.entries.filter(({ id }) => shown.has(id));
  const uses = listed.flatMap(({ entry }) => (entry ? useOf(call, entry, scope, offices.names) : []));
  const writes = listed.flatMap(({ entry }) => (entry ? writesOf(entry, scope, offices.names) : []));
  const named = [
    ...uses.flatMap(({ fields }) => Object.keys(fields)),
    ...writes.flatMap(({ fields }) => fields),
  ];
  // A later part begins before its own entry, which the tree may count before older ones that wait for their step.
  const itself = proven && cursor !== undefined ? await readEntriesById(store, [scope.own]) : [];
  const proof = [...itself, ...page.entries];
  const told = new Set([...itself, ...listed.filter(isTold)]);
  const view = {
    uses,
    checks: casework.map((check) => checkOf(call, check, scope, offices.names)),
    writes,
    labels: labelsOf(call, new Set(named)),
    ...defined({ proof: proven ? proofOf(item.logId, proof, told, scope) : undefined }),
  };
  return { view, next: page.cursor };
}

/**
 * Entries under secrecy are shown to no inquirer, and neither are entries about a conflict, because the representative could
 * see them in the person's answer. Entries whose notice waits are not shown to the person who is not to be told yet.
 */
async function isSecret(
  deps: ReleaseDeps,
  pack: Pack,
  entry: Entry,
  { item, guarded, purposes }: LogScope,
): Promise<boolean> {
  // A consent that ended by itself would say so too, while its giver is the one on record.
  if (isAboutConflict(entry) || entry.outcome === 'ended') return true;
  const { obligations = [] } = entry;
  const { secret = [], deferred = [] } = pack.casework?.inquiries ?? {};
  if (obligations.some((code) => secret.includes(code))) return true;
  if (entry.purpose !== undefined && purposes?.includes(entry.purpose) === false) return true;
  if (!guarded) return false;
  if (entry.purpose !== undefined && tellsNobody(pack, entry)) return true;
  const waiting = obligations.filter((code) => deferred.includes(code));
  if (waiting.length === 0) return false;
  // The task to give notice names the record that was read.
  const [read = item.subject] = [...item.joined].find(([, logId]) => logId === entry.subject) ?? [];
  return purposes !== undefined || !(await wasTold(deps, pack, entry, read, waiting));
}

/** Whether the entry is a line of the answer. */
function isListed(entry: Entry, { shows }: LogScope): boolean {
  const isUse = entry.kind === 'decision' && entry.outcome === 'released';
  return (
    (isUse || entry.kind === 'intake') && entry.handler !== undefined && shownIn(entry, shows).length > 0
  );
}

function useOf(
  { pack }: ReleaseCall,
  entry: Entry,
  { shows }: LogScope,
  names: Offices['names'],
): LogView['uses'] {
  if (entry.kind !== 'decision' || entry.outcome !== 'released' || !entry.handler) return [];
  const fields = shownIn(entry, shows);
  if (fields.length === 0) return [];
  const code = entry.purpose ?? '';
  const { label } = pack.purposes.get(code) ?? { label: codeText(code) };
  return [
    {
      time: entry.time,
      agency: names(entry.handler.agency),
      departments: [...entry.handler.departments],
      purpose: { code, label },
      fields: Object.fromEntries(fields.map(([, field, form]) => [field, form])),
    },
  ];
}

function writesOf(entry: Entry, { shows }: LogScope, names: Offices['names']): LogView['writes'] {
  if (entry.kind !== 'intake' || !entry.handler) return [];
  const byOwner = Map.groupBy(shownIn(entry, shows), ([owner]) => owner);
  const agency = names(entry.handler.agency);
  return [...byOwner].map(([department, some]) => ({
    time: entry.time,
    agency,
    department,
    fields: some.map(([, field]) => field),
  }));
}

function shownIn({ fields = {} }: Entry, shows: LogScope['shows']): [string, string, string][] {
  return Object.entries(fields).flatMap(([owner, some]) =>
    Object.entries(some)
      .filter(([field]) => shows(field))
      .map(([field, form]): [string, string, string] => [owner, field, form]),
  );
}

interface Check {
  agency: ClientId;
  purpose: string;
  programme: string;
  until: number;
  outcome?: 'YES' | 'NOT_CONFIRMED';
}

function labelsOf({ pack }: ReleaseCall, fields: ReadonlySet<string>): LogView['labels'] {
  const named = [...fields].map((field) => {
    const { label } = pack.fields.get(field) ?? { label: codeText(field) };
    return [field, { label }] as const;
  });
  return Object.fromEntries(named);
}

/**
 * One check of a programme. Of an answer that was not yes, the conditions that the record does not confirm now, as far as
 * the inquirer may see their fields. Only answers that rest on the record are stored, so none reveals another cause.
 */
function checkOf(
  { pack, session, ask, now }: ReleaseCall,
  { agency, purpose, programme: name, until, outcome }: Check,
  { values, shows }: LogScope,
  names: Offices['names'],
): LogView['checks'][number] {
  const programme = pack.programmes.get(name);
  const seen = new Set([...values.keys()].filter(shows));
  const explains = outcome === 'NOT_CONFIRMED' && until > 0 && programme;
  return {
    agency: names(agency),
    purpose,
    programme: name,
    until: new Date(until * 1000).toISOString(),
    ...(until > 0 && defined({ outcome })),
    ...(explains && {
      unconfirmed: unconfirmed(pack, programme, { now, caller: session.caller, ask, values }, seen),
    }),
  };
}

/** The log does not name the subject of a verification. The recipients are known from the stored outcomes. */
function checksIn(casework: readonly CaseworkItem[]): Check[] {
  return casework
    .filter(({ kind }) => kind === OUTCOME)
    .map(({ document }) => {
      const { recipient, ...rest } = document as Omit<Check, 'agency'> & { recipient: ClientId };
      return { ...rest, agency: recipient };
    });
}

/**
 * Kinds that are shown to a person. For other kinds, and for verifications, the proof only shows that the
 * entry exists.
 */
const TOLD: ReadonlySet<string> = new Set([
  ...(['decision', 'intake', 'merge', 'consent', 'request', 'approval', 'objection'] as const),
  ...(['freeze', 'task', 'maintenance', 'erasure'] as const),
]);

function isTold({ entry }: StoredEntry): boolean {
  return entry !== null && TOLD.has(entry.kind) && entry.programme === undefined;
}

/**
 * Members of a shown entry that the person may see. The rule is none of them: that of a decision tells a conflict apart.
 */
const SEEN: readonly Member[] = [
  ...(['kind', 'operation', 'handler', 'purpose', 'collection', 'policy', 'outcome', 'subject'] as const),
];
/** Those of an entry whose fields may all be known. */
const WITH_FIELDS: readonly Member[] = [...SEEN, 'owners', 'forms', 'fields'];

/** Oldest first. Each entry opens its number; together the numbers of each record that the person had have no gap. */
function proofOf(
  subject: LogId,
  named: readonly StoredEntry[],
  told: ReadonlySet<StoredEntry>,
  { shows }: LogScope,
): NonNullable<LogView['proof']> {
  const membersOf = ({ entry }: StoredEntry) => {
    const fields = Object.values(entry?.fields ?? {}).flatMap((some) => Object.keys(some));
    return fields.every(shows) ? WITH_FIELDS : SEEN;
  };
  const entries = named.toReversed().map((one) => ({
    entry: one.id,
    ...(one.entry?.subject !== subject && defined({ subject: one.entry?.subject })),
    leaf: Buffer.from(one.text).toString('base64'),
    salt: Buffer.from(one.halves.person?.salt('count') ?? []).toString('base64'),
    ...(told.has(one) && { openings: openingsOf(one, membersOf(one)) as Record<string, Opening> }),
  }));
  return { subject, entries };
}
