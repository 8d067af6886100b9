/** `fieldgate today`: what happened since yesterday, on one screen, and whether anything waits for a person. */
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import type { Query } from '../../../shared/contract/api.ts';
import type { WaitingChange } from '../../../shared/contract/office.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { agencyRoutes } from '../../../shared/contract/routes/agencies.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { logRoutes } from '../../../shared/contract/routes/log.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { all, fromOption, type GlobalOptions, open, print } from '../common.ts';
import { listed } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { inLine, mark, paint } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { alikeOf, allAlerts } from './alerts.ts';
import { groupsInWords } from './review.ts';
import type { Whole } from './verify.ts';
import { wholeAt } from './verify.ts';
import { type PolicyOptions, type Seen, seenShort, withPolicy } from './witnesses.ts';

const { today: t } = await texts('log');
const { policy: p } = await texts('witness');

interface TodayOptions extends PolicyOptions {
  from: string;
  check: boolean;
  state: string;
}

export function registerToday(program: Command): void {
  withPolicy(program.command('today'))
    .addOption(fromOption(w.fromShort, '24h'))
    .option('--no-check', t.noCheck)
    .option('--state <folder>', t.state, '.fieldgate/verified')
    .addHelpText('after', t.help)
    .runs<TodayOptions>(async (options) => {
      const today = await readToday(options);
      print(options, today, () => inWords(today));
      return isGrave(today) ? EXIT.refused : EXIT.ok;
    });
}

async function readToday(options: GlobalOptions & TodayOptions): Promise<Today> {
  const { gate } = await open(options);
  const { from } = options;
  const stats = (query: Query<'GET /v1/log/stats'>) =>
    gate.call('GET /v1/log/stats', { query: { ...query, from } });
  const [open_, rights, waiting, queue, decided, kinds, offices] = await Promise.all([
    // An alert of any age stays here until an officer has acknowledged it.
    allAlerts(gate, { acknowledged: 'no' }),
    rightsSince(gate, from),
    all(gate.items('GET /v1/agencies', 'waiting', {})),
    gate.call('GET /v1/log/reviews/queue', { query: { from } }),
    stats({ by: 'outcome', kind: 'decision' }),
    stats({ by: 'kind' }),
    stats({ by: 'agency', kind: 'decision', newWithin: NEW_DAYS }),
  ]);
  const log = options.check ? await wholeAt(options) : undefined;
  const alerts = open_.sort((a, b) => gravity(a) - gravity(b));
  const late = ({ code }: Alert) => LATE.has(String(code));
  return {
    from,
    counts: { ...sum(decided), ...others(sum(kinds)) },
    alerts: alerts.filter((alert) => !late(alert)),
    overdue: alerts.filter(late),
    rights,
    waiting,
    unusual: queue.groups.filter(({ kind, why }) => kind !== 'alert' && why.some((one) => UNUSUAL.has(one))),
    toReview: queue.open,
    ...defined({ toReviewSince: queue.next }),
    newOffices: (offices['newAgencies'] ?? []) as string[],
    ...(log && { log }),
  };
}

/** What makes a group of entries unusual; the others are ordinary samples. */
const UNUSUAL = new Set(['REVIEW_OWED', 'PROHIBITED', 'OFF_HOURS', 'RARE']);
/** Alerts about a time that has passed. */
const LATE = new Set(['TASK_OVERDUE', 'UNREVIEWED']);
const GRAVE = ['high', 'medium', 'low'];
const gravity = ({ severity }: Alert) => GRAVE.indexOf(severity ?? 'high');

/** Whether a person has to act: for the exit code, which a scheduler reads. */
function isGrave({ alerts, overdue, log }: Today): boolean {
  return (
    alerts.some(({ severity }) => severity === 'high') ||
    overdue.length > 0 ||
    log?.ok === false ||
    log?.witnessed?.ok === false
  );
}

const OF_RIGHTS = ['agency', 'publication', 'revocation', 'freeze'];

async function rightsSince(gate: Fieldgate, from: string): Promise<LogEntry[]> {
  const lists = await Promise.all(OF_RIGHTS.map((kind) => all(gate.log({ from, kind }))));
  return lists.flat().sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
}

