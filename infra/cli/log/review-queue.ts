/** `fieldgate log review queue` and `verdict`: the review without a terminal, for a list and for many entries at once. */

import { readFileSync } from 'node:fs';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ReviewedMany, Verdict } from '../../../shared/client/officers.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { inLine, safe, table } from '../terminal/table.ts';
import { minute, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { requireOne } from './known.ts';

const { review: t } = await texts('review');
const { today } = await texts('log');
const { words: w } = await texts('words');

export function registerReviewQueue(review: Command): void {
  review
    .command('queue')
    .description(t.queue.what)
    .addOption(fromOption(w.fromShort, '24h'))
    .option('--to <time>', w.before, endOf)
    .calls<{ from: string; to?: string }>(async ({ gate, options }) => {
      const { from, to } = options;
      const { groups, open: left, reviewed, more } = await gate.reviewQueue({ from, ...defined({ to }) });
      print(options, groups, () => inWords(groups) + t.queue.sums(left, reviewed), { more });
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
    const answer = await gate.reviewMany(
      some.map((about) => ({
        about,
        verdict: verdict as Verdict['verdict'],
        ...defined({ note, supersedes }),
      })),
    );
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

function inWords(groups: readonly ReviewGroup[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(({ newest, count, agency, officer, purpose, kind, outcome, code, why, ids }) => [
    minute(newest),
    String(count),
    inLine(agency),
    inLine(officer),
    inLine(purpose),
    safe([word(kind), word(outcome ?? ''), code ?? ''].filter(Boolean).join(' ')),
    why.map((one) => today.why[one] ?? one).join(', '),
    ids[0] ?? '',
  ]);
  const head = [
    ...[t.queue.newestIn(zoneHere()), w.entries, w.agency, t.queue.officer, w.purpose],
    ...[w.what, t.queue.why, w.entry],
  ];
  return `${table(head, rows, { wraps: 5, lastBelow: true })}\n`;
}

function givenInWords({ reviews, refused }: ReviewedMany): string {
  const lines = reviews.map(({ about, outcome, receipt }) => [about, word(outcome), receipt.entry]);
  const left = refused.map(({ about, code, earlier }) => [
    safe(about),
    code,
    earlier === undefined ? '' : t.verdict.earlier(earlier),
  ]);
  return (
    (lines.length === 0 ? '' : table([w.entry, w.outcome, w.logEntry], lines)) +
    (left.length === 0 ? '' : `${lines.length === 0 ? '' : '\n'}${table([w.refused, w.code, ''], left)}`)
  );
}
