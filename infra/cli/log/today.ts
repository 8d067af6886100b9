/** `fieldgate today`: what happened since yesterday, on one screen, and whether anything waits for a person. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import type { Query } from '../../../shared/contract/api.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { all, fromOption, type GlobalOptions, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { allAlerts } from './alerts.ts';
import { inWords, NEW_DAYS, type Today } from './today-words.ts';
import { wholeAt } from './verify.ts';
import { type PolicyOptions, withPolicy } from './witnesses.ts';

const { today: t } = await texts('log');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface TodayOptions extends PolicyOptions {
  from: string;
  check: boolean;
  state: string;
}

export function registerToday(program: Command): void {
  withPolicy(program.command('today'))
    .description(about.today)
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

const RIGHTS = ['agency', 'publication', 'revocation', 'freeze'];

async function rightsSince(gate: Fieldgate, from: string): Promise<LogEntry[]> {
  const lists = await Promise.all(RIGHTS.map((kind) => all(gate.log({ from, kind }))));
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
