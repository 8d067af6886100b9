import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { IntakeReport } from '../../../shared/client/intake.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { IntakeResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { list as commas, count, type GlobalOptions, open, print } from '../common.ts';
import { fileIn } from '../identity/folders.ts';
import { type ListFile, readList } from '../lists/file.ts';
import { type ListOptions, openJob, placesOf, withColumn, withFormat, work } from '../lists/job.ts';
import { writeOut } from '../lists/result.ts';
import { writeResult } from '../lists/table-out.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { type CheckOptions, faultsOf, refuse } from './intake-check.ts';
import { type Column, type ColumnOptions, columnsOf, headingsOf } from './intake-columns.ts';
import { COLUMNS, hasRefusals, inWords, rowOf } from './intake-result.ts';
import { type Records, recordsIn } from './intake-table.ts';
import { sendRecords } from './send-records.ts';

const { intake: t } = await texts('data');
const { job: j } = await texts('lists');

interface IntakeOptions extends Omit<ListOptions, 'yes'>, CheckOptions, ColumnOptions {
  ifAbsent: 'create' | 'refuse';
  dryRun?: boolean;
  batch?: number;
  template?: string;
}

/** `fieldgate intake <file>` */
export function registerIntake(program: Command): void {
  withColumn(withFormat(program.command('intake').argument('[file]', t.file)))
    .option('--template <file>', t.template)
    .option('--own <headings>', t.own, commas)
    .option('--last-wins', t.lastWins)
    .option('--keep-flagged', t.keepFlagged)
    .option('--collection <name>', t.collection)
    .option('--if-absent <what>', t.ifAbsent, 'create')
    .option('--dry-run', t.dryRun)
    .option('--batch <records>', t.batch, count)
    .option('--out <file>', t.out)
    .addHelpText('after', t.help)
    .runs<IntakeOptions>((options, file: string | undefined) => {
      if (options.template !== undefined) return template(options.template, options);
      if (file === undefined) throw new UsageError(t.noFile);
      return run(file, options);
    });
}

/** Rows of a template that take text, so that a spreadsheet makes no number of what is typed there. */
const SPARE = 500;

async function template(path: string, options: GlobalOptions): Promise<void> {
  const { gate } = await open(options);
  const heads = headingsOf(await gate.catalogue());
  await writeResult(path, /\.xlsx$/i.test(path) ? 'xlsx' : 'csv', heads, [], SPARE);
  print(options, { path, columns: heads }, () => t.templated(path));
}

async function run(file: string, options: GlobalOptions & IntakeOptions): Promise<number> {
  if (options.format !== undefined && options.out === undefined) throw new UsageError(j.needsOut);
  const list = await readList(file);
  const { gate, clientId } = await open(options);
  const { columns } = list;
  const of =
    columns &&
    (await columnsOf(columns.filter(Boolean), await gate.catalogue(), options, () => gate.schema()));
  const read = of === null ? recordsOf(list) : await recordsIn(list.lines, of);
  const faults = await faultsOf(gate, read, of, options);
  if (faults.length > 0) await refuse(file, list, of, faults);
  const { records } = read;
  const dryRun = options.dryRun ?? false;
  const { ifAbsent, collection } = options;
  const head = defined({ kind: dryRun ? 'dry run' : 'intake', agency: clientId, ifAbsent, collection });
  const places = options.out === undefined ? null : placesOf(file, options, 'stored', list.format);
  const folder = places?.folder ?? passing(file, head);
  const job = openJob<Json, IntakeResult>(folder, head as Record<string, Json>, chained(records));
  const { journal, rows } = job;
  try {
    const byRow = new Map(records.map(({ row, record }) => [row, record]));
    const todo = job.todo.map(({ row, key }) => ({ key, record: byRow.get(row) as IntakeRecord }));
    const ended = await work(t.records, job, ({ signal, kept }) => {
      const how = { ifAbsent, dryRun, signal, ...defined({ collection, batchSize: options.batch }) };
      return sendRecords(gate, journal, todo, how, (answered) => {
        journal.keep(answered.map(([{ key }, result]) => [key, result]));
        kept(answered.length);
      });
    });
    const answers = rows.flatMap(({ key }) => journal.answers.get(key) ?? []);
    const report = reportOf(answers);
    // Values are not written down once more; columns of the office's own come back.
    const naming = new Map([...(of ?? [])].flatMap(sent)).set('fields', null).set('ifVersion', null);
    if (places) await writeOut(places, job, list, { columns: COLUMNS, naming, rowOf });
    const answered = rows.filter(({ key }) => journal.answers.has(key));
    const asked = answered.map(({ row }) => ({ row, record: byRow.get(row) as IntakeRecord }));
    print(
      options,
      report,
      () =>
        inWords(report, dryRun, asked, of === null ? 'record' : 'line', rows.length - asked.length) +
        (places ? `${j.result}  ${places.result}\n` : ''),
    );
    if (ended !== null) return ended;
    // Without a result that is kept, the same file is loaded again the next time.
    if (places === null) rmSync(folder, { recursive: true, force: true });
    return report.failed > 0 || answers.some(hasRefusals) ? EXIT.refused : EXIT.ok;
  } finally {
    journal.close();
  }
}

/** The folder of a job whose result is not kept. It is there until the job is done. */
function passing(file: string, head: object): string {
  return fileIn('lists', hash('sha256', JSON.stringify([resolve(file), head])).slice(0, 16));
}

/** Headings of what was sent, with the key of those that name the person. */
const sent = ([head, column]: [string, Column]): [string, string | null][] =>
  'own' in column ? [] : [[head, 'key' in column ? column.key : null]];

const recordsOf = ({ lines }: ListFile): Records => ({
  records: lines.map(({ row, cells }) => ({ row, record: cells as unknown as IntakeRecord })),
  faults: [],
});

/**
 * The content by which a row is known: the record with the one before it about the same person, so that a value that is
 * changed and changed back is stored both times.
 */
function chained(
  records: readonly { row: number; record: IntakeRecord }[],
): { row: number; content: Json }[] {
  const before = new Map<string, string>();
  return records.map(({ row, record }) => {
    const { fields: _, ...person } = record;
    const [name, own] = [JSON.stringify(person), JSON.stringify(record)];
    const last = before.get(name);
    const chain = last === undefined ? '' : hash('sha256', last);
    const same = last?.endsWith(own) ?? false;
    if (!same) before.set(name, chain + own);
    return { row, content: same && last !== undefined ? last : chain + own };
  });
}

function reportOf(results: readonly IntakeResult[]): IntakeReport {
  const failed = results.filter((result) => 'problem' in result).length;
  const created = results.filter((result) => !('problem' in result) && result.created).length;
  return { results: [...results], created, updated: results.length - failed - created, failed };
}
