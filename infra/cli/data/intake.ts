import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { IntakeReport, IntakeRow } from '../../../shared/client/intake.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { ProblemBody } from '../../../shared/contract/common.ts';
import type { IntakeResult, RefusedField } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { count, type GlobalOptions, open, print } from '../common.ts';
import { fileIn } from '../identity/folders.ts';
import { type ListFile, readList } from '../lists/file.ts';
import { type ListOptions, openJob, placesOf, withFormat, work } from '../lists/job.ts';
import { writeOut } from '../lists/result.ts';
import type { ResultRow } from '../lists/table-out.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { paint, safe, table } from '../terminal/table.ts';
import { recordsIn } from './intake-table.ts';

const { intake: t } = await texts('data');
const { intakeList: l, job: j } = await texts('lists');
const { commands: about } = await texts('program');
const { words: w } = await texts('words');

interface IntakeOptions extends Omit<ListOptions, 'yes'> {
  collection?: string;
  ifAbsent: 'create' | 'refuse';
  dryRun?: boolean;
  batch?: number;
}

/** `fieldgate intake <file>` */
export function registerIntake(program: Command): void {
  withFormat(program.command('intake').description(about.intake).argument('<file>', t.file))
    .option('--collection <name>', t.collection)
    .option('--if-absent <what>', t.ifAbsent, 'create')
    .option('--dry-run', t.dryRun)
    .option('--batch <records>', t.batch, count)
    .option('--out <file>', t.out)
    .addHelpText('after', t.help)
    .runs<IntakeOptions>((options, file) => run(file, options));
}

