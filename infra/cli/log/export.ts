/** `fieldgate log export`: the log as lines, oldest first, each entry once, also over several runs. */

import { openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LineFormat, LogLine } from '../../../shared/client/log-lines.ts';
import type { Command } from '../command.ts';
import { fromOption, type GlobalOptions, open } from '../common.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { readIfThere } from '../terminal/named-files.ts';
import { appendWhole, writeWhole } from '../whole-files.ts';
import { logAt } from './where.ts';

const { exports: t } = await texts('log');

interface ExportOptions {
  format: LineFormat;
  from: string;
  since?: string;
  out: string;
  follow?: boolean;
}

/** Where a run goes on: entries from this instant on, but for those already written. */
interface Place {
  from: string;
  written: string[];
}

/** Milliseconds. An entry may get into the log's index this late, so the end of the span is read again. */
const OVERLAP = 120_000;
/** Entries of one span are in memory at once, so the next is shorter if they were many, and longer if they were few. */
const [SHORTEST, FIRST, LONGEST] = [1000, 300_000, 6 * 3_600_000];
const MANY = 20_000;
/** Between two looks at the checkpoint. */
const PAUSE = 5000;

export function registerLogExport(log: Command): void {
  log
    .command('export')
    .description(t.what)
    .addOption(new Option('--format <format>', t.format).choices(['ndjson', 'ocsf']).default('ndjson'))
    .addOption(fromOption(t.from, '24h'))
    .option('--since <file>', t.since)
    .option('--out <file>', t.out, '-')
    .option('--follow', t.follow)
    .addHelpText('after', t.help)
    .runs<ExportOptions>(run);
}

async function run(options: GlobalOptions & ExportOptions): Promise<number> {
  const { format, from, since, out, follow = false } = options;
  let place = since === undefined ? { from, written: [] } : (readPlace(since) ?? { from, written: [] });
  const { gate } = await open(options);
  const to = out === '-' ? process.stdout : openFile(out);
  let count = 0;
  const step = async () => {
    const next = await writeSince(gate, format, place, to);
    count += next.count;
    place = next.place;
    if (since !== undefined) writePlace(since, place);
    return next.pages;
  };
  await (follow ? followLog(options, step) : step());
  if (to !== process.stdout) await new Promise<void>((done) => to.end(() => done()));
  process.stderr.write(t.done(count));
  return EXIT.ok;
}

/** What one reading adds to the log: its own leaf, and the count of the sequencer's step. */
const OWN_LEAVES = 2;

/**
 * Repeats the step each time that the log has grown by more than the step's own reading.
 * @param step returns how many readings it made, each of which is an entry of the log itself
 */
export async function followLog(options: GlobalOptions, step: () => Promise<number>): Promise<never> {
  const size = sizeReader(options);
  for (;;) {
    // What is in the tree later than this may have come after the step.
    const before = await size();
    const readings = await step();
    const isQuiet = async () => {
      const now = await size();
      return readings === 1 && before !== null && now !== null && now - before <= OWN_LEAVES;
    };
    do await setTimeout(PAUSE);
    while (await isQuiet());
  }
}

/** Writes what is new, oldest first. */
export async function writeSince(
  gate: Pick<Fieldgate, 'logLines'>,
  format: LineFormat,
  { from, written }: Place,
  to: Writable,
): Promise<{ count: number; pages: number; place: Place }> {
  const end = Date.now() + OVERLAP;
  const before = new Set(written);
  // Only what may be read again has to be remembered.
  const recent = Math.max(Date.parse(from), Date.now() - OVERLAP);
  let again: Pick<LogLine, 'id' | 'time'>[] = [];
  let [count, pages, span] = [0, 0, FIRST];
  for (let start = Date.parse(from); start < end; ) {
    const next = Math.min(start + span, end);
    const lines: LogLine[] = [];
    pages += 1;
    const within = { from: new Date(start).toISOString(), to: new Date(next).toISOString() };
    for await (const line of gate.logLines(within, format)) lines.push(line);
    const fresh = lines.reverse().filter(({ id }) => !before.has(id));
    await put(to, fresh.map(({ text }) => `${text}\n`).join(''));
    count += fresh.length;
    again = again.concat(lines.flatMap(({ id, time }) => (time >= recent ? [{ id, time }] : [])));
    if (lines.length > MANY) span = Math.max(SHORTEST, span / 2);
    else if (lines.length < MANY / 4) span = Math.min(LONGEST, span * 2);
    start = next;
  }
  const last = Math.max(Date.parse(from), Date.now() - OVERLAP);
  const ids = again.filter(({ time }) => time >= last).map(({ id }) => id);
  return { count, pages, place: { from: new Date(last).toISOString(), written: ids } };
}

/** Once it resolves the lines are out of this process: only then is the place in the log written down. */
function put(to: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => {
    to.write(text, (error) => (error ? fail(new UsageError(t.unwritable(codeOf(error)))) : done()));
  });
}

const codeOf = (error: NodeJS.ErrnoException) => error.code ?? '';

/** The size of the log by its checkpoint, which is no reading; `null` where tiles need a token. */
function sizeReader(options: GlobalOptions): () => Promise<number | null> {
  const { read } = logAt(options);
  return async () => {
    const note = await read('checkpoint').catch(() => null);
    const size = Number(note === null ? Number.NaN : Buffer.from(note).toString('utf8').split('\n')[1]);
    return Number.isInteger(size) ? size : null;
  };
}

function readPlace(file: string): Place | null {
  const text = readIfThere(file)?.toString('utf8');
  if (text === undefined) return null;
  try {
    const { from, written } = JSON.parse(text);
    if (typeof from === 'string' && Array.isArray(written)) return { from, written };
  } catch {
    // The message below says what to do.
  }
  throw new UsageError(t.badPlace(file));
}

function writePlace(file: string, place: Place): void {
  writeWhole(file, `${JSON.stringify(place)}\n`);
}

/** Lines are added to what the file holds. */
function openFile(path: string): Writable {
  let file: number;
  try {
    file = openSync(path, 'a', 0o600);
  } catch (error) {
    throw new UsageError(w.unwritable(path, codeOf(error as NodeJS.ErrnoException)));
  }
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      try {
        appendWhole(file, text);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // Each write tells its own failure.
  return stream.on('error', () => {});
}