/** The most frequent first. */
function sum(stats: Record<string, Json>): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { counts } of stats['buckets'] as unknown as { counts: Record<string, number> }[])
    for (const [name, n] of Object.entries(counts)) total[name] = (total[name] ?? 0) + n;
  return Object.fromEntries(Object.entries(total).sort(([, a], [, b]) => b - a));
}

/** What is counted by its outcome, and what says nothing of an act. */
const LEFT_OUT = new Set(['decision', 'attempt', 'writer', 'watch']);
/** Of the other kinds, an officer looks for these first. */
const FIRST = ['prohibited', 'denial'];

function others(kinds: Record<string, number>): Record<string, number> {
  const rest = Object.keys(kinds).filter((kind) => !LEFT_OUT.has(kind));
  const sorted = [...FIRST.filter((kind) => rest.includes(kind)), ...rest];
  return Object.fromEntries(sorted.map((kind) => [kind, kinds[kind] ?? 0]));
}

/** The screen of `fieldgate today`. */
interface Today {
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
  /** If older entries wait, too: those since this instant are counted. */
  toReviewSince?: string;
  /** Offices with an answer and without an entry in the days before. */
  newOffices: string[];
  /** Absent if it was not checked. */
  log?: Whole;
}

/** Days of silence after which an office is called new. */
const NEW_DAYS = 90;
/** Lines of a section; the rest is a number with the command that lists it. */
const SHOWN = 6;

function inWords(today: Today): string {
  const {
    from,
    counts,
    alerts,
    overdue,
    rights,
    waiting,
    unusual,
    toReview,
    toReviewSince,
    newOffices,
    log,
  } = today;
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
        (rights.length === 0
          ? ''
          : listed(logRoutes.listEntries, 'entries', rights.slice(0, SHOWN).map(aboutWhom), RIGHTS)),
      `fieldgate log --from ${from} --kind ${OF_RIGHTS.join(',')}`,
    ),
    section(
      t.unusual(
        unusual.length,
        toReview,
        toReviewSince === undefined ? '' : t.countedSince(timeOf(toReviewSince)),
      ),
      unusual.length,
      groupsInWords(unusual.slice(0, SHOWN)),
      'fieldgate log review',
    ),
    log === undefined ? '' : `\n${logInWords(log)}\n`,
    log?.ok ? witnessesIn(log.witnessed) : '',
  ].join('');
}

export const logInWords = (log: Whole) =>
  `${mark(log.ok ? 'good' : 'bad')} ${log.ok ? readIn(log) : t.broken(log.fault, log.at)}`;

/** What was read, and no word about the rest. */
const readIn = ({ read, sampled, size, wholeAt }: Whole & { ok: true }) =>
  t.read(read) + (size > read ? t.readBefore(size - read, sampled, timeOf(wholeAt)) : '');

/** Green with a quorum, amber without one or with one that no longer looks, red for what is not the log that was read. */
export function witnessesIn(seen: Seen | null): string {
  if (!seen) return `- ${p.cosigned}: ${p.notAsked}\n`;
  if (seen.ok) return `${mark(seen.late ? 'open' : 'good')} ${seenShort(seen)}\n`;
  const isFork = seen.code === 'OTHER' || seen.code === 'UNSIGNED';
  return `${mark(isFork ? 'bad' : 'open')} ${seen.fault}\n`;
}

const sumIn = ([name, n]: [string, number]) => `${n} ${t.counted[name] ?? word(name)}`;

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
const RIGHTS = ['time', 'kind', 'outcome', 'about', 'handler.agency', 'words.officer', 'id'];

/** Of a freeze its target, of a change of the register the office: both stand in a sealed word. */
const aboutWhom = ({ about, words, handler, ...one }: LogEntry) => ({
  ...one,
  ...defined({ words, handler }),
  about: officeIn(words?.finding) ?? about,
});

function officeIn(finding: string | undefined): string | undefined {
  // Of a freeze: its kind, and whom or what it stops.
  if (!finding?.startsWith('{')) return finding?.replace(/^\w+(?= )/, word);
  return (JSON.parse(finding) as { record?: { clientId?: string } }).record?.clientId;
}

function alertsIn(alerts: readonly Alert[], title: string): string {
  const rows = folded(alerts);
  const list = listed(auditRoutes.listAlerts, 'alerts', rows.slice(0, SHOWN), ALERTS);
  return section(title, rows.length, list, 'fieldgate log alerts --open');
}
