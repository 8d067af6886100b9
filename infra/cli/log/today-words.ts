/** The screen of `fieldgate today`. */

import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import type { WaitingChange } from '../../../shared/contract/office.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { agencyRoutes } from '../../../shared/contract/routes/agencies.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { logRoutes } from '../../../shared/contract/routes/log.ts';
import { listed } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { inLine, paint } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { alikeOf } from './alerts.ts';
import { groupsInWords } from './review.ts';
import type { Whole } from './verify.ts';
import { type Seen, seenShort } from './witnesses.ts';

const { today: t } = await texts('log');
const { policy: p } = await texts('witness');
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
    alertsIn(alerts, t.alerts(alerts.length)),
    alertsIn(overdue, t.overdue(overdue.length)),
    section(
      t.rights(rights.length + waiting.length),
      waiting.length + rights.length,
      (waiting.length === 0
        ? ''
        : listed(agencyRoutes.listAgencies, 'waiting', waiting, [
            'expiresAt',
            'clientId',
            'officer',
            'entry',
          ])) +
        (rights.length === 0 ? '' : listed(logRoutes.listEntries, 'entries', rights.slice(0, SHOWN), RIGHTS)),
      'fieldgate second',
    ),
    section(
      t.unusual(unusual.length, toReview),
      unusual.length,
      groupsInWords(unusual.slice(0, SHOWN)),
      'fieldgate log review',
    ),
    log === undefined ? '' : `\n${mark(log.ok)} ${log.ok ? readIn(log) : t.broken(log.fault, log.at)}\n`,
    log?.ok ? witnessesIn(log.witnessed) : '',
  ].join('');
}

/** What was read, and no word about the rest. */
const readIn = ({ read, sampled, size, wholeAt }: Whole & { ok: true }) =>
  t.read(read) + (size > read ? t.readBefore(size - read, sampled, timeOf(wholeAt)) : '');

/** Green with a quorum, amber without one, red for what is not the log that was read. */
function witnessesIn(seen: Seen | null): string {
  if (!seen) return `- ${p.cosigned}: ${p.notAsked}\n`;
  if (seen.ok) return `${mark(true)} ${seenShort(seen)}\n`;
  const isFork = seen.code === 'OTHER' || seen.code === 'UNSIGNED';
  return `${isFork ? mark(false) : paint('yellow', '!', process.stdout)} ${seen.fault}\n`;
}

const sumIn = ([name, n]: [string, number]) => `${n} ${t.counted[name] ?? word(name)}`;

const mark = (good: boolean) =>
  good ? paint('green', '✓', process.stdout) : paint('red', '✗', process.stdout);

function section(title: string, rows: number, list: string, more: string): string {
  const head = `\n${paint('bold', title, process.stdout)}\n`;
  return rows === 0 ? head : head + list + (rows > SHOWN ? t.more(rows - SHOWN, more) : '');
}

/** One of those that say the same of the same officer, with the number of all of them. */
const folded = (alerts: readonly Alert[]): Alert[] =>
  alikeOf(alerts).map((some) => ({
    ...(some[0] as Alert),
    count: some.reduce((sum, { count }) => sum + count, 0),
  }));

const ALERTS = ['time', 'severity', 'label', 'count', 'handler.agency', 'words.officer', 'id'];
const RIGHTS = ['time', 'kind', 'outcome', 'code', 'about', 'words.officer', 'id'];

function alertsIn(alerts: readonly Alert[], title: string): string {
  const rows = folded(alerts);
  const list = listed(auditRoutes.listAlerts, 'alerts', rows.slice(0, SHOWN), ALERTS);
  return section(title, rows.length, list, 'fieldgate log alerts --open');
}
