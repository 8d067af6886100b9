import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import type { Query } from '../../../shared/contract/api.ts';
import { logRoutes } from '../../../shared/contract/routes/log.ts';
import { defined } from '../../../shared/defined.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Command } from '../command.ts';
import { count, endOf, type GlobalOptions, instant, open, print, type Typed } from '../common.ts';
import { helpOf } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { texts, words as w } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { allSaid } from '../terminal/names.ts';
import { registerLogAlerts, registerRecusals, registerUndelivered } from './alerts.ts';
import { registerLogCode } from './code.ts';
import { followLog, registerLogExport } from './export.ts';
import { GATEWAY, requireNames, requireOne, requireWords, WORDS } from './known.ts';
import { registerLogEvidence, registerLogProve } from './prove.ts';
import { registerLogReconcile } from './reconcile.ts';
import { registerLogReview, registerLogRevoke } from './review.ts';
import { registerLogStats } from './stats.ts';
import { registerLogVerify } from './verify.ts';
import { gatewayUrl } from './where.ts';
import { entriesInWords, entryInWords } from './words.ts';

const { list: t } = await texts('log');

const ENTRIES = logRoutes.listEntries;
/** What a folded list reads at once more than it shows. */
const PAGE = 200;
/** Entries of which a folded list is made at most: the next row after a large intake may be far. */
const MOST_READ = 5000;
/** Columns and ids are the console's own ways to ask. */
const READING = {
  flags: {
    ids: null,
    view: null,
    openings: null,
    ref: '--ref <reference>',
    evidence: '--evidence <word>',
    ...WORDS,
  },
  defaults: [],
};

interface LogOptions
  extends Omit<Typed<Query<'GET /v1/log/entries'>>, 'limit' | 'ref'>,
    Omit<PersonOptions, 'ref'> {
  limit: number;
  all?: boolean;
  watch?: boolean;
  sameAs?: string;
  reason?: string;
}

/** `fieldgate log` and its commands */
export function registerLog(program: Command): void {
  const log = program.command('log').addHelpText('after', t.help);
  // A command of its own, so that no other command of the log takes its filters and drops them.
  const entries = withNumber(log.command('list', { isDefault: true }).description(t.what));
  entries
    .option('--same-as <entry>', t.sameAs)
    .option('--reason <text>', t.reason)
    .option('--from <time>', w.fromLong, instant)
    .option('--to <time>', w.before, endOf)
    .option('--officer <name>', t.officer)
    .option('--reviewed <yes|no>', t.reviewed)
    .option('--all', t.all)
    .option('--watch', t.watch)
    .option('--limit <entries>', w.limit, count, 20)
    .runs<LogOptions>(list);
  const help = helpOf(ENTRIES.line, 'query');
  withMembers(entries, ENTRIES.query, { ...READING, help, late: false });
  log
    .command('entry')
    .description(t.entry)
    .argument('<id>', w.fromListOrReceipt)
    .calls(async ({ gate, options }, id) => {
      const entry = await gate.call('GET /v1/log/entries/:id', { id });
      const page = `${gatewayUrl(options)}/console/#/log?${new URLSearchParams({ e: id })}`;
      print(options, entry, () => entryInWords(entry, page));
      process.exitCode = EXIT.ok;
    });
  registerLogExport(log);
  registerLogEvidence(log);
  registerLogVerify(log);
  registerLogProve(log);
  registerLogCode(log);
  registerLogReconcile(log);
  registerLogAlerts(log);
  registerLogReview(log);
  registerLogStats(log);
  registerLogRevoke(log);
  registerUndelivered(log);
  registerRecusals(log);
}

async function list(options: GlobalOptions & LogOptions): Promise<number> {
  requireWords(options);
  requireOne('--reviewed', options.reviewed, ['yes', 'no']);
  // Here `--officer` is of the entries, and not of the caller.
  const { officer, ...own } = options;
  const { gate } = await open(own);
  const { from, to, kind, limit, all = false } = own;
  if (from !== undefined && to !== undefined && from >= to) throw new UsageError(t.badSpan);
  const { localId, match, reason } = own;
  const person = defined({ localId, match, reason });
  await requireNames(gate, options);
  const about =
    (localId ?? match) === undefined
      ? await sameAs(gate, options.sameAs)
      : { ref: await refOf(gate, person) };
  const given = { ...membersFrom(options, ENTRIES.query, READING), ...about };
  if ('since' in given || 'order' in given) return inOrder(gate, own, given);
  const whole = all || options.json || kind !== undefined;
  let readings = 0;
  const read = (): Promise<{ items: LogEntry[]; more: boolean }> => {
    readings = 0;
    const query = { ...given, limit: Math.min(whole ? limit + 1 : limit + PAGE, 500) };
    const found = entriesOf(gate, query, () => {
      readings += 1;
    });
    // Programs get every entry. People get a line for each act, unless they ask for more.
    if (whole) return take(found, limit);
    // A watch looks at one page.
    return folded(found, limit, own.watch ? query.limit - 1 : MOST_READ);
  };
  if (own.watch) {
    let known = new Set<string>();
    return followLog(options, async () => {
      const { items, more } = await read();
      const fresh = items.filter(({ id }) => !known.has(id)).reverse();
      known = new Set(items.map(({ id }) => id));
      // If all are new, those before them may be, too.
      if (fresh.length > 0)
        print(options, fresh, () => entriesInWords(fresh, more && fresh.length === items.length));
      await allSaid();
      return readings;
    });
  }
  const { items, more } = await read();
  const hint = items.length === 0 && officer !== undefined ? await unlessSeen(gate, officer, own) : '';
  print(options, items, () => entriesInWords(items, more) + hint, { more });
  return EXIT.ok;
}

