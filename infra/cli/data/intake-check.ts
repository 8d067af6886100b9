/** What is wrong with a table: all of it, before anything is stored. */

import { extname } from 'node:path';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { IntakeResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { ListFile } from '../lists/file.ts';
import { writeResult } from '../lists/table-out.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import type { Column } from './intake-columns.ts';
import type { Fault, Records } from './intake-table.ts';

const { intakeList: t } = await texts('lists');

type Row = Records['records'][number];
type Columns = ReadonlyMap<string, Column>;

export interface CheckOptions {
  collection?: string;
  /** Of two rows about one person the later one is stored over the earlier one. */
  lastWins?: boolean;
  /** Numbers that fail their check name people all the same. */
  keepFlagged?: boolean;
}

/** Rows in a request, so that an answer has room for all of their faults. */
const BATCH = 100;

/**
 * Rows about one person that differ, and what a dry run finds. The gateway looks no person up for it, and writes nothing.
 * @param of `null` for a list of records, in which only a number that fails its check is a fault here
 */
export async function faultsOf(
  gate: Fieldgate,
  { records, faults }: Records,
  of: Columns | null,
  { collection, lastWins = false, keepFlagged = false }: CheckOptions,
): Promise<Fault[]> {
  const all = [...faults, ...(of === null || lastWins ? [] : differing(records, of))];
  const how = { dryRun: true, batchSize: BATCH, ...defined({ collection }) };
  const results: IntakeResult[] = [];
  await gate.intakeList({
    rows: records.map(({ record }, row) => ({ row, record })),
    keep(some) {
      for (const { row, result } of some) results[row] = result;
    },
    ...how,
  });
  for (const [at, { row, record }] of records.entries()) {
    const result = results[at] as IntakeResult;
    const keys = keepFlagged || 'problem' in result ? [] : result.warnings;
    const named = keys.filter(({ field }) => 'match' in record && Object.hasOwn(record.match ?? {}, field));
    all.push(
      ...named.map(({ field, code }) => ({ row, column: headingOf(of, [field]), what: t.flagged(code) })),
    );
    if (of !== null)
      all.push(...toldBy(result).map(([path, what]) => ({ row, column: headingOf(of, path), what })));
  }
  const once = grouped(all, ({ row, column }) => `${row} ${column}`);
  return [...once.values()].map(([first]) => first as Fault).sort((a, b) => a.row - b.row);
}

/** Places in the record, and what is wrong there. */
function toldBy(result: IntakeResult): [string[], string][] {
  if ('problem' in result) {
    const { errors = [], detail, title, code } = result.problem;
    if (errors.length === 0) return [[[], detail ?? title ?? code]];
    return errors.map(({ path, message }) => [path.split('/').slice(2), message]);
  }
  return Object.entries(result.refused).flatMap(([field, { reason, faults = [] }]): [string[], string][] =>
    faults.length === 0
      ? [[[field], spoken(reason ?? {})]]
      : faults.map(({ path, message }) => [[field, ...path.split('/').slice(1)], spoken(message)]),
  );
}

/** The heading of a place in a record, or the place itself. */
function headingOf(of: Columns | null, [name = '', member]: readonly string[]): string {
  const heads = [...(of ?? [])].filter(([, column]) =>
    'key' in column ? column.key === name : 'field' in column && column.field === name,
  );
  const exact = heads.find(([, column]) => 'field' in column && column.members[0] === member);
  return (exact ?? heads[0])?.[0] ?? name;
}

/** Rows that name a person as an earlier one does, with other values. */
function differing(records: readonly Row[], of: Columns): Fault[] {
  const people = grouped(records, ({ record: { fields: _, ...person } }) => JSON.stringify(person));
  return [...people.values()].flatMap(([first, ...more]) =>
    more.flatMap(({ row, record }) => {
      const [before, now] = [first?.record.fields ?? {}, record.fields];
      const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
      const differ = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
      const [name] = differ;
      return name === undefined
        ? []
        : [{ row, column: headingOf(of, [name]), what: t.differs(first?.row ?? 0) }];
    }),
  );
}

/** @throws UsageError with the first faults; a table gets them all, in a copy of it with a column for them */
export async function refuse(
  file: string,
  list: ListFile,
  of: Columns | null,
  faults: readonly Fault[],
): Promise<never> {
  const shown = faults.slice(0, 20).map(({ row, column, what }) => `  ${t.line} ${row}  ${column}  ${what}`);
  const more = faults.length > shown.length ? [`  ${t.more(faults.length - shown.length)}`] : [];
  const mark = of?.get(t.problem);
  // A field of that name has its values there.
  const isCopied = of !== null && file !== '-' && (!mark || 'own' in mark);
  // Faults are told even where no copy can be written.
  const unwritten = (error: unknown) => {
    if (error instanceof UsageError) return error.message;
    throw error;
  };
  const copy = isCopied ? [await copied(file, list, faults).then(t.copied, unwritten)] : [];
  const rows = new Set(faults.map(({ row }) => row)).size;
  throw new UsageError([t.faults(faults.length, rows), ...shown, ...more, ...copy].join('\n'));
}

async function copied(file: string, { columns, lines, format }: ListFile, faults: readonly Fault[]) {
  const byRow = grouped(faults, ({ row }) => row);
  const heads = [t.problem, ...(columns ?? []).filter((name) => name !== '' && name !== t.problem)];
  const rows = lines.map(({ row, cells }) => {
    const said = (byRow.get(row) ?? []).map(({ column, what }) => `${column} ${what}`.trim()).join('; ');
    return { cells: { ...cells, [t.problem]: said } as Record<string, string>, object: {} };
  });
  const place = `${file.slice(0, file.length - extname(file).length)}.${t.problem}.${format}`;
  await writeResult(place, format, heads, rows);
  return place;
}
