import type { AgencyName } from '../../../shared/contract/common.ts';
import type { InquiryAnswer } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, type ClientId, type LogId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import { codeText } from '../../../shared/language.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { openingsOf } from '../../../shared/log/read/openings.ts';
import type { LogStore, StoredEntry } from '../../../shared/log/read/read.ts';
import { entriesOfSubject } from '../../../shared/log/read/walk.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import { unconfirmed } from '../../../shared/policy/decide/programme.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { CaseworkItem } from '../../../shared/records/casework/casework.ts';
import { OUTCOME } from '../../../shared/records/casework/statuses.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import type { Member, Opening } from '../../../shared/tree/commitments.ts';
import { agencyOf } from '../../session/agency.ts';
import { isAboutConflict } from '../../steps/codes.ts';
import { logStore, requireIndex } from '../../steps/log.ts';
import { tellsNobody, wasTold } from '../../steps/notices.ts';
import { touchesCounty } from '../../steps/reach.ts';
import type { ReleaseCall } from '../call.ts';
import type { ReleaseDeps } from '../deps.ts';

/** The subject, and the part of its log that the inquirer may see. */
interface LogScope {
  item: KeyItem;
  casework: readonly CaseworkItem[];
  /** Redacted fields. Their absence must not show in the log either. */
  hidden: ReadonlySet<string>;
  /** Whether the child's safety comes before what the inquirer may know. */
  guarded: boolean;
  redacts: boolean;
  /** Values that were opened for the answer, by field. */
  values: ReadonlyMap<string, Json>;
  /** Whether the inquirer gets the log leaves too, as a proof. */
  proven: boolean;
}

type LogView = Pick<InquiryAnswer, 'uses' | 'checks' | 'writes' | 'labels' | 'proof'>;

/** Most entries of an answer, which holds 4 MB. */
const MOST = 5000;

/** @throws Problem TOO_LARGE; LOG_UNAVAILABLE while the log has no index, without which the view could be incomplete */
export async function logViewOf(deps: ReleaseDeps, call: ReleaseCall, scope: LogScope): Promise<LogView> {
  const { item, casework, proven } = scope;
  const entries = await readAll(deps, call.now, item);
  const own = entries.filter(({ entry }) => entry?.subject === item.logId);
  const open = await Promise.all(
    own.map(async ({ entry }) => entry && !(await isSecret(deps, call.pack, entry, scope))),
  );
  const told = own.filter((_, i) => open[i]);
  const { names, isNear } = await agencyNames(deps, call, [...told, ...checksIn(casework)], scope);
  const shown = told.filter(({ entry }) => !scope.redacts || isNear(entry?.handler?.agency ?? ''));
  const uses = shown.flatMap(({ entry }) => (entry ? useOf(call, entry, scope, names) : []));
  const writes = shown.flatMap(({ entry }) => (entry ? writesOf(entry, scope, names) : []));
  const named = [
    ...uses.flatMap(({ fields }) => Object.keys(fields)),
    ...writes.flatMap(({ fields }) => fields),
  ];
  return {
    uses,
    checks: checksIn(casework).map((check) => checkOf(call, check, scope, names)),
    writes,
    labels: labelsOf(call, new Set(named)),
    ...defined({ proof: proven ? proofOf(item.logId, own, new Set(shown.filter(isTold))) : undefined }),
  };
}

async function readAll(
  deps: ReleaseDeps,
  now: number,
  { logId, subject: id }: KeyItem,
): Promise<StoredEntry[]> {
  const store: LogStore = logStore(deps);
  await requireIndex(store);
  const entries: StoredEntry[] = [];
  let cursor: string | undefined;
  do {
    const span = { from: 0, to: now + AHEAD, limit: 1000, ...defined({ cursor }) };
    const page = await entriesOfSubject(store, { logId, id }, span);
    entries.push(...page.entries);
    cursor = page.cursor ?? undefined;
    if (entries.length > MOST) {
      throw new Problem('TOO_LARGE', { detail: releaseTexts.logEntries(MOST) });
    }
  } while (cursor !== undefined);
  return entries;
}

/** Milliseconds by which the clocks of writers may be ahead of this one. */
const AHEAD = 300_000;

/**
 * Entries under secrecy are shown to no inquirer, and neither are entries about a conflict, because the guardian could
 * see them in the child's answer. Entries whose notice waits are not shown to the person who is not to be told yet.
 */
