/** `fieldgate log review` walks a day in the terminal: alerts first, then entries by rarity, a verdict by one key. */
import { emitKeypressEvents } from 'node:readline';
import type { Command } from 'commander';
import type { Fieldgate } from '../../shared/client/connect.ts';
import type { Json, LogEntry } from '../../shared/client/types.ts';
import { type GlobalOptions, instant, open, optionsOf, print } from './common.ts';
import { EXIT, UsageError } from './failures.ts';
import { agencyOf, allAlerts } from './log-alerts.ts';
import { entryInWords } from './log-words.ts';
import { paint } from './paint.ts';
import { inLine, table } from './table.ts';

interface SpanOptions {
  from: string;
  to?: string;
}

/** Kinds that officers give a verdict on. */
const KINDS = ['decision', 'denial', 'prohibited', 'maintenance', 'erasure', 'merge'];

const KEYS = new Map([
  ['j', 'justified'],
  ['u', 'questioned'],
  ['v', 'violation'],
]);

/** `fieldgate log stats` and `log review` */
export function registerLogReview(log: Command): void {
  const from = ['--from <time>', 'not before: 2026-11-25, or 30m, 12h, 7d ago'] as const;
  log
    .command('stats')
    .description('count entries by purpose, agency, officer, field or outcome')
    .option('--by <what>', 'purpose, agency, officer, field or outcome', 'purpose')
    .option('--bucket <unit>', 'hour or day', 'day')
    .option(...from, instant, instant('7d'))
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<SpanOptions & { by: string; bucket: string }>(command);
      const { gate } = await open(options);
      const stats = await gate.stats({ by: options.by, bucket: options.bucket, from: options.from });
      print(options, stats, () => statsInWords(stats));
    });
  log
    .command('review')
    .description('walk through a day: alerts first, then entries by rarity; one key a verdict')
    .option(...from, instant, instant('24h'))
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<SpanOptions>(command);
      if (!process.stdin.isTTY)
        throw new UsageError('log review needs a terminal; fieldgate log shows entries without one.');
      const { gate, clientId } = await open(options);
      process.exitCode = await walk(gate, clientId, options);
    });
}

async function walk(
  gate: Fieldgate,
  clientId: string,
  { from }: GlobalOptions & SpanOptions,
): Promise<number> {
  const open = await allAlerts(gate, { from, acknowledged: 'no' });
  const entries: LogEntry[] = [];
  const reviewed = new Set<unknown>();
  for await (const entry of gate.log({ from })) {
    if (entry.kind === 'review') reviewed.add(entry.about);
    if (KINDS.includes(entry.kind) && agencyOf(entry) !== clientId) entries.push(entry);
  }
  const rest = byRarity(entries.filter(({ id }) => !reviewed.has(id)));
  process.stdout.write(
    `${open.length} alerts, then ${rest.length} entries. Keys: j justified, u questioned, v violation, space next, q quit.\n`,
  );
  const steps = [
    ...open.map((alert) => ({
      entry: alert as LogEntry,
      act: (key: string) =>
        key === 'j' ? gate.acknowledge(alert.id) : gate.review(alert.id, KEYS.get(key) as string),
    })),
    ...rest.map((entry) => ({ entry, act: (key: string) => gate.review(entry.id, KEYS.get(key) as string) })),
  ];
  for (const [at, { entry, act }] of steps.entries()) {
    process.stdout.write(
      `\n${paint('bold', `${at + 1} of ${steps.length}`, process.stdout)}\n${entryInWords(entry)}`,
    );
    const key = await pressed(['j', 'u', 'v', ' ', 'q']);
    if (key === 'q') break;
    if (key === ' ') continue;
    await act(key);
    process.stdout.write(`${paint('green', '✓', process.stdout)} ${KEYS.get(key)}\n`);
  }
  return EXIT.ok;
}

/** The rarest first: how seldom this agency, purpose, officer and outcome come together in the span. */
export function byRarity(entries: readonly LogEntry[]): LogEntry[] {
  const keyOf = (entry: LogEntry) =>
    JSON.stringify([
      agencyOf(entry),
      entry.purpose,
      (entry.words as { officer?: Json })?.officer,
      entry.outcome,
    ]);
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return entries.toSorted((a, b) => (counts.get(keyOf(a)) ?? 0) - (counts.get(keyOf(b)) ?? 0));
}

function pressed(keys: readonly string[]): Promise<string> {
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  process.stdin.resume();
  return new Promise((resolve) => {
    const done = (text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      const name = key.ctrl && key.name === 'c' ? 'q' : (text ?? '');
      if (!keys.includes(name)) return;
      process.stdin.off('keypress', done);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      resolve(name);
    };
    process.stdin.on('keypress', done);
  });
}

function statsInWords(stats: Record<string, Json>): string {
  const buckets = stats.buckets as { from: string; counts: Record<string, number> }[];
  const rows = buckets.flatMap(({ from, counts }) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([value, n], i) => [i === 0 ? from.slice(0, 16).replace('T', ' ') : '', inLine(value), String(n)]),
  );
  return rows.length === 0 ? 'No entries.\n' : table(['from (UTC)', 'what', 'entries'], rows, { wraps: 1 });
}
