import type { LeakChecked, Statistics } from '../../../shared/client/insight.ts';
import { cardRoutes } from '../../../shared/contract/routes/cards.ts';
import { insightRoutes } from '../../../shared/contract/routes/insight.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, type RouteOptions, readText } from '../common.ts';
import { inWords } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, personOf, refOf, withNumber, withPerson } from '../person.ts';
import { EXIT } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';

const { insight: t } = await texts('data');
const { words: w } = await texts('words');

interface StatisticsOptions extends RouteOptions {
  by?: string;
  area?: string[];
}
interface CardOptions extends RouteOptions, PersonOptions {
  text: string;
  request?: string;
}

/** `fieldgate statistics`, `fieldgate leak-check`, `fieldgate story-text` and `fieldgate story-card` */
export function registerInsight(program: Command): void {
  withWhy(program.command('statistics'))
    .option('--by <dimension>', t.statistics.by)
    .option('--area <code...>', t.statistics.area)
    .addHelpText('after', t.statistics.help)
    .runs<StatisticsOptions>(statistics);
  withWhy(program.command('leak-check'))
    .argument('<file>', t.leak.file)
    .runs<RouteOptions>(async (options, file) => {
      const { gate } = await open(options, options.purpose);
      const candidates = readText(file === '-' ? '/dev/stdin' : file)
        .split('\n')
        .map((text) => text.trim())
        .filter((text) => text !== '');
      const answer = await gate.leakCheck({ ...whyOf(options), candidates });
      print(options, answer, () => leakInWords(answer));
    });
  withNumber(program.command('story-text'))
    .argument('[ref]', t.story.ref)
    .requiredOption('--text <file>', t.story.text)
    .requiredOption('--request <id>', t.story.request)
    .option('--officer <name>', w.requestingOfficer)
    .option('--reason <text>', w.shortReason)
    .calls<Omit<RouteOptions, 'purpose'> & PersonOptions & { text: string; request: string }>(
      async ({ gate, options }, named: string | undefined) => {
        const { officer, reason } = options;
        const why = { ...defined({ officer, reason }) };
        const ref = await refOf(gate, options, named);
        const answer = await gate.call('POST /v1/story-texts', {
          body: { ref, text: readText(options.text), request: options.request, ...why },
        });
        print(options, answer, () => t.story.tested(answer.text));
      },
    );
  withPerson(withWhy(program.command('story-card')))
    .requiredOption('--text <file>', t.card.text)
    .option('--request <id>', t.card.request)
    .runs<CardOptions>(storyCard);
}

function withWhy(command: Command): Command {
  return command
    .option('--purpose <code>', w.routePurpose)
    .option('--case <number>', w.caseOption)
    .option('--officer <name>', w.whoAsks)
    .option('--reason <text>', w.shortReason);
}

function whyOf({ purpose, case: no, officer, reason }: RouteOptions) {
  return defined({ purpose, case: no, officer, reason });
}

async function statistics(options: GlobalOptions & StatisticsOptions): Promise<void> {
  const { gate } = await open(options, options.purpose);
  const { by, area: areas } = options;
  const answer = await gate.statistics({
    ...whyOf(options),
    ...defined({ by, areas }),
  });
  print(options, answer, () => countsInWords(answer));
}

/** Names lines by their number: the texts themselves are not printed again. */
function leakInWords({ results, ...rest }: LeakChecked): string {
  const lines = (wanted: string) =>
    results.flatMap((result, i) => (result === wanted ? [String(i + 1)] : [])).join(', ') || w.none;
  return (
    pairs([
      [t.leak.matches, lines('MATCH')],
      [t.leak.near, lines('NEAR')],
    ]) + inWords(insightRoutes.checkLeak, rest)
  );
}

function countsInWords({ by, areas }: Statistics): string {
  const rows = areas.flatMap(({ area, cells }) =>
    cells.map(({ values, count }) => [area, ...by.map((name) => values[name] ?? ''), String(count)]),
  );
  return rows.length === 0 ? t.statistics.none : table([t.statistics.county, ...by, w.people], rows);
}

async function storyCard(options: GlobalOptions & CardOptions): Promise<number> {
  const { request } = options;
  const subject = personOf(options);
  const text = readText(options.text);
  const { gate } = await open(options, options.purpose);
  const answer = await gate.storyCard({ ...whyOf(options), subject, text, ...defined({ request }) });
  print(options, answer, () =>
    'request' in answer ? t.card.pending(answer.request) : inWords(cardRoutes.makeStoryCard, answer),
  );
  if ('card' in answer) return EXIT.ok;
  return 'refused' in answer ? EXIT.refused : EXIT.waiting;
}
