/**
 * `fieldgate log review` walks through a day in the terminal: alerts first, then the queue of the review. One key
 * gives a verdict.
 */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import type { Body } from '../../../shared/contract/api.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { fromOption, open, withOfficer } from '../common.ts';
import { derive } from '../derive/derive.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { inLine, paint } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';
import { alikeOf, allAlerts } from './alerts.ts';
import { registerReportCompare } from './report-compare.ts';
import { inParts, registerReviewQueue } from './review-queue.ts';
import { registerReviewReport } from './review-report.ts';
import { lookAt, type Step, VERDICTS } from './review-walk.ts';

const { review: t } = await texts('review');
const { words: w } = await texts('words');

interface SpanOptions {
  from: string;
}

/** `fieldgate log review` and its commands. */
export function registerLogReview(log: Command): void {
  const review = log.command('review').description(t.what).addHelpText('after', t.help);
  // A command of its own, as the list of the log is.
  review
    .command('walk', { isDefault: true })
    .description(t.walk)
    .addOption(fromOption(w.fromShort, '24h'))
    .runs<SpanOptions>(async (options) => {
      if (!process.stdin.isTTY) throw new UsageError(t.noTerminal);
      const { gate } = await open(options);
      process.exitCode = await walk(gate, options);
    });
  registerReviewQueue(review);
  registerReviewReport(review);
  registerReportCompare(review);
}

/** `fieldgate log revoke` */
export function registerLogRevoke(log: Command): void {
  const flags = { entry: '--entry <id>' };
  derive(withOfficer(log.command('revoke')), auditRoutes.revokeWriter, { what: t.revoke.what, flags });
}

type Verdicts = Body<'POST /v1/log/reviews'>['verdicts'];
type Judgement = Body<'POST /v1/log/entries/:id/reviews'>['verdict'];

const GRAVE = ['high', 'medium', 'low'];

async function walk(gate: Fieldgate, { from }: SpanOptions): Promise<number> {
  // Rarity is counted among all entries of the span, of which a busy day has many.
  process.stdout.write(paint('gray', t.reading, process.stdout));
  const [open, queue] = await Promise.all([
    allAlerts(gate, { from, acknowledged: 'no' }),
    gate.call('GET /v1/log/reviews/queue', { query: { from } }),
  ]);
  open.sort((a, b) => GRAVE.indexOf(a.severity ?? '') - GRAVE.indexOf(b.severity ?? ''));
  const groups = queue.groups.filter(({ kind }) => kind !== 'alert');
  const left = groups.reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(t.open(open.length, left, groups.length));
  return lookAt([
    ...alikeOf(open).map((alerts) => alertStep(gate, alerts)),
    ...groups.map((group) => groupStep(gate, group, from)),
  ]);
}

function alertStep(gate: Fieldgate, alerts: readonly Alert[]): Step {
  const newest = alerts[0] as Alert;
  const what = newest.label ? spoken(newest.label) : inLine(newest['code']);
  const times = alerts.reduce((sum, { count }) => sum + count, 0);
  return {
    title: t.alert(newest.severity ?? 'high', what, t.times(times)),
    count: alerts.length,
    read: async () => newest,
    async act(key, note) {
      const verdict = key === 'j' ? 'acknowledged' : (VERDICTS.get(key) as Judgement);
      const refused: string[] = [];
      for (const some of inParts(alerts.map(({ id }) => id))) {
        const answer = await give(gate, some, verdict, note);
        for (const one of answer.refused) {
          // An item of many takes no finding that the watch has sealed.
          if (one.code !== 'NOT_FOUND') refused.push(one.code);
          else if (verdict === 'acknowledged')
            await gate.call('POST /v1/alerts/:id/acknowledge', { id: one.about, body: defined({ note }) });
          else
            await gate.call('POST /v1/log/entries/:id/reviews', {
              id: one.about,
              body: { verdict, ...defined({ note }) },
            });
        }
      }
      return { given: alerts.length - refused.length, refused };
    },
  };
}

const give = (gate: Fieldgate, ids: string[], verdict: Verdicts[number]['verdict'], note?: string) =>
  gate.call('POST /v1/log/reviews', {
    body: { verdicts: ids.map((about) => ({ about, verdict, ...defined({ note }) })) },
  });

function groupStep(gate: Fieldgate, group: ReviewGroup, from: string): Step {
  const { count, ids, why } = group;
  const reasons = why.map(word).join(', ');
  return {
    title: `${count === 1 ? t.single : t.alike(count)}${reasons === '' ? '' : ` (${reasons})`}`,
    count,
    read: async () => (await gate.call('GET /v1/log/entries/:id', { id: ids[0] ?? '' })) as LogEntry,
    async act(key, note) {
      const verdict = VERDICTS.get(key) as Judgement;
      let given = 0;
      const refused: string[] = [];
      for await (const some of idsOf(gate, group, from)) {
        const answer = await give(gate, some, verdict, note);
        given += answer.reviews.length;
        refused.push(...answer.refused.map(({ code }) => code));
      }
      return { given, refused };
    },
  };
}

/** What makes entries alike. */
const ALIKE = ['agency', 'purpose', 'officer', 'kind', 'outcome', 'rule', 'code', 'second'] as const;

/** The entries of the group, a hundred at a time: the queue names no more of one, and those with a verdict leave it. */
async function* idsOf(gate: Fieldgate, group: ReviewGroup, from: string): AsyncGenerator<string[]> {
  const seen = new Set<string>();
  // What came later was not looked at.
  const to = new Date(Date.parse(group.newest) + 1).toISOString();
  for (let some = group.ids; some.length > 0; ) {
    for (const id of some) seen.add(id);
    yield some;
    if (seen.size >= group.count) return;
    const { groups } = await gate.call('GET /v1/log/reviews/queue', { query: { from, to } });
    const rest = groups.find((one) => ALIKE.every((name) => one[name] === group[name]));
    some = (rest?.ids ?? []).filter((id) => !seen.has(id));
  }
}
