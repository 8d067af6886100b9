/**
 * `fieldgate log review` walks through a day in the terminal: alerts first, then entries by rarity. One key
 * gives a verdict.
 */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { fromOption, type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { inLine, paint, safe } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { type Alert, agencyOf, allAlerts } from './alerts.ts';
import { lookAt, type Step, VERDICTS } from './review-walk.ts';

const { review: t } = await texts('log');
const { words: w } = await texts('words');

interface SpanOptions {
  from: string;
}

/** Kinds that officers give a verdict on. */
const KINDS = ['decision', 'denial', 'prohibited', 'maintenance', 'erasure', 'merge'];

/** `fieldgate log review` */
export function registerLogReview(log: Command): void {
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
  const groups = alike(entries.filter(({ id }) => !reviewed.has(id)));
  const left = groups.reduce((sum, group) => sum + group.length, 0);
  process.stdout.write(t.open(open.length, left, groups.length));
  return lookAt([
    ...open.map((alert) => alertStep(gate, alert)),
    ...groups.map((group) => groupStep(gate, group)),
  ]);
}

function alertStep(gate: Fieldgate, alert: Alert): Step {
  const what = alert.label ? spoken(alert.label) : inLine(alert['code']);
  const count = alert.count === 1 ? t.once : t.times(alert.count);
  return {
    title: t.alert(alert.severity ?? 'high', what, count),
    entries: [alert as LogEntry],
    next: nextFor(alert),
    async act(key, note) {
      if (key === 'j') await gate.acknowledge(alert.id, note);
      else await gate.review(alert.id, VERDICTS.get(key) as string, note);
      return { given: 1, refused: [] };
    },
  };
}

/** Verdicts of one item of the log. */
const AT_ONCE = 100;

function groupStep(gate: Fieldgate, entries: readonly LogEntry[]): Step {
  return {
    title: entries.length === 1 ? t.single : t.alike(entries.length),
    entries,
    next: nextFor(entries[0] as LogEntry),
    async act(key, note) {
      const verdict = VERDICTS.get(key) as string;
      const all = entries.map(({ id }) => ({ about: id, verdict, ...defined({ note }) }));
      const refused: string[] = [];
      for (let from = 0; from < all.length; from += AT_ONCE) {
        const answer = await gate.reviewMany(all.slice(from, from + AT_ONCE));
        refused.push(...answer.refused.map(({ code }) => code));
      }
      return { given: all.length - refused.length, refused };
    },
  };
}

function nextFor(entry: LogEntry): string {
  const agency = String(agencyOf(entry) ?? '');
  const officer = (entry['words'] as { officer?: string } | undefined)?.officer;
  return t.next(safe(agency), officer === undefined ? null : safe(officer));
}

/** Groups of entries with the same agency, purpose, officer and outcome in the span, the smallest first. */
export function alike(entries: readonly LogEntry[]): LogEntry[][] {
  const keyOf = ({ purpose, outcome, words, ...entry }: LogEntry) =>
    JSON.stringify([agencyOf(entry as LogEntry), purpose, (words as { officer?: Json })?.officer, outcome]);
  const groups = new Map<string, LogEntry[]>();
  for (const entry of entries) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
  return [...groups.values()].sort((a, b) => a.length - b.length);
}
