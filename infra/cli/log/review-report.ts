/**
 * `fieldgate log review report`: the review in a period, counted by the gateway, logged, and checked here. `compare`: whether
 * the log still has what a printed one says.
 */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ComparedReport } from '../../../shared/client/review-report.ts';
import type { Answer } from '../../../shared/contract/api.ts';
import type { ReviewCoverage, ReviewDay, ReviewReport } from '../../../shared/contract/reviews.ts';
import { reviewRoutes } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { endOf, type GlobalOptions, instant, open, print } from '../common.ts';
import { listed } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { inLine, mark, paint, pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { wholeAt } from './verify.ts';

const { review: t } = await texts('review');
const { today, list } = await texts('log');

interface ReportOptions {
  from: string;
  to?: string;
  preview?: boolean;
  check: boolean;
  state: string;
}

export function registerReviewReport(review: Command): void {
  review
    .command('report')
    .description(t.report.what)
    .requiredOption('--from <time>', t.report.from, instant)
    .option('--to <time>', t.report.to, endOf)
    .option('--preview', t.report.preview)
    .option('--no-check', today.noCheck)
    .option('--state <folder>', today.state, '.fieldgate/verified')
    .runs<ReportOptions>(run);
}

async function run(options: GlobalOptions & ReportOptions): Promise<number> {
  const { gate } = await open(options);
  const { from, preview } = options;
  const [begins, ends] = [
    Date.parse(from),
    Math.min(options.to === undefined ? Date.now() : Date.parse(options.to), Date.now() - 1000),
  ];
  if (begins >= ends) throw new UsageError(list.badSpan);
  // The day that goes on is counted until now: of a time to come there is no report.
  const to = new Date(ends).toISOString();
  if (preview) {
    const coverage = await gate.call('GET /v1/log/reviews/coverage', { query: { from, to } });
    print(options, coverage, () => previewInWords({ ...coverage, from, to }), { more: coverage.more });
    return EXIT.ok;
  }
  const made = await make(gate, { from, to }, options);
  print(options, made, () => inWords(made));
  return made.holds ? EXIT.ok : EXIT.refused;
}

type Made = Answer<'POST /v1/log/reports'> & { holds: boolean };

async function make(
  gate: Fieldgate,
  period: { from: string; to: string },
  options: GlobalOptions & ReportOptions,
): Promise<Made> {
  const whole = options.check ? await wholeAt(options) : null;
  // A report would vouch for a log that does not verify.
  if (whole?.ok === false) throw new UsageError(today.broken(whole.fault, whole.at));
  const verified = whole?.ok ? { size: whole.size, root: whole.root } : undefined;
  const made = await gate.call('POST /v1/log/reports', {
    body: { ...period, ...defined({ verified }) },
  });
  const { report, digest, receipt } = made;
  // Without a valid signature of the log this throws.
  await gate.checkReceipt(receipt);
  return { ...made, holds: hash('sha256', canonicalize(report) as string, 'base64') === digest };
}

function previewInWords({ from, to, days, medianMinutes }: ReviewCoverage & { from: string; to: string }) {
  return `${pairs([[t.report.period, `${timeOf(from)} – ${timeOf(to)}`], ...medianIn(medianMinutes)])}\n${daysIn(days)}`;
}

function inWords({ report, digest, receipt, holds }: Made): string {
  return [
    `${paint('bold', t.report.title, process.stdout)}\n\n`,
    previewInWords({ ...report, more: false }),
    `\n${pairs([
      [w.logEntry, receipt.entry],
      [t.report.digest, digest],
      [t.report.verified, verifiedIn(report)],
    ])}`,
    `\n${line(holds, holds ? t.report.holds : t.report.fails)}`,
    t.report.signatures,
  ].join('');
}

const verifiedIn = ({ verified }: ReviewReport) =>
  verified ? t.report.tree(verified.size, verified.root) : t.report.notVerified;

const medianIn = (minutes: number | null): [string, string][] =>
  minutes === null ? [] : [[t.report.median, t.report.minutes(minutes)]];

const daysIn = (days: readonly ReviewDay[]): string =>
  days.length === 0 ? w.noEntries : listed(reviewRoutes.readReviewCoverage, 'days', days);

/** `fieldgate log review compare`: whether the log still has what a printed report says. */
export function registerReportCompare(review: Command): void {
  review
    .command('compare')
    .description(t.compare.what)
    .argument('<entry>', t.compare.entry)
    .calls(async ({ gate, options }, entry: string) => {
      const found = await gate.compareReport(entry);
      print(options, found, () => comparedInWords(found));
      if (!found.place || !found.sameFigures || found.sameTree === false) process.exitCode = EXIT.refused;
    });
}

function comparedInWords(found: ComparedReport): string {
  const { entry, time, agency = '', officer = '–', said, place, counted, sameFigures, sameTree } = found;
  const { verified } = said;
  return [
    pairs([
      [w.logEntry, entry],
      [t.compare.made, `${timeOf(time)}, ${inLine(officer)} (${inLine(agency)})`],
      [t.report.period, `${timeOf(said.from)} – ${timeOf(said.to)}`],
      [t.report.digest, said.digest],
      [t.report.verified, verified ? t.report.tree(verified.size, verified.root) : t.report.notVerified],
    ]),
    '\n',
    line(place !== null, place ? t.compare.inTree(place.index, place.size) : t.compare.notYet),
    sameTree === null ? '' : line(sameTree, sameTree ? t.compare.sameTree : t.compare.otherTree),
    line(sameFigures, sameFigures ? t.compare.sameFigures : t.compare.otherFigures),
    sameFigures ? '' : `\n${daysIn(counted.days)}`,
  ].join('');
}

const line = (good: boolean, text: string) => `${mark(good ? 'good' : 'bad')} ${text}\n`;