/** Oldest first: one page, and whether the tree goes on. */
async function inOrder(gate: Fieldgate, options: GlobalOptions & { limit: number }, query: object) {
  const asked = { query: { ...query, limit: String(options.limit) } };
  const { entries, more = false } = await gate.call('GET /v1/log/entries', asked);
  const items = entries as unknown as LogEntry[];
  print(options, items, () => entriesInWords(items, more), { more });
  return EXIT.ok;
}

/** Officers are in no list: a name without any entry of the span may be mistyped. */
async function unlessSeen(gate: Fieldgate, officer: string, { from, to }: LogOptions): Promise<string> {
  const query = { by: 'officer', from: from ?? instant('31d'), to } as const;
  const { buckets } = await gate.call('GET /v1/log/stats', { query });
  const seen = buckets.flatMap(({ counts }) => Object.keys(counts));
  return seen.includes(officer) ? '' : t.neverSeen(nearestOf(officer, seen));
}

/** The log's own id of the person of an entry. */
async function sameAs(gate: Fieldgate, entry: string | undefined): Promise<{ subject?: string }> {
  if (entry === undefined) return {};
  const { subject }: Partial<LogEntry> = await gate.call('GET /v1/log/entries/:id', { id: entry });
  if (typeof subject !== 'string') throw new UsageError(t.noPerson);
  return { subject };
}

/**
 * Without entries that say nothing of an act: the attempt that a later decision completes, the start of a writer, and a
 * look of the watch that found nothing. Of readings of lists by one officer in a row, one is left, and of intakes and acts of
 * maintenance alike, too, with their `count`. Another attempt without a decision is shown.
 * @param entries newest first, so that a decision comes before its attempt
 */
export async function* acts(entries: AsyncIterable<LogEntry>): AsyncGenerator<LogEntry & { count?: number }> {
  const completed = new Set<unknown>();
  let reader: string | undefined;
  let row: { entry: LogEntry; like: string | undefined; count: number } | undefined;
  const shown = () =>
    row === undefined ? [] : [row.count > 1 ? { ...row.entry, count: row.count } : row.entry];
  for await (const entry of entries) {
    const before = reader;
    reader = readerOf(entry);
    if (reader !== undefined && reader === before) continue;
    completed.add(entry['attempt']);
    const silent = entry.kind === 'watch' && (entry['words'] as { finding?: string })?.finding === '[]';
    if (entry.kind === 'writer' || silent || completed.delete(entry.id)) continue;
    const like = massOf(entry);
    if (row && like !== undefined && like === row.like) {
      row.count += 1;
      continue;
    }
    yield* shown();
    row = { entry, like, count: 1 };
  }
  yield* shown();
}

/** The rows of a list, of so many entries that are read for it at most. @returns `more` also if these were not all */
export async function folded(entries: AsyncIterable<LogEntry>, limit: number, most: number) {
  let read = 0;
  async function* first() {
    for await (const entry of entries) {
      read += 1;
      if (read > most) return;
      yield entry;
    }
  }
  const { items, more } = await take(acts(first()), limit);
  return { items, more: more || read > most };
}

/**
 * The list, page after page.
 * @param onReading for each page: a look at it is an entry itself, which a watch must not take for news
 */
export async function* entriesOf(
  gate: Pick<Fieldgate, 'call'>,
  query: object,
  onReading: () => void,
): AsyncGenerator<LogEntry> {
  let cursor: string | undefined;
  do {
    onReading();
    const page = await gate.call('GET /v1/log/entries', { query: { ...query, cursor } });
    yield* page.entries as unknown as LogEntry[];
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** The reader of a list, and of whose entries; `undefined` for other entries, and for a reading of one thing. */
function readerOf(entry: LogEntry): string | undefined {
  const { kind, words, handler, subject, about } = entry as LogEntry &
    Record<'words' | 'handler', object | undefined>;
  if (kind !== 'reading' || about !== undefined) return undefined;
  return JSON.stringify([handler, (words as { officer?: string } | undefined)?.officer, subject]);
}

/** What many entries of one request or pass have in common; `undefined` for other entries. */
function massOf({ kind, handler, words, purpose, outcome, code }: LogEntry): string | undefined {
  // A pass over all people has an attempt for each person and no purpose, also one that a steward began.
  const isPass = kind === 'attempt' && purpose === undefined && code !== undefined;
  const byGateway = handler?.agency === GATEWAY && kind === 'maintenance';
  if (kind !== 'intake' && !isPass && !byGateway) return undefined;
  return JSON.stringify([kind, handler?.agency, words?.officer, words?.case, purpose, outcome, code]);
}

/** The first `limit` items, and whether more exist. */
export async function take<Item>(
  source: AsyncIterable<Item>,
  limit: number,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  for await (const item of source) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
