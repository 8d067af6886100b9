import type { IntakeReport } from '../../../shared/client/intake.ts';
import type { ProblemBody } from '../../../shared/contract/common.ts';
import type { IntakeResult, RefusedField } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { count, type GlobalOptions, open, print } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { paint, safe, table } from '../terminal/table.ts';
import { openRecords } from './records-file.ts';

const { intake: t } = await texts('data');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface IntakeOptions {
  collection?: string;
  ifAbsent: 'create' | 'refuse';
  dryRun?: boolean;
  batch?: number;
}

/** `fieldgate intake <file>` */
export function registerIntake(program: Command): void {
  program
    .command('intake')
    .description(about.intake)
    .argument('<file>', t.file)
    .option('--collection <name>', t.collection)
    .option('--if-absent <what>', t.ifAbsent, 'create')
    .option('--dry-run', t.dryRun)
    .option('--batch <records>', t.batch, count)
    .addHelpText('after', t.help)
    .runs<IntakeOptions>(async (options, file) => {
      process.exitCode = await run(file, options);
    });
}

async function run(file: string, options: GlobalOptions & IntakeOptions): Promise<number> {
  const { records, total } = await openRecords(file);
  const { gate } = await open(options);
  const progress = startProgress(t.records, total);
  let report: IntakeReport;
  try {
    report = await gate.intake(records, {
      ...defined({ collection: options.collection }),
      ifAbsent: options.ifAbsent,
      dryRun: options.dryRun ?? false,
      ...defined({ batchSize: options.batch }),
      onBatch: ({ offset, results }) => progress.update(offset + results.length),
    });
  } finally {
    progress.stop();
  }
  print(options, report, () => inWords(report, options.dryRun ?? false));
  return report.failed > 0 || report.results.some(hasRefusals) ? EXIT.refused : EXIT.ok;
}

function inWords(report: IntakeReport, dryRun: boolean): string {
  const { results, created, updated, failed } = report;
  const done = dryRun ? t.wellFormed(updated, failed) : t.counts(created, updated, failed);
  const counts = t.of(results.length, done);
  const isWhole = report.failed === 0 && !results.some(hasRefusals);
  const mark = !isWhole ? paint('yellow', '!', process.stdout) : paint('green', '✓', process.stdout);
  const rows = report.results.flatMap((result, at) => rowsOf(result, at + 1));
  const shown = rows.slice(0, 50);
  const more = rows.length > shown.length ? t.more(rows.length - shown.length) : '';
  const remarks =
    rows.length > 0 ? `\n${table([t.record, w.field, w.code, w.rule, w.what], shown)}${more}` : '';
  return `${mark} ${counts}${dryRun ? t.dry : ''}\n${remarks}`;
}

/** Rows for fields that were not written, or written with a warning. */
function rowsOf(result: IntakeResult, number: number): string[][] {
  if ('problem' in result) {
    const { code, rule, detail, title } = result.problem;
    return [
      [String(number), '', code, rule ?? '', safe(`${detail ?? title ?? ''}${placesOf(result.problem)}`)],
    ];
  }
  const refused = Object.entries(result.refused).map(([field, { code, rule, reason, faults = [] }]) => [
    String(number),
    safe(field),
    code,
    rule ?? '',
    safe([t.notStored(spoken(reason ?? {})), ...faults.map(faultInWords)].join(' ')),
  ]);
  const warned = result.warnings.map(({ field, code }) => [String(number), safe(field), code, '', t.flagged]);
  return [...refused, ...warned];
}

function faultInWords({ path, message }: NonNullable<RefusedField['faults']>[number]): string {
  return path === '' ? spoken(message) : `${path} ${spoken(message)}`;
}

function hasRefusals(result: IntakeResult): boolean {
  return !('problem' in result) && Object.keys(result.refused).length > 0;
}

/** The first few places in the record that the problem names. */
function placesOf({ errors = [] }: ProblemBody): string {
  const named = errors.slice(0, 3).map(({ path, message }) => ` ${path} ${message}`);
  const more = errors.length - named.length;
  return named.join(';') + (more > 0 ? t.andMore(more) : '');
}
