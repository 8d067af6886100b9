import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { count, type GlobalOptions, open, print, type RouteOptions } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { paint, pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { digestOf, type JournalLine, openJournal } from './list-journal.ts';
import { readSubjects } from './subjects-file.ts';

const { list: t } = await texts('verify');
const { words: w } = await texts('words');

interface ListOptions extends RouteOptions {
  programme: string;
  out?: string;
  atOnce?: number;
  wait?: boolean;
}

/** `fieldgate verify list <file>` */
export function registerVerifyList(verify: Command): void {
  verify
    .command('list')
    .description(t.what)
    .argument('<file>', t.file)
    .option('--at-once <checks>', t.atOnce, count)
    .option('--wait', t.wait)
    .addHelpText('after', t.help)
    .runs<ListOptions>((options, file) => run(file, options));
}

async function run(file: string, options: GlobalOptions & ListOptions): Promise<number> {
  const { programme, purpose, officer, reason, out, atOnce, wait = false } = options;
  if (out === undefined) throw new UsageError(t.needsOut);
  const { gate, clientId } = await open(options, purpose);
  const { rows, repeated, text } = await readSubjects(file, gate.matchKeys);
  const journal = openJournal(out, { programme, recipient: clientId, list: digestOf(text) });
  const lines = new Map(journal.lines.map((line) => [line.row, line]));
  const progress = startProgress(w.people, rows.length);
  progress.update(lines.size);
  try {
    await gate.verifyList({
      programme,
      rows: rows.filter(({ row }) => !lines.has(row)),
      keep(result) {
        lines.set(result.row, journal.keep(result));
        progress.update(lines.size);
      },
      wait,
      onWait: (seconds) => process.stderr.write(t.waits(at(seconds))),
      ...defined({ purpose, atOnce, case: options.case, officer, reason }),
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
  const head = t.kept(done, total);
  if (!(error instanceof FieldgateError)) return `${head}\n`;
  if (error.code === 'BUDGET_SPENT' && error.retryAfter !== undefined)
    return t.keptWaits(head, at(error.retryAfter));
  return t.keptAgain(head);
}

function at(seconds: number): string {
  return timeOf(Date.now() + seconds * 1000);
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
  return t.checked(
    mark,
    asked,
    pairs([
      [t.eligible, eligible === 0 ? '0' : t.withProofs(eligible, out)],
      [t.notConfirmed, numbersIn(notConfirmed)],
      ...(invalid.length > 0 ? [[t.malformed, numbersIn(invalid)] as const] : []),
      ...(repeated > 0 ? [[t.again, t.againOnce(repeated)] as const] : []),
    ]),
  );
}

/** The number of rows, and the first few. */
function numbersIn(rows: readonly number[]): string {
  if (rows.length === 0) return '0';
  const more = rows.length > 10 ? ', …' : '';
  return t.rows(rows.length, rows.slice(0, 10).join(', '), more);
}
