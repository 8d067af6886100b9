/** `fieldgate log review compare`: whether the log still has what a printed report says. */

import type { ComparedReport } from '../../../shared/client/review-report.ts';
import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { inLine, paint, pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { daysIn } from './review-report.ts';

const { review: t } = await texts('review');
const { words: w } = await texts('words');

export function registerReportCompare(review: Command): void {
  review
    .command('compare')
    .description(t.compare.what)
    .argument('<entry>', t.compare.entry)
    .calls(async ({ gate, options }, entry: string) => {
      const found = await gate.compareReport(entry);
      print(options, found, () => inWords(found));
      if (!found.place || !found.sameFigures || found.sameTree === false) process.exitCode = EXIT.refused;
    });
}

function inWords(found: ComparedReport): string {
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

const line = (good: boolean, text: string) =>
  `${good ? paint('green', '✓', process.stdout) : paint('red', '✗', process.stdout)} ${text}\n`;
