/** One run of a source: what changed since the last one is stored, and each row is remembered under a name that tells nothing. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { IntakeResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { columnsOf } from '../data/intake-columns.ts';
import { faultInWords, hasRefusals, rowOf } from '../data/intake-result.ts';
import { recordsIn } from '../data/intake-table.ts';
import { sendRecords, type ToSend } from '../data/send-records.ts';
import type { Work } from '../lists/job.ts';
import { type Journal, openJournal } from '../lists/journal.ts';
import { writeResult } from '../lists/table-out.ts';
import { spoken } from '../messages/language.ts';
import type { Database } from './database.ts';
import { type Source, targetOf } from './mapping.ts';
import { type RowFault, readRows, type SourceRows } from './rows.ts';

/** What is known of a row: sealed, since its subject is a person's. */
type Kept = {
  name: string;
  subject: object;
  /** This office's reference of the person, once the gateway said it. */
  ref?: string;
  /** The name of what was sent last. */
  content: string;
  /** Fields that the gateway has from this row. */
  fields: string[];
  faults: RowFault[];
};

/** How far changes are read, for a mapping. */
type Mark = { mark: string | null; mapping: string };

type State = Journal<Kept | Mark>;

export interface Counts {
  read: number;
  added: number;
  changed: number;
  /** Rows that went. */
  gone: number;
  same: number;
  failed: number;
  /** Rows that went and were left, since there are more than `--gone` allows or the mapping says `tell`. */
  left: number;
}

interface Change extends ToSend {
  /** Of the row, in the journal. */
  row: string;
  name: string;
  fields: string[];
  kind: 'added' | 'changed' | 'gone';
}

export interface Plan {
  changes: Change[];
  faults: RowFault[];
  counts: Counts;
  mark: Mark;
}

export interface Run {
  gate: Fieldgate;
  db: Database;
  /** Reads all rows, and sends those again that were refused. */
  full: boolean;
  /** So many rows may go in one run. */
  gone?: number | undefined;
}

/** @param head what the folder is for. @throws UsageError if another process works in it */
export const openState = (folder: string, head: Record<string, Json>): State =>
  openJournal<Kept | Mark>(folder, { kind: 'sync', ...head }, true);

/** The rows of a source, by the reference of their person. */
export function rowsByPerson({ answers }: State): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  for (const kept of answers.values()) {
    if ('mapping' in kept || kept.ref === undefined) continue;
    rows.set(kept.ref, [...(rows.get(kept.ref) ?? []), kept.name].sort());
  }
  return rows;
}

const markKey = (state: State) => state.keyOf('mark');

/** @throws UsageError, before anything is sent, for a column that the query or the policy does not have */
export async function planOf(source: Source, state: State, run: Run): Promise<Plan> {
  const last = state.answers.get(markKey(state)) as Mark | undefined;
  const mapping = state.keyOf(JSON.parse(JSON.stringify(source)) as Json);
  const since = run.full || last?.mapping !== mapping ? null : last.mark;
  const rows = await readRows(source, run.db, since);
  // A mapping names fields by their names alone, by which their last values are known, too.
  const column = rows.columns.filter(Boolean).map((name): [string, string] => [name, name]);
  const heads = column.map(([name]) => name);
  const of = await columnsOf(heads, await run.gate.catalogue(), { column }, () => run.gate.schema());
  const { records, faults } = await recordsIn(rows.lines, of);
  const found: RowFault[] = [
    ...rows.faults,
    ...faults.map(({ row, column, what }) => ({
      key: rows.keyOf.get(row) ?? '',
      column: sourceColumn(source, column),
      code: 'FORM',
      words: what,
    })),
  ];
  const held = new Set(found.map(({ key }) => key));
  const changes: Change[] = [];
  const counts = { read: rows.lines.length, added: 0, changed: 0, gone: 0, same: 0, failed: 0, left: 0 };
  const byRow = new Map(records.map(({ row, record }) => [row, record]));
  const mapped = new Set(rows.columns.map((column) => column.split('.')[0] ?? ''));
  for (const { row } of rows.lines) {
    const name = rows.keyOf.get(row) ?? '';
    if (held.has(name)) continue;
    const change = changeOf(state, name, byRow.get(row), mapped, run.full);
    if (change === null) counts.same += 1;
    else if ('faults' in change) found.push(...change.faults);
    else changes.push(change);
  }
  const gone = goneOf(state, rows);
  const most = run.gone ?? Math.max(20, Math.ceil(gone.known / 10));
  if (source.gone === 'tell' || gone.changes.length > most) counts.left = gone.changes.length;
  else changes.push(...gone.changes);
  for (const { kind } of changes) counts[kind] += 1;
  return { changes, faults: found, counts, mark: { mark: rows.mark, mapping } };
}

