/**
 * `fieldgate log review` walks through a day in the terminal: alerts first, then entries by rarity. One key
 * gives a verdict.
 */

import { emitKeypressEvents } from 'node:readline';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { fromOption, type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { inLine, paint, safe, table } from '../terminal/table.ts';
import { minute, timeOf, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { agencyOf, allAlerts } from './alerts.ts';
import { sayingsOf } from './words.ts';

const { review: t } = await texts('log');
const { words: w } = await texts('words');

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
  log
    .command('stats')
    .description(t.stats.what)
    .option('--by <what>', t.stats.by, 'purpose')
    .option('--bucket <unit>', t.stats.bucket, 'day')
    .addOption(fromOption(w.fromShort, '7d'))
    .calls<SpanOptions & { by: string; bucket: string }>(async ({ gate, options }) => {
      const stats = await gate.stats({ by: options.by, bucket: options.bucket, from: options.from });
      print(options, stats, () => statsInWords(stats));
    });
  log
    .command('review')
    .description(t.what)
    .addOption(fromOption(w.fromShort, '24h'))
    .runs<SpanOptions>(async (options) => {
      if (!process.stdin.isTTY) throw new UsageError(t.noTerminal);
      const { gate, clientId } = await open(options);
      process.exitCode = await walk(gate, clientId, options);
    });
}

/** `fieldgate log revoke` */
export function registerLogRevoke(log: Command): void {
  withOfficer(log.command('revoke <writer>'))
    .description(t.revoke.what)
    .runs<{ officer?: string; reason?: string }>(async (options, writer) => {
      const { officer, reason } = whyFrom(options);
      const why = defined({ officer, reason });
      const { gate } = await open(options);
      const answer = await gate.revokeWriter(writer, why);
      print(options, answer, () =>
        answer['state'] === 'pending'
          ? t.revoke.requested(timeOf(String(answer['expiresAt'])))
          : t.revoke.done(safe(writer)),
      );
    });
}

/** An entry or alert to review, and the effect of a verdict on it. */
interface Step {
  title: string;
  entry: LogEntry;
  act(key: string): Promise<unknown>;
}

const PROMPT = t.prompt;

const GRAVE = ['high', 'medium', 'low'];

async function walk(
  gate: Fieldgate,
  clientId: string,
  { from }: GlobalOptions & SpanOptions,
): Promise<number> {
  // Rarity is counted among all entries of the span, of which a busy day has many.
  process.stdout.write(paint('gray', t.reading, process.stdout));
  const open = await allAlerts(gate, { from, acknowledged: 'no' });
  open.sort((a, b) => GRAVE.indexOf(a.severity ?? '') - GRAVE.indexOf(b.severity ?? ''));
  const entries: LogEntry[] = [];
  const reviewed = new Set<unknown>();
  for await (const entry of gate.log({ from })) {
    if (entry.kind === 'review') reviewed.add(entry['about']);
    if (KINDS.includes(entry.kind) && agencyOf(entry) !== clientId) entries.push(entry);
  }
  const rest = byRarity(entries.filter(({ id }) => !reviewed.has(id)));
  process.stdout.write(t.open(open.length, rest.length));
  const verdict = (id: string) => (key: string) => gate.review(id, KEYS.get(key) as string);
  const steps: Step[] = [
    ...open.map((alert) => ({
      title: t.alert(
        alert.severity ?? 'high',
        alert.label ? spoken(alert.label) : inLine(alert['code']),
        alert.count === 1 ? t.once : t.times(alert.count),
      ),
      entry: alert as LogEntry,
      act: (key: string) => (key === 'j' ? gate.acknowledge(alert.id) : verdict(alert.id)(key)),
    })),
    ...rest.map(({ entry, alike }) => ({
      title: alike === 1 ? t.single : t.alike(alike),
      entry,
      act: verdict(entry.id),
    })),
  ];
  return lookAt(steps);
}

/**
 * Shows the entries one after another, until the last or `q`. A refusal of the gateway is shown, and the walk
 * continues.
 */
async function lookAt(steps: readonly Step[]): Promise<number> {
  const given = new Map<string, number>();
  for (const [at, { title, entry, act }] of steps.entries()) {
    const head = paint('bold', t.position(at + 1, steps.length, safe(title)), process.stdout);
    process.stdout.write(`\n${head}\n${sayingsOf(entry)}${paint('gray', PROMPT, process.stdout)}\n`);
    const key = await pressed(['j', 'u', 'v', ' ', 'q']);
    if (key === 'q') break;
    if (key === ' ') continue;
    const verdict = KEYS.get(key) as string;
    try {
      await act(key);
      given.set(verdict, (given.get(verdict) ?? 0) + 1);
      process.stdout.write(`${paint('green', '✓', process.stdout)} ${word(verdict)}\n`);
    } catch (error) {
      if (!(error instanceof FieldgateError)) throw error;
      process.stdout.write(`${paint('red', '✗', process.stdout)} ${safe(error.message)} (${error.code})\n`);
    }
  }
  const sums = [...given].map(([verdict, count]) => `${count} ${word(verdict)}`).join(', ');
  process.stdout.write(t.verdicts(sums || w.none));
  return EXIT.ok;
}

/** The rarest first, by the number of entries in the span with this agency, purpose, officer and outcome. */
export function byRarity(entries: readonly LogEntry[]): { entry: LogEntry; alike: number }[] {
  const keyOf = ({ purpose, outcome, words, ...entry }: LogEntry) =>
    JSON.stringify([agencyOf(entry as LogEntry), purpose, (words as { officer?: Json })?.officer, outcome]);
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return entries
    .map((entry) => ({ entry, alike: counts.get(keyOf(entry)) ?? 0 }))
    .sort((a, b) => a.alike - b.alike);
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
  const buckets = stats['buckets'] as { from: string; counts: Record<string, number> }[];
  const rows = buckets.flatMap(({ from, counts }) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([value, n], i) => [i === 0 ? minute(from) : '', inLine(value), String(n)]),
  );
  return rows.length === 0
    ? w.noEntries
    : table([t.fromIn(zoneHere()), w.what, w.entries], rows, { wraps: 1 });
}
