/** What the lists of all commands share: where the answers go, which rows are still to be asked, and how it ends. */

import { join } from 'node:path';
import { Option } from 'commander';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { timeOf } from '../terminal/times.ts';
import { FORMATS, type Format } from './file.ts';
import { type JobHead, type Journal, openJournal } from './journal.ts';
import { pairOr } from './pairs.ts';

const { job: t } = await texts('lists');

export interface ListOptions {
  out?: string;
  format?: Format;
  yes?: boolean;
  /** Headings and the names that they stand for. */
  column?: [string, string][];
}

/** The form of the result. */
export function withFormat<C extends Command>(command: C): C {
  return command.addOption(new Option('--format <format>', t.format).choices(FORMATS));
}

/** The options of a list that spends a budget. */
export function withList<C extends Command>(command: C): C {
  return withColumn(withFormat(command)).option('--yes', t.yes);
}

export const withColumn = <C extends Command>(command: C): C =>
  command.option('--column <heading=field>', t.column, pairOr(t.badColumn));

export interface Places {
  folder: string;
  result: string;
  format: Format;
}

/**
 * A folder with the journal and the result; of an `--out` that names a file the folder next to it.
 * @param suffix of the folder next to the list, if there is no `--out`
 * @param own the format of the list
 */
export function placesOf(file: string, { out, format }: ListOptions, suffix: string, own: Format): Places {
  if (out === undefined && file === '-') throw new UsageError(t.needsOut);
  const named = out ?? `${file.replace(/\.\w+$/, '')}.${suffix}`;
  const extension = /\.(csv|xlsx|ndjson|jsonl)$/i.exec(named)?.[1]?.toLowerCase();
  const meant = FORMATS.find((one) => one === extension) ?? 'ndjson';
  if (extension !== undefined && out !== undefined)
    return { folder: `${out}.job`, result: out, format: format ?? meant };
  const chosen = format ?? own;
  return { folder: named, result: join(named, `result.${chosen}`), format: chosen };
}

/** A row to ask, with its key in the journal. */
export interface Row<Content> {
  row: number;
  key: string;
  content: Content;
}

export interface Job<Content, Answer> {
  journal: Journal<Answer>;
  /** Every line of the list. */
  rows: readonly Row<Content>[];
  /** Those without an answer, each content once. */
  todo: Row<Content>[];
  /** Rows that repeat an earlier one. */
  repeated: number;
}

/** Opens the journal, and finds the rows that have no answer yet. */
export function openJob<Content extends Json, Answer extends object>(
  folder: string,
  head: JobHead,
  lines: readonly { row: number; content: Content }[],
  { sealed = false, again = () => false }: { sealed?: boolean; again?: (answer: Answer) => boolean } = {},
): Job<Content, Answer> {
  const journal = openJournal<Answer>(folder, head, sealed);
  const rows = lines.map(({ row, content }) => ({ row, content, key: journal.keyOf(content) }));
  const first = new Map(rows.toReversed().map((one) => [one.key, one]));
  const todo = [...new Set(rows.map(({ key }) => key))].flatMap((key) => {
    const answer = journal.answers.get(key);
    return answer === undefined || again(answer) ? [first.get(key) as Row<Content>] : [];
  });
  return { journal, rows, todo, repeated: rows.length - first.size };
}

export interface Work {
  signal: AbortSignal;
  /** So many more rows have an answer. */
  kept(rows: number): void;
  waits(seconds: number): void;
}

/** The work, with progress on a terminal. @returns the exit code if it ended early, otherwise `null` */
export async function work(
  unit: string,
  { journal, rows }: { journal: { answers: ReadonlyMap<string, unknown> }; rows: readonly { key: string }[] },
  run: (on: Work) => Promise<void>,
): Promise<number | null> {
  const all = [...new Set(rows.map(({ key }) => key))];
  const total = all.length;
  let done = all.filter((key) => journal.answers.has(key)).length;
  const progress = process.stderr.isTTY ? startProgress(unit, total) : null;
  progress?.update(done);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  let failure: unknown = null;
  try {
    await run({
      signal: stop.signal,
      kept(more) {
        done = Math.min(total, done + more);
        progress?.update(done);
      },
      waits: (seconds) => process.stderr.write(t.waits(timeOf(Date.now() + seconds * 1000))),
    });
  } catch (error) {
    failure = error;
  } finally {
    progress?.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  if (failure === null) return null;
  const head = t.kept(done, total);
  const spent =
    failure instanceof FieldgateError && failure.code === 'BUDGET_SPENT' ? failure.retryAfter : null;
  if (spent === null && !stop.signal.aborted) {
    process.stderr.write(`${head} ${t.again}\n`);
    throw failure;
  }
  process.stderr.write(
    spent === null || spent === undefined
      ? `${head} ${t.again}\n`
      : `${head} ${t.spent(timeOf(Date.now() + spent * 1000))}\n`,
  );
  return EXIT.waiting;
}

export interface Budget {
  /** What is counted. */
  what: string;
  left: number;
}

/**
 * Says what is left of the day before anything is asked.
 * @param budgets of which the list may need one for each row
 * @param others those that stop it, too, but which a sound list hardly touches
 * @returns whether to go on
 */
export function tellBudgets(
  rows: number,
  {
    budgets,
    others = [],
    resetsAt,
  }: { budgets: readonly Budget[]; others?: readonly Budget[]; resetsAt?: string | undefined },
  { yes = false }: ListOptions,
): boolean {
  if (rows === 0) return true;
  const all = [...budgets, ...others].map(({ what, left }) => t.left(left, what)).join(', ');
  if (all !== '') process.stderr.write(t.needs(rows, all));
  const short = budgets.filter(({ left }) => left < rows);
  if (short.length === 0 || yes) return true;
  process.stderr.write(t.short(resetsAt === undefined ? null : timeOf(resetsAt)));
  return false;
}
