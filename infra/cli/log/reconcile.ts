import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Answer } from '../../../shared/contract/api.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, type GlobalOptions, list, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { inLine, mark, table } from '../terminal/table.ts';
import { moment, zoneHere } from '../terminal/times.ts';
import { HOUR, MINUTE, type Request, requestsFor, type Span } from './trail.ts';
import { openTrail } from './trail-files.ts';

const { list: l, reconcile: t } = await texts('log');

export interface TrailOptions extends GlobalOptions {
  trail: string;
  from: string;
  to?: string;
  role?: string[];
}

export const withTrail = (command: Command, trail?: string) =>
  command
    .option('--trail <path>', t.trail, trail)
    .addOption(fromOption(t.from, '24h'))
    .option('--to <time>', t.to, endOf);

/** `fieldgate log reconcile` */
export function registerLogReconcile(log: Command): void {
  withTrail(log.command('reconcile').description(t.what), '.fieldgate/cloudtrail')
    .option('--role <name>', t.role, list)
    .runs<TrailOptions>(async (options) => {
      const { gate } = await open(options);
      const total = await compareTrail(options, ({ at, end, tooMany: _, ...part }) => {
        const body = { ...spanOf(at, end), ...part, ...defined({ roles: options.role }) };
        return gate.call('POST /v1/log/reconciliations', { body });
      });
      print(options, total, () => inWords(total, periodOf(total)));
      return exitOf(total);
    });
}

export const spanOf = (at: number, end: number): Span => ({
  from: new Date(at).toISOString(),
  to: new Date(end).toISOString(),
});
export const periodOf = ({ from, to }: Span) => `${moment(from)} – ${moment(to)}`;
export const exitOf = ({ findings, failed }: Total) =>
  findings.length + failed.length === 0 ? EXIT.ok : EXIT.refused;

type Compared = Answer<'POST /v1/log/reconciliations'>;
interface Total extends Span, Omit<Compared, 'alerts'> {
  /** New ones; absent where no alerts are raised. */
  alerts?: number;
  failed: Span[];
}

/** Span after span. @param compare one of them, with what its answer may show. @param judge a finding by a record alone, if it is one */
export async function compareTrail(
  options: TrailOptions,
  compare: (request: Request) => Promise<Omit<Compared, 'alerts'> & Partial<Compared>>,
  judge: (record: unknown) => Compared['findings'][number] | null = () => null,
): Promise<Total> {
  const from = Date.parse(options.from);
  // Newer entries may not have reached the log yet.
  const to = options.to === undefined ? Date.now() - MINUTE : Date.parse(options.to);
  if (!(from < to)) throw new UsageError(l.badSpan);
  const total: Total = {
    ...{ ...spanOf(from, to), matched: 0, aborted: 0, repeated: 0 },
    ...{ findings: [], failed: [] },
  };
  const trail = await openTrail(options.trail, (record) => {
    const found = judge(record);
    const at = Date.parse(found?.at ?? '');
    if (found && at >= from && at < to) total.findings.push(found);
  });
  const hours = Math.ceil((to - from) / HOUR);
  const progress = hours > 3 ? startProgress(t.spans, hours) : null;
  const spanAt = (hour: number) => [from + hour * HOUR, Math.min(from + (hour + 1) * HOUR, to)] as const;
  const read = (hour: number) => {
    const [at, end] = spanAt(hour);
    const cuts = trail.between(at - MINUTE, end + MINUTE);
    cuts.catch(() => {});
    return cuts;
  };
  // The next hour is read while the gateway compares this one.
  let next = read(0);
  for (let hour = 0; hour < hours; hour++) {
    const [at, end] = spanAt(hour);
    const cuts = await next;
    if (hour + 1 < hours) next = read(hour + 1);
    for (const request of requestsFor(cuts, at, end)) {
      const answer = request.tooMany ? null : await compare(request).catch(asUsage);
      if (answer === null) {
        total.failed.push(spanOf(request.at, request.end));
        continue;
      }
      total.matched += answer.matched;
      total.aborted += answer.aborted;
      total.repeated += answer.repeated;
      if (answer.alerts) total.alerts = (total.alerts ?? 0) + answer.alerts.length;
      total.findings.push(...answer.findings);
    }
    progress?.update(hour + 1);
  }
  progress?.stop();
  return total;
}

/**
 * A role that the gateway does not know is a mistake in the command. A span that fails by itself stops no other.
 * @returns `null` for one
 */
function asUsage(failure: unknown): null {
  const known = failure instanceof FieldgateError ? failure : null;
  if (known && ((known.status ?? 0) >= 500 || known.code === 'TOO_LARGE')) return null;
  const [first] = known?.errors ?? [];
  if (first?.path.startsWith('/roles')) throw new UsageError(`--role: ${first.message}`);
  throw failure;
}

export function inWords(
  { matched, aborted, repeated, alerts, findings, failed }: Omit<Total, keyof Span>,
  period: string,
): string {
  const rest = [aborted > 0 && t.aborted(aborted), repeated > 0 && t.repeated(repeated)];
  const failures = failed.map(({ from, to }) => `${mark('bad')} ${t.failed(moment(from), moment(to))}\n`);
  const head = t.matched(matched, rest.filter(Boolean).join(''), period) + failures.join('');
  if (findings.length === 0) return failures.length === 0 ? `${mark('good')} ${head}` : head;
  const rows = findings.map(({ at, code, key, entry, event, principal }) => [
    moment(at),
    ...[code, key, entry ?? event, principal].map(inLine),
  ]);
  const shown = table([t.atIn(zoneHere()), t.finding, t.dataKey, t.event, t.principal], rows);
  const raised = alerts === undefined ? '' : t.newAlerts(alerts);
  return t.mismatches(head, mark('bad'), findings.length, raised, shown);
}