/** @returns `null` if nothing changed; faults if the gateway refused the same before */
function changeOf(
  state: State,
  name: string,
  record: IntakeRecord | undefined,
  mapped: ReadonlySet<string>,
  again: boolean,
): Change | { faults: RowFault[] } | null {
  const row = state.keyOf({ row: name });
  const last = state.answers.get(row) as Kept | undefined;
  const held = (last?.fields ?? []).filter((field) => mapped.has(field));
  const own: Record<string, Json> = { ...record?.fields };
  const emptied = held.filter((field) => !Object.hasOwn(own, field));
  const { fields: _, ...subject } = record ?? { ...last?.subject, fields: {} };
  const content = state.keyOf({ name, subject, fields: own } as Json);
  if (last?.content === content && !(again && last.faults.length > 0))
    return last.faults.length > 0 ? { faults: last.faults } : null;
  const fields = { ...own, ...Object.fromEntries(emptied.map((field) => [field, null])) };
  if (Object.keys(fields).length === 0) return null;
  const kind = (last?.fields.length ?? 0) === 0 ? 'added' : 'changed';
  return {
    key: content,
    row,
    name,
    kind,
    fields: Object.keys(own),
    record: { ...subject, fields } as IntakeRecord,
  };
}

/** Rows that are kept and that the source has no more, each with its fields emptied. */
function goneOf(state: State, { present, went }: SourceRows): { changes: Change[]; known: number } {
  const changes: Change[] = [];
  let known = 0;
  for (const [row, kept] of state.answers) {
    if ('mapping' in kept || kept.fields.length === 0) continue;
    known += 1;
    if (present ? present.has(kept.name) : !went.has(kept.name)) continue;
    const fields = Object.fromEntries(kept.fields.map((field) => [field, null]));
    const content = state.keyOf({ row, gone: kept.content });
    const record = { ...kept.subject, fields } as IntakeRecord;
    changes.push({ key: content, row, name: kept.name, kind: 'gone', fields: [], record });
  }
  return { changes, known };
}

/** Sends what changed. What was answered is kept, so that a run which is cut off goes on at the next row. */
export async function sendPlan(
  { ifAbsent, collection, gone }: Source,
  state: State,
  { changes, faults, counts, mark }: Plan,
  gate: Fieldgate,
  { signal, kept }: Pick<Work, 'signal' | 'kept'>,
): Promise<void> {
  const options = { ifAbsent, signal, ...defined({ collection }) };
  // Changes that were read and not carried out are read again.
  let isDone = counts.left === 0 || gone === 'tell';
  await sendRecords(gate, state, changes, options, (answered) => {
    const lines = answered.flatMap(([sent, result]): [string, Kept][] => {
      const change = sent as Change;
      const refused = faultsOf(change, result);
      if (refused.length > 0) {
        faults.push(...refused);
        counts[change.kind] -= 1;
        counts.failed += 1;
      }
      // What the gateway could not serve at the time is sent again by the next run.
      if ('problem' in result && (result.problem.status === 429 || result.problem.status >= 500)) return [];
      const { fields: _, ...subject } = change.record;
      const before = state.answers.get(change.row) as Kept | undefined;
      const fields = 'problem' in result ? (before?.fields ?? []) : change.fields;
      const ref = ('problem' in result ? undefined : result.ref) ?? before?.ref;
      const { name, key: content } = change;
      return [[change.row, { name, subject, content, fields, faults: refused, ...defined({ ref }) }]];
    });
    state.keep(lines);
    // Another name carries it out again.
    if (lines.length < answered.length) {
      isDone = false;
      state.unsend();
    }
    kept(answered.length);
  });
  if (isDone) state.keep([[markKey(state), mark]]);
}

function faultsOf({ name }: Change, result: IntakeResult): RowFault[] {
  if (!('problem' in result) && !hasRefusals(result)) return [];
  if (!('problem' in result))
    return Object.entries(result.refused).map(([column, { code, reason, faults = [] }]) => {
      const words = [spoken(reason ?? {}), ...faults.map(faultInWords)].join(' ');
      return { key: name, column, code, words };
    });
  const { code = '', words = '' } = rowOf(result).cells;
  return [{ key: name, column: '', code, words }];
}

/** As the source's keeper knows it. */
function sourceColumn({ columns, key }: Source, target: string): string {
  const found = Object.entries(columns).find(([, to]) => targetOf(to) === target);
  return found?.[0] ?? (target === '' ? '' : key);
}

/** A table with the keys of the source; none if there is no fault. @returns its place */
export async function writeFaults(
  folder: string,
  key: string,
  faults: readonly RowFault[],
): Promise<string | null> {
  const path = join(folder, 'faults.csv');
  rmSync(path, { force: true });
  if (faults.length === 0) return null;
  const rows = faults.map((one) => ({
    cells: { [key]: one.key, column: one.column, code: one.code, words: one.words },
    object: {},
  }));
  await writeResult(path, 'csv', [key, 'column', 'code', 'words'], rows);
  return path;
}
