/** The screen of `fieldgate today`. */

import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import type { WaitingChange } from '../../../shared/contract/office.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { spoken, texts } from '../messages/language.ts';
import { inLine, paint, safe, table } from '../terminal/table.ts';
import { minute, timeOf } from '../terminal/times.ts';
import { outcomeWord, word } from '../terminal/words.ts';
import { agencyOf, alikeOf } from './alerts.ts';
import type { Whole } from './verify.ts';
import { saidIn } from './words.ts';

const { today: t } = await texts('log');
const { words: w } = await texts('words');

export interface Today {
  from: string;
  /** Decisions by outcome, then all other entries by kind. */
  counts: Record<string, number>;
  /** Open alerts, the gravest first, without those about time. */
  alerts: Alert[];
  /** Open alerts about a time that has passed. */
  overdue: Alert[];
  /** Changes of the register, the policy and the keys of writers, newest first. */
  rights: LogEntry[];
  /** Changes that wait for a second steward. */
  waiting: WaitingChange[];
  /** Groups to review that are out of the ordinary, the most urgent first. */
  unusual: ReviewGroup[];
  /** All entries that are to be reviewed. */
  toReview: number;
  /** Offices with an answer and without an entry in the days before. */
  newOffices: string[];
  /** Absent if it was not checked. */
  log?: Whole;
}

/** Days of silence after which an office is called new. */
export const NEW_DAYS = 90;
/** Lines of a section; the rest is a number with the command that lists it. */
const SHOWN = 6;

export function inWords(today: Today): string {
  const { from, counts, alerts, overdue, rights, waiting, unusual, toReview, newOffices, log } = today;
  return [
    `${paint('bold', t.since(timeOf(from)), process.stdout)}  ${Object.entries(counts).map(sumIn).join(', ') || w.noEntries.trim()}\n`,
    newOffices.length === 0 ? '' : `${t.newOffices(newOffices.map(inLine).join(', '), NEW_DAYS)}\n`,
    section(t.alerts(alerts.length), folded(alerts).map(alertIn), 'fieldgate log alerts --open'),
    section(t.overdue(overdue.length), folded(overdue).map(alertIn), 'fieldgate log alerts --open'),
    section(
      t.rights(rights.length + waiting.length),
      [
        ...waiting.map((one) => [
          minute(one.expiresAt),
          t.waits,
          one.clientId,
          one.officer ?? '–',
          one.entry,
        ]),
        ...rights.map(rightIn),
      ],
      'fieldgate second',
    ),
    section(t.unusual(unusual.length, toReview), unusual.map(groupIn), 'fieldgate log review'),
    log === undefined ? '' : `\n${mark(log.ok)} ${log.ok ? readIn(log) : t.broken(log.fault, log.at)}\n`,
  ].join('');
}

/** What was read, and no word about the rest. */
const readIn = ({ read, sampled, size, wholeAt }: Whole & { ok: true }) =>
  t.read(read) + (size > read ? t.readBefore(size - read, sampled, timeOf(wholeAt)) : '');

const sumIn = ([name, n]: [string, number]) => `${n} ${t.counted[name] ?? word(name)}`;

const mark = (good: boolean) =>
  good ? paint('green', '✓', process.stdout) : paint('red', '✗', process.stdout);

function section(title: string, rows: readonly string[][], more: string): string {
  const head = `\n${paint('bold', title, process.stdout)}\n`;
  if (rows.length === 0) return head;
  const shown = rows.slice(0, SHOWN);
  const width = Math.max(...shown.map((row) => row.length));
  // Without titles: each line says what it is.
  const lines = table(Array(width).fill(''), shown, { wraps: 2, lastBelow: true }).replace(/^\s*\n/, '');
  return head + lines + (rows.length > SHOWN ? t.more(rows.length - SHOWN, more) : '');
}

/** One of those that say the same of the same officer, with the number of all of them. */
const folded = (alerts: readonly Alert[]): Alert[] =>
  alikeOf(alerts).map((some) => ({
    ...(some[0] as Alert),
    count: some.reduce((sum, { count }) => sum + count, 0),
  }));

function alertIn(alert: Alert): string[] {
  const what = alert.label ? spoken(alert.label) : inLine(alert['code']);
  return [
    minute(alert.time),
    word(alert.severity ?? 'high'),
    safe(alert.count > 1 ? `${what} ×${alert.count}` : what),
    inLine(agencyOf(alert)),
    inLine(saidIn(alert, 'officer')),
    alert.id,
  ];
}

function rightIn(entry: LogEntry): string[] {
  const what = [
    word(entry.kind),
    outcomeWord(entry.kind, inLine(entry['outcome'])),
    inLine(entry['code']),
  ].filter((one) => one !== '–');
  const by = inLine(saidIn(entry, 'officer'));
  return [minute(entry.time ?? ''), what.join(' '), inLine(entry['about']), by, entry.id];
}

function groupIn({
  newest,
  agency,
  officer,
  purpose,
  outcome,
  code,
  count,
  why,
  ids,
}: ReviewGroup): string[] {
  const what = [purpose, word(outcome ?? ''), code].filter(Boolean).join(' ');
  return [
    minute(newest),
    `×${count}`,
    safe(`${agency} ${officer ?? ''} ${what}`),
    why.map((one) => t.why[one] ?? one).join(', '),
    ids[0] ?? '',
  ];
}
