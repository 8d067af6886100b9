/**
 * The comparison of KMS's own record with the log, with an engine of queries before it: the engine leaves out what plain pairs
 * explain, and the one join of the gateway decides on the rest. Its findings are those that it would have on all.
 */
import { readFileSync } from 'node:fs';
import { defined } from '../../shared/defined.ts';
import { asClientId, asEntryId, asKeyId, asLogId, asSubjectId, type KeyId } from '../../shared/ids.ts';
import { type Claim, type Reconciled, reconcile, type Unwrap } from '../../shared/log/read/reconcile.ts';
import { mayOpen } from '../../shared/policy/pack/may-open.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** Milliseconds between an entry and its unwrap at most; CloudTrail gives whole seconds. */
export const TOLERANCE = 60_000;

type Opening = Pick<Pack, 'programmes' | 'classes'>;

const SIFT = new URL('../aws/athena/sift.sql', import.meta.url);
/** What a name of the pack or of a table may be in the query, which has it as text. */
const NAME = /^[\w.-]+$/;

/** @throws RangeError for a name that is none, since nothing else may get into the text of a query */
export function siftQuery(
  { programmes, classes }: Opening,
  tables: { trail: string; claims: string },
): string {
  const byProgramme = [...programmes].flatMap(([code, one]) =>
    one.classes.map((name) => ['programme', code, name]),
  );
  const byPurpose = [...classes].flatMap(([name, { openedBy }]) =>
    openedBy.map((code) => ['purpose', code, name]),
  );
  const rows = [...byProgramme, ...byPurpose];
  for (const name of [...rows.flat(), ...Object.values(tables)])
    if (!NAME.test(name)) throw new RangeError(`no name of a query: ${name}`);
  const opens = rows.map((row) => `('${row.join("', '")}')`).join(', ');
  return readFileSync(SIFT, 'utf8')
    .replace('{{opens}}', opens)
    .replace('{{trail}}', tables.trail)
    .replace('{{claims}}', tables.claims);
}

/** A span of time, epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** The parameters of the query, in order. Files of the trail may come three hours late. */
export function siftParameters({ from, to }: Span, roles: ReadonlySet<string>): (number | string)[] {
  const [lo, hi] = [from - TOLERANCE, to + TOLERANCE];
  const time = (at: number, length: number) => new Date(at).toISOString().slice(0, length);
  const days = [lo, hi + LATE].map((at) => time(at, 10).replaceAll('-', '/'));
  const hours = [lo, hi].map((at) => time(at, 13).replace('T', '-'));
  return [lo, hi, TOLERANCE, ` ${[...roles].join(' ')} `, ...days, ...hours];
}

const LATE = 3 * 3_600_000;

/** A row of the answer: columns without a value are absent. */
export type SiftRow = Readonly<Partial<Record<Column, string>>>;
export const COLUMNS = [
  ...(['side', 'id', 'ms', 'key_id', 'principal', 'subject', 'class', 'kind'] as const),
  ...(['agency', 'purpose', 'programme', 'code', 'logid', 'erased', 'unopened', 'completes'] as const),
] as const;
type Column = (typeof COLUMNS)[number];

/** What the gateway's own join finds in the rest. Persons are not compared: their ids of the log are in no file. */
export function decide(
  rows: Iterable<SiftRow>,
  span: Span,
  { roles, pack }: { roles: ReadonlySet<string>; pack: Opening },
): Reconciled {
  let explained = 0;
  const unwraps: Unwrap[] = [];
  const claims = new Map<string, Claim & { keys: KeyId[] }>();
  for (const row of rows) {
    const { side, id = '', ms, key_id: key } = row;
    const at = Number(ms);
    if (side === 'matched') explained = at;
    else if (side === 'trail') unwraps.push(unwrapOf(row, at));
    else {
      const claim = claims.get(id) ?? claimOf(row, at);
      if (key !== undefined) claim.keys.push(asKeyId(key));
      claims.set(id, claim);
    }
  }
  const options = { ...span, tolerance: TOLERANCE, roles, mayOpen: mayOpen(pack) };
  // Of rows of one instant the order decides, and an engine has none.
  const found = reconcile(
    unwraps.sort((a, b) => a.at - b.at || order(a.event, b.event)),
    [...claims.values()].sort((a, b) => a.at - b.at || order(a.entry, b.entry)),
    options,
  );
  return { ...found, matched: found.matched + explained };
}

export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function unwrapOf(
  { id = '', principal = '', key_id = '', subject = '', class: name = '' }: SiftRow,
  at: number,
): Unwrap {
  return { event: id, at, principal, key: asKeyId(key_id), subject: asSubjectId(subject), class: name };
}

function claimOf(row: SiftRow, at: number): Claim & { keys: KeyId[] } {
  const {
    id = '',
    kind = '',
    agency,
    purpose,
    programme,
    code,
    subject,
    logid,
    erased,
    unopened,
    completes,
  } = row;
  return {
    ...{ entry: asEntryId(id), kind, at, keys: [] },
    ...defined({ purpose, programme, code, unopened }),
    ...(agency !== undefined && { agency: asClientId(agency) }),
    ...(subject !== undefined && { subject: asSubjectId(subject) }),
    ...(logid !== undefined && { logId: asLogId(logid) }),
    ...(completes !== undefined && { completes: asEntryId(completes) }),
    ...(erased !== undefined && { erased: true }),
  };
}
