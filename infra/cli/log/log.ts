import type { LogFilters } from '../../../shared/client/lists.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import type { Command } from '../command.ts';
import { count, type GlobalOptions, instant, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { registerLogAlerts } from './alerts.ts';
import { registerLogEvidence, registerLogProve } from './prove.ts';
import { registerLogReconcile } from './reconcile.ts';
import { registerLogReview, registerLogRevoke } from './review.ts';
import { registerLogVerify } from './verify.ts';
import { entriesInWords, entryInWords } from './words.ts';

const { list: t } = await texts('log');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

type LogOptions = Omit<LogFilters, 'limit'> & { limit: number };

/** `fieldgate log` and its commands */
export function registerLog(program: Command): void {
  const log = program
    .command('log')
    .description(about.log)
    .option('--from <time>', w.fromLong, instant)
    .option('--to <time>', w.before, instant)
    .option('--agency <client id>', t.agency)
    .option('--purpose <code>', t.purpose)
    .option('--ref <reference>', t.ref)
    .option('--officer <name>', t.officer)
    .option('--outcome <word>', t.outcome)
    .option('--kind <word>', t.kind)
    .option('--limit <entries>', w.limit, count, 20)
    .runs<LogOptions>(list);
  log
    .command('entry')
    .description(t.entry)
    .argument('<id>', w.fromListOrReceipt)
    .calls(async ({ gate, options }, id) => {
      const entry = await gate.logEntry(id);
      print(options, entry, () => entryInWords(entry));
      process.exitCode = EXIT.ok;
    });
  registerLogEvidence(log);
  registerLogVerify(log);
  registerLogProve(log);
  registerLogReconcile(log);
  registerLogAlerts(log);
  registerLogReview(log);
  registerLogRevoke(log);
}

async function list(options: GlobalOptions & LogOptions): Promise<number> {
  const { from, to, agency, purpose, ref, officer, outcome, kind, limit } = options;
  const filters = Object.entries({ from, to, agency, purpose, ref, officer, outcome, kind });
  const given = Object.fromEntries(filters.filter(([, value]) => value !== undefined));
  const { gate } = await open(options);
  const entries = await take(gate.log({ ...given, limit: Math.min(limit + 1, 500) }), limit);
  print(options, { entries: entries.items, more: entries.more }, () =>
    entriesInWords(entries.items, entries.more),
  );
  return EXIT.ok;
}

/** The first `limit` items, and whether more exist. */
export async function take(
  source: AsyncIterable<LogEntry>,
  limit: number,
): Promise<{ items: LogEntry[]; more: boolean }> {
  const items: LogEntry[] = [];
  for await (const item of source) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
