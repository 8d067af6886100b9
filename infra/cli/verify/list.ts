import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type AskOptions, count, type GlobalOptions, open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { paint, pairs } from '../terminal/table.ts';
import { digestOf, type JournalLine, openJournal } from './list-journal.ts';
import { readSubjects } from './subjects-file.ts';

interface ListOptions extends AskOptions {
  programme: string;
  out?: string;
  atOnce?: number;
  wait?: boolean;
}

/** `fieldgate verify list <file>` */
export function registerVerifyList(verify: Command): void {
  verify
    .command('list')
    .description("check every person of a list, such as a programme's beneficiaries once a year")
    .argument(
      '<file>',
      'a table (.csv with a column id_number or ref), a JSON list, or one JSON object on each line',
    )
    .option('--at-once <checks>', 'concurrent checks', count)
    .option('--wait', "wait for the next day if the day's budget is spent, instead of stopping")
    .addHelpText(
      'after',
      `
The folder of --out keeps the answers: journal.ndjson has one line for each row, proofs/ the proof of each yes.
The same command continues after any interruption, and checks no person twice.

  fieldgate verify list beneficiaries.csv --as charity-sunrise --programme warm-home --case CHA-2026-001 \\
    --officer li.na --reason "yearly re-check" --out recheck-2026`,
    )
    .runs<ListOptions>((options, file) => run(file, options));
}

async function run(file: string, options: GlobalOptions & ListOptions): Promise<number> {
  const { programme, purpose, officer, reason, out, atOnce, wait = false } = options;
  if (out === undefined) throw new UsageError('Name the folder for the answers: --out <folder>.');
  const { rows, repeated, text } = await readSubjects(file);
  const { gate, clientId } = await open(options, purpose);
  const journal = openJournal(out, { programme, recipient: clientId, list: digestOf(text) });
  const lines = new Map(journal.lines.map((line) => [line.row, line]));
  const progress = startProgress('people', rows.length);
  progress.update(lines.size);
  try {
    await gate.verifyList({
      programme,
      purpose,
      rows: rows.filter(({ row }) => !lines.has(row)),
      keep(result) {
        lines.set(result.row, journal.keep(result));
        progress.update(lines.size);
      },
      wait,
      onWait: (seconds) =>
        process.stderr.write(
          `The day's budget is spent; continuing at ${at(seconds)}. You can stop it at any time.\n`,
        ),
      ...defined({ atOnce, case: options.case, officer, reason }),
    });
  } catch (error) {
    progress.stop();
    process.stderr.write(stopped(error, lines.size, rows.length));
    throw error;
  } finally {
    progress.stop();
    journal.close();
  }
  const report = countsOf([...lines.values()], repeated);
  print(options, report, () => inWords(report, out));
  return report.invalid.length > 0 ? EXIT.refused : EXIT.ok;
}

/** The message after an early end: nothing is lost, and when to continue. */
function stopped(error: unknown, done: number, total: number): string {
  const head = `${done} of ${total} are done and kept.`;
  if (!(error instanceof FieldgateError)) return `${head}\n`;
  if (error.code === 'BUDGET_SPENT' && error.retryAfter !== undefined)
    return `${head} The day's budget is spent: run the same command again after ${at(error.retryAfter)}, or with --wait.\n`;
  return `${head} Run the same command again: it continues from there.\n`;
}

function at(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

interface Report {
  asked: number;
  eligible: number;
  /** Rows of the list. */
  notConfirmed: number[];
  invalid: number[];
  repeated: number;
}

function countsOf(lines: readonly JournalLine[], repeated: number): Report {
  const rowsWith = (outcome: JournalLine['outcome']) =>
    lines.filter((line) => line.outcome === outcome).map(({ row }) => row);
  return {
    asked: lines.length,
    eligible: rowsWith('YES').length,
    notConfirmed: rowsWith('NOT_CONFIRMED').sort((a, b) => a - b),
    invalid: rowsWith('INVALID').sort((a, b) => a - b),
    repeated,
  };
}

function inWords({ asked, eligible, notConfirmed, invalid, repeated }: Report, out: string): string {
  const mark =
    invalid.length > 0 ? paint('yellow', '!', process.stdout) : paint('green', '✓', process.stdout);
  return `${mark} ${asked} people checked\n${pairs([
    ['eligible', eligible === 0 ? '0' : `${eligible}, with a proof each in ${out}/proofs`],
    ['not confirmed', numbersIn(notConfirmed)],
    ...(invalid.length > 0 ? [['rejected, malformed', numbersIn(invalid)] as const] : []),
    ...(repeated > 0 ? [['named again', `${repeated}, checked once`] as const] : []),
  ])}`;
}

/** The number of rows, and the first few. */
function numbersIn(rows: readonly number[]): string {
  if (rows.length === 0) return '0';
  const more = rows.length > 10 ? ', …' : '';
  return `${rows.length}: row${rows.length > 1 ? 's' : ''} ${rows.slice(0, 10).join(', ')}${more}`;
}