async function run(file: string, options: GlobalOptions & IntakeOptions): Promise<number> {
  if (options.format !== undefined && options.out === undefined) throw new UsageError(j.needsOut);
  const list = await readList(file);
  const { gate, clientId } = await open(options);
  const records = await recordsOf(list, gate);
  const dryRun = options.dryRun ?? false;
  const { ifAbsent, collection } = options;
  const head = defined({ kind: dryRun ? 'dry run' : 'intake', agency: clientId, ifAbsent, collection });
  const places = options.out === undefined ? null : placesOf(file, options, 'stored', list.format);
  const folder = places?.folder ?? passing(file, head);
  const job = openJob<Json, IntakeResult>(folder, head as Record<string, Json>, chained(records));
  const { journal, rows } = job;
  try {
    const byRow = new Map(records.map(({ row, record }) => [row, record]));
    const keyed = new Map(rows.map(({ row, key }) => [row, key]));
    const asked = (some: readonly { row: number }[]): IntakeRow[] =>
      some.map(({ row }) => ({ row, record: byRow.get(row) as IntakeRecord }));
    const cut = new Set(journal.open?.keys);
    const open = new Map(job.todo.map((one) => [one.key, one]));
    // The gateway carries a request out once under its name, if it has the same rows in the same order.
    const again = [...cut].flatMap((key) => open.get(key) ?? []);
    const whole = again.length === cut.size ? journal.open?.name : undefined;
    const rest = whole === undefined ? job.todo : job.todo.filter(({ key }) => !cut.has(key));
    const ended = await work(t.records, job, ({ signal, kept }) =>
      gate.intakeList({
        ...defined({ collection, batchSize: options.batch }),
        ...{ ifAbsent, dryRun, signal },
        ...(whole === undefined ? {} : { again: { rows: asked(again), name: whole } }),
        rows: asked(rest),
        before: (some, name) =>
          journal.send(
            some.map(({ row }) => keyed.get(row) ?? ''),
            name,
          ),
        keep(results) {
          journal.keep(results.map(({ row, result }) => [keyed.get(row) ?? '', result]));
          kept(results.length);
          signal.throwIfAborted();
        },
      }),
    );
    const answers = rows.flatMap(({ key }) => journal.answers.get(key) ?? []);
    const report = reportOf(answers);
    // Values are not written down once more.
    const naming = [...(list.columns ?? []), 'fields', 'ifVersion'];
    if (places) writeOut(places, job, list, { columns: COLUMNS, naming, rowOf });
    const answered = rows.filter(({ key }) => journal.answers.has(key));
    const sent = answered.map(({ row }) => byRow.get(row) as IntakeRecord);
    print(
      options,
      report,
      () => inWords(report, dryRun, sent) + (places ? `${j.result}  ${places.result}\n` : ''),
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

/** @throws UsageError, before anything is sent, if columns or values of a table are wrong */
async function recordsOf(list: ListFile, gate: Fieldgate): Promise<{ row: number; record: IntakeRecord }[]> {
  if (list.columns === null)
    return list.lines.map(({ row, cells }) => ({ row, record: cells as unknown as IntakeRecord }));
  const { records, faults } = await recordsIn(list, await gate.catalogue());
  if (faults.length === 0) return records;
  const shown = faults.slice(0, 20).map(({ row, column, what }) => `  ${l.line} ${row}  ${column}  ${what}`);
  const more = faults.length > shown.length ? [`  ${l.more(faults.length - shown.length)}`] : [];
  throw new UsageError([l.faults(faults.length), ...shown, ...more].join('\n'));
}

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

/* The results of an intake in words. */

/** The columns of the result. */
const COLUMNS = ['outcome', 'code', 'words', 'ref', 'version', 'refused', 'flagged'] as const;

function rowOf(result: IntakeResult | undefined): ResultRow {
  if (result === undefined) return asRow({ outcome: 'OPEN', words: l.open });
  if ('problem' in result) {
    const { code, detail, title } = result.problem;
    return asRow({
      outcome: 'FAILED',
      code,
      words: `${detail ?? title ?? ''}${faultsNamed(result.problem)}`,
    });
  }
  const { ref = '', sheetVersion, created, refused, warnings, untold = 0 } = result;
  const all = Object.entries(refused);
  const more = untold > 0 ? t.andMore(untold) : '';
  return asRow({
    outcome: created ? 'CREATED' : 'UPDATED',
    code: all[0]?.[1].code ?? '',
    words: all.map(([field, one]) => `${field}: ${spoken(one.reason ?? {})}`).join('; ') + more,
    ref,
    version: sheetVersion === undefined ? '' : String(sheetVersion),
    refused: all.map(([field, { code }]) => `${field}: ${code}`).join('; ') + more,
    flagged: warnings.map(({ field, code }) => `${field}: ${code}`).join('; '),
  });
}

function asRow(cells: Partial<Record<(typeof COLUMNS)[number], string>>): ResultRow {
  const given = Object.entries(cells).filter(([, value]) => value !== '');
  return { cells: cells as Record<string, string>, object: Object.fromEntries(given) };
}

/** @param records as they were sent, each with the result of its place */
function inWords(report: IntakeReport, dryRun: boolean, records: readonly IntakeRecord[]): string {
  const { results, created, updated, failed } = report;
  const done = dryRun ? t.wellFormed(updated, failed) : t.counts(created, updated, failed);
  const counts = t.of(results.length, done);
  const isWhole = report.failed === 0 && !results.some(hasRefusals);
  const mark = !isWhole ? paint('yellow', '!', process.stdout) : paint('green', '✓', process.stdout);
  const rows = report.results.flatMap((result, at) => rowsOf(result, at + 1, records[at]));
  const shown = rows.slice(0, 50);
  const more = rows.length > shown.length ? t.more(rows.length - shown.length) : '';
  const remarks =
    rows.length > 0
      ? `\n${table([t.record, label('field'), label('code'), label('rule'), w.what], shown)}${more}`
      : '';
  return `${mark} ${counts}${dryRun ? t.dry : ''}\n${remarks}`;
}

/** Rows for fields that were not written, or written with a warning. */
function rowsOf(result: IntakeResult, number: number, record: IntakeRecord | undefined): string[][] {
  if ('problem' in result) {
    const { problem } = result;
    return [...faultRows(problem, String(number), record), ...untoldRow(problem.untold, String(number))];
  }
  const refused = Object.entries(result.refused).map(([field, { code, rule, reason, faults = [] }]) => [
    String(number),
    safe(field),
    code,
    rule ?? '',
    safe([t.notStored(spoken(reason ?? {})), ...faults.map(faultInWords)].join(' ')),
  ]);
  const warned = result.warnings.map(({ field, code }) => {
    const what = result.written.includes(field) ? t.flagged : t.wrongKey;
    return [String(number), safe(field), code, '', what];
  });
  return [...refused, ...untoldRow(result.untold, String(number)), ...warned];
}

/** A row for each place that the problem names; for one that names none its sentence. */
function faultRows(
  { code, rule = '', detail, title, errors = [] }: ProblemBody,
  number: string,
  record: IntakeRecord | undefined,
): string[][] {
  if (errors.length === 0) return [[number, '', code, rule, safe(detail ?? title ?? '')]];
  const fieldOf = namesIn(errors, record);
  return errors.map(({ path, message }) => {
    const [, own, rest] = /^([A-Z][A-Z_]+): ?([\s\S]*)$/.exec(message) ?? [];
    return [number, safe(fieldOf(path)), own ?? code, rule, safe(rest ?? message)];
  });
}

/** A row for faults that the answer only counts. */
function untoldRow(untold: number | undefined, number: string): string[][] {
  return untold === undefined ? [] : [[number, '', '', '', t.untold(untold)]];
}

/**
 * The names of places as the file has them. The gateway does not repeat the name of an unknown field: if it refused every field,
 * the ones that it does not name are those, in their order.
 */
function namesIn(errors: NonNullable<ProblemBody['errors']>, record: IntakeRecord | undefined) {
  const named = new Set(errors.map(({ path }) => path.split('/')[2] ?? ''));
  const unknown = errors.filter(({ path }) => path === UNKNOWN).length;
  const others = Object.keys(record?.fields ?? {}).filter((field) => !named.has(field));
  const rest = others.length === unknown ? others : [];
  return (path: string) => {
    const name = path === UNKNOWN ? rest.shift() : undefined;
    return name ?? path.replace(/^\/(fields\/)?/, '').replaceAll('/', '.');
  };
}

const UNKNOWN = '/fields/*';

function faultInWords({ path, message }: NonNullable<RefusedField['faults']>[number]): string {
  return path === '' ? spoken(message) : `${path} ${spoken(message)}`;
}

function hasRefusals(result: IntakeResult): boolean {
  return !('problem' in result) && Object.keys(result.refused).length > 0;
}

/** The first few places in the record that the problem names. */
function faultsNamed({ errors = [], untold = 0 }: ProblemBody): string {
  const named = errors.slice(0, 3).map(({ path, message }) => ` ${path} ${message}`);
  const more = errors.length - named.length + untold;
  return named.join(';') + (more > 0 ? t.andMore(more) : '');
}
