/** `fieldgate log review queue` and `verdict`: the review without a terminal, for a list and for many entries at once. */

import { readFileSync } from 'node:fs';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Answer, Body } from '../../../shared/contract/api.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { reviewRoutes } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, open, print } from '../common.ts';
import { listed } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';
import { requireOne } from './known.ts';

const { review: t } = await texts('review');
const { words: w } = await texts('words');

export function registerReviewQueue(review: Command): void {
  review
    .command('queue')
    .description(t.queue.what)
    .addOption(fromOption(w.fromShort, '24h'))
    .option('--to <time>', w.before, endOf)
    .calls<{ from: string; to?: string }>(async ({ gate, options }) => {
      const { from, to } = options;
      const {
        groups,
        open: left,
        reviewed,
        more,
      } = await gate.call('GET /v1/log/reviews/queue', {
        query: { from, to },
      });
      print(options, groups, () => groupsInWords(groups) + t.queue.sums(left, reviewed), { more });
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
}

type ReviewedMany = Answer<'POST /v1/log/reviews'>;
type Verdicts = Body<'POST /v1/log/reviews'>['verdicts'];

interface VerdictOptions {
  note?: string;
  supersedes?: string;
}

const VERDICTS = ['justified', 'questioned', 'violation', 'acknowledged'];
/** Verdicts of one item of the log. */
const AT_ONCE = 100;

/** As many as one item takes. */
export function* inParts(ids: readonly string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += AT_ONCE) yield ids.slice(at, at + AT_ONCE);
}

/** A part that was given stays given: a repeat gets the same receipts. */
async function give(
  gate: Fieldgate,
  ids: readonly string[],
  verdict: string,
  { note, supersedes }: VerdictOptions,
): Promise<ReviewedMany> {
  const all: ReviewedMany = { reviews: [], refused: [] };
  for (const some of inParts(ids)) {
    const verdicts = some.map((about) => ({ about, verdict, ...defined({ note, supersedes }) })) as Verdicts;
    const answer = await gate.call('POST /v1/log/reviews', { body: { verdicts } });
    all.reviews.push(...answer.reviews);
    all.refused.push(...answer.refused);
  }
  return all;
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
    given.length === 0 ? '' : table([w.entry, w.outcome, w.logEntry], given),
    left.length === 0 ? '' : listed(reviewRoutes.reviewEntries, 'refused', left),
  ]
    .filter(Boolean)
    .join('\n');
}