async function isSecret(
  deps: ReleaseDeps,
  pack: Pack,
  entry: Entry,
  { item, guarded, redacts }: LogScope,
): Promise<boolean> {
  if (isAboutConflict(entry)) return true;
  const { obligations = [] } = entry;
  const { secret = [], deferred = [] } = pack.casework?.inquiries ?? {};
  if (obligations.some((code) => secret.includes(code))) return true;
  if (!guarded) return false;
  if (entry.purpose !== undefined && tellsNobody(pack, entry)) return true;
  const waiting = obligations.filter((code) => deferred.includes(code));
  if (waiting.length === 0) return false;
  return redacts || !(await wasTold(deps, pack, entry, item.subject, waiting));
}

interface Agencies {
  names(id: ClientId): AgencyName;
  /** Whether the office reveals nothing of where the child is. */
  isNear(id: string): boolean;
}

async function agencyNames(
  deps: ReleaseDeps,
  { pack, session }: ReleaseCall,
  some: readonly (StoredEntry | { agency: ClientId })[],
  { guarded }: LogScope,
): Promise<Agencies> {
  const ids = new Set(
    some.map((one) => ('agency' in one ? one.agency : (one.entry?.handler?.agency ?? asClientId('')))),
  );
  const known = new Map(
    await Promise.all([...ids].map(async (id) => [id as string, await agencyOf(deps, id)] as const)),
  );
  const places = pack.casework?.inquiries.guarded.places ?? [];
  const isPlace = ({ institution, roles }: Agency) =>
    institution !== undefined || roles.some((role) => places.includes(role));
  return {
    names: (id) => {
      const agency = known.get(id);
      if (!agency) return { id, label: codeText(id) };
      return guarded && isPlace(agency) ? lineOf(pack, agency) : { id, label: agency.name };
    },
    isNear: (id) => {
      const agency = known.get(id);
      const near = agency?.areas.some((area) => touchesCounty(session.caller.areas, area));
      return agency !== undefined && agency !== null && near === true && !isPlace(agency);
    },
  };
}

/** An office as its department, or as its role if it has none. */
function lineOf(pack: Pack, { departments: [department = ''], roles: [role = ''] }: Agency): AgencyName {
  const { label } = pack.departments.get(department) ?? pack.roles.get(role) ?? { label: {} };
  return { id: department || role, label };
}

function useOf(
  { pack }: ReleaseCall,
  entry: Entry,
  { hidden }: LogScope,
  names: Agencies['names'],
): LogView['uses'] {
  if (entry.kind !== 'decision' || entry.outcome !== 'released' || !entry.handler) return [];
  const fields = shownIn(entry, hidden);
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

function writesOf(entry: Entry, { hidden }: LogScope, names: Agencies['names']): LogView['writes'] {
  if (entry.kind !== 'intake' || !entry.handler) return [];
  const byOwner = Map.groupBy(shownIn(entry, hidden), ([owner]) => owner);
  const agency = names(entry.handler.agency);
  return [...byOwner].map(([department, some]) => ({
    time: entry.time,
    agency,
    department,
    fields: some.map(([, field]) => field),
  }));
}

function shownIn({ fields = {} }: Entry, hidden: ReadonlySet<string>): [string, string, string][] {
  return Object.entries(fields).flatMap(([owner, some]) =>
    Object.entries(some)
      .filter(([field]) => !hidden.has(field))
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
  { values, hidden }: LogScope,
  names: Agencies['names'],
): LogView['checks'][number] {
  const programme = pack.programmes.get(name);
  const seen = new Set([...values.keys()].filter((field) => !hidden.has(field)));
  const explains = outcome === 'NOT_CONFIRMED' && until > 0 && programme;
  return {
    ...{ agency: names(agency), purpose, programme: name, until: new Date(until * 1000).toISOString() },
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

/** Members of a shown entry that the person may see. */
const SEEN: readonly Member[] = [
  ...(['kind', 'operation', 'owners', 'handler', 'purpose', 'collection', 'policy'] as const),
  ...(['rule', 'forms', 'outcome', 'subject', 'fields'] as const),
];

/** Oldest first. Each entry opens its number; together the numbers have no gap. */
function proofOf(
  subject: LogId,
  named: readonly StoredEntry[],
  told: ReadonlySet<StoredEntry>,
): NonNullable<LogView['proof']> {
  const entries = named.toReversed().map((one) => ({
    entry: one.id,
    leaf: Buffer.from(one.text).toString('base64'),
    salt: Buffer.from(one.halves.person?.salt('count') ?? []).toString('base64'),
    ...(told.has(one) && { openings: openingsOf(one, SEEN) as Record<string, Opening> }),
  }));
  return { subject, entries };
}
