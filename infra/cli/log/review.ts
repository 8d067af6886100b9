/** `fieldgate log review` and its commands: what waits for a verdict, verdicts, and reports. */

import { readFileSync } from 'node:fs';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Answer, Body } from '../../../shared/contract/api.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { reviewRoutes } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, open, print, withOfficer } from '../common.ts';
import { derive, listed } from '../derive/derive.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { paint, table } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';
import { requireOne } from './known.ts';
import { registerReportCompare, registerReviewReport } from './review-report.ts';

const { review: t } = await texts('review');

export function registerLogReview(log: Command): void {
  const review = log.command('review').description(t.what).addHelpText('after', t.help);
  // A command of its own, as the list of the log is.
  review
    .command('queue', { isDefault: true })
    .description(t.queue.what)
    .addOption(fromOption(w.fromShort, '24h'))
    .option('--to <time>', w.before, endOf)
    .calls<{ from: string; to?: string }>(async ({ gate, options }) => {
      const { from, to } = options;
      const query = { from, to };
      const queue = await gate.call('GET /v1/log/reviews/queue', { query });
      const { groups, open, reviewed, more, next: before } = queue;
      const older = before === undefined ? '' : t.queue.older(before);
      const next = groups.length === 0 ? '' : paint('gray', t.queue.next, process.stdout);
      const sums = t.queue.sums(open, reviewed);
      print(
        options,
        groups,
        () => groupsInWords(groups) + sums + older + next,
        defined({ more, next: before }),
      );
    });
  review
    .command('verdict')
    .description(t.verdict.what)
    .argument('<verdict>', t.verdict.word)
    .argument('<entry...>', t.verdict.entries)
    .option('--note <text>', t.verdict.note)
    .option('--supersedes <entry>', t.verdict.supersedes)
    .addHelpText('after', t.verdict.help)
    .runs<VerdictOptions>(async (options, verdict, entries) => {
      requireOne('verdict', verdict, VERDICTS);
      const ids = (entries as unknown as string[]).flatMap((id) => (id === '-' ? fromInput() : [id]));
      if (ids.length === 0) throw new UsageError(t.verdict.noEntry);
      if (options.supersedes !== undefined && ids.length > 1) throw new UsageError(t.verdict.supersedesOne);
      const { gate } = await open(options);
      const given = await give(gate, [...new Set(ids)], verdict, options);
      print(options, given, () => givenInWords(given));
      return given.refused.length > 0 ? EXIT.refused : EXIT.ok;
    });
  registerReviewReport(review);
  registerReportCompare(review);
}

/** `fieldgate log revoke` */
export function registerLogRevoke(log: Command): void {
  const flags = { entry: '--entry <id>' };
  derive(withOfficer(log.command('revoke')), auditRoutes.revokeWriter, { flags });
}

type ReviewedMany = Answer<'POST /v1/log/reviews'>;
type Verdicts = Body<'POST /v1/log/reviews'>['verdicts'];
type Judgement = Body<'POST /v1/log/entries/:id/reviews'>;

interface VerdictOptions {
  note?: string;
  supersedes?: string;
}

const VERDICTS = ['justified', 'questioned', 'violation', 'acknowledged'];
/** Verdicts of one item of the log. */
const AT_ONCE = 100;

/** A part that was given stays given: a repeat gets the same receipts. */
async function give(
  gate: Fieldgate,
  ids: readonly string[],
  verdict: string,
  { note, supersedes }: VerdictOptions,
): Promise<ReviewedMany> {
  const all: ReviewedMany = { reviews: [], refused: [] };
  const more = defined({ note, supersedes });
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const verdicts = ids.slice(at, at + AT_ONCE).map((about) => ({ about, verdict, ...more })) as Verdicts;
    const answer = await gate.call('POST /v1/log/reviews', { body: { verdicts } });
    all.reviews.push(...answer.reviews);
    for (const one of answer.refused) {
      const alone = one.code === 'NOT_FOUND' ? await giveAlone(gate, one.about, verdict, more) : null;
      if (alone) all.reviews.push(alone);
      else all.refused.push(one);
    }
  }
  return all;
}

/** An item of many takes no finding that the watch has sealed. @returns `null` if there is no such entry */
async function giveAlone(gate: Fieldgate, id: string, verdict: string, more: VerdictOptions) {
  const given =
    verdict === 'acknowledged'
      ? gate.call('POST /v1/alerts/:id/acknowledge', { id, body: more })
      : gate.call('POST /v1/log/entries/:id/reviews', { id, body: { verdict, ...more } as Judgement });
  return given.catch((error) => {
    if (error instanceof FieldgateError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}

/** One id in each line. */
function fromInput(): string[] {
  return readFileSync(0, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const GROUPS = ['newest', 'count', 'agency', 'officer', 'purpose', 'kind', 'outcome', 'code', 'why', 'ids'];

export function groupsInWords(groups: readonly ReviewGroup[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(({ ids, ...one }) => ({ ...one, ids: ids[0] }));
  return `${listed(reviewRoutes.readReviewQueue, 'groups', rows, GROUPS)}\n`;
}

function givenInWords({ reviews, refused }: ReviewedMany): string {
  const given = reviews.map(({ about, outcome, receipt }) => [about, word(outcome), receipt.entry]);
  const left = refused.map(({ earlier, ...one }) => ({
    ...one,
    ...(earlier !== undefined && { earlier: t.verdict.earlier(earlier) }),
  }));
  return [
    given.length === 0 ? '' : table([label('entry'), label('outcome'), w.logEntry], given),
    left.length === 0 ? '' : listed(reviewRoutes.reviewEntries, 'refused', left),
  ]
    .filter(Boolean)
    .join('\n');
}
