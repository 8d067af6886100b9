import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LeakChecked, Statistics } from '../../../shared/client/insight.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { cardRoutes, textRoutes } from '../../../shared/contract/routes/cards.ts';
import { insightRoutes } from '../../../shared/contract/routes/insight.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, type RouteOptions, readText } from '../common.ts';
import { derive, helpOf, inWords, type Route } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { spoken, texts, words as w } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';

const { insight: t } = await texts('data');

const { countStatistics, checkLeak } = insightRoutes;
const { makeStoryCard } = cardRoutes;

/** `fieldgate statistics`, `fieldgate leak-check`, `fieldgate story-text` and `fieldgate story-card` */
export function registerInsight(program: Command): void {
  asking(program.command('statistics'), countStatistics)
    .addHelpText('after', t.statistics.help)
    .runs<RouteOptions>(statistics);
  asking(program.command('leak-check'), checkLeak)
    .argument('<file>', t.leak.file)
    .runs<RouteOptions>(leakCheck);
  derive(program.command('story-text'), textRoutes.testStoryText, {
    ...{ args: { ref: '[ref]' }, person: t.story.ref },
    flags: { text: '--text <file>', request: '--request <id>', case: null },
    completes: (ask) => {
      ask['text'] = readText(String(ask['text']));
    },
    says: ({ text }) => t.story.tested(String(text)),
  });
  asking(program.command('story-card'), makeStoryCard).runs<RouteOptions>(storyCard);
}

const READING = {
  flags: {
    ...{ collection: null, candidates: null, areas: '--area <code...>' },
    ...{ text: '--text <file>', request: '--request <id>' },
  },
  defaults: [],
};

function asking(command: Command, { line, body }: Route): Command {
  command.option('--purpose <code>', w.routePurpose);
  const help = helpOf(line, 'body');
  withMembers(command, body, { ...READING, help, late: false });
  return command;
}

/** What the options say, as the client's verbs take it: the members of the context with all others. */
function askedBy({ body }: Route, options: RouteOptions) {
  const { context, ...ask } = membersFrom(options, body, READING);
  const words = context as Record<string, Json> | undefined;
  return { ...defined({ purpose: options.purpose }), ...words, ...ask };
}

async function statistics(options: GlobalOptions & RouteOptions): Promise<void> {
  const { gate } = await open(options, options.purpose);
  const answer = await gate.statistics(askedBy(countStatistics, options));
  const words = options.json ? null : await wordsOf(gate);
  print(options, answer, () => countsInWords(answer, words));
}

/** The policy's words for a dimension, and for a value of it. */
async function wordsOf(gate: Fieldgate) {
  const { fields } = await gate.catalogue();
  const { cohorts } = (await gate.policy()) as { cohorts?: { dimensions: Dimensions } | null };
  const dimensionOf = (name: string) => cohorts?.dimensions[name];
  return {
    head: (name: string) => said(dimensionOf(name)?.label, name),
    value: (name: string, value: string) =>
      said(fields[dimensionOf(name)?.field ?? '']?.values?.[value], value),
  };
}

type Dimensions = Readonly<Record<string, { label: Text; field: string }>>;
const said = (words: Text | undefined, code: string) => (words === undefined ? code : spoken(words));

async function leakCheck(options: GlobalOptions & RouteOptions, file: string): Promise<void> {
  const { gate } = await open(options, options.purpose);
  const candidates = readText(file === '-' ? '/dev/stdin' : file)
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const answer = await gate.leakCheck({ ...askedBy(checkLeak, options), candidates });
  print(options, answer, () => leakInWords(answer));
}

/** Names lines by their number: the texts themselves are not printed again. */
function leakInWords({ results, ...rest }: LeakChecked): string {
  const lines = (wanted: string) =>
    results.flatMap((result, i) => (result === wanted ? [String(i + 1)] : [])).join(', ') || w.none;
  return (
    pairs([
      [t.leak.matches, lines('MATCH')],
      [t.leak.near, lines('NEAR')],
    ]) + inWords(checkLeak, rest)
  );
}

function countsInWords(
  { by, areas, smallest }: Statistics,
  words: Awaited<ReturnType<typeof wordsOf>> | null,
): string {
  const rows = areas.flatMap(({ area, cells }) =>
    cells.map(({ values, count }) => [
      area,
      ...by.map((name) => words?.value(name, values[name] ?? '') ?? ''),
      String(count),
    ]),
  );
  return rows.length === 0
    ? t.statistics.none(smallest, by)
    : table([t.statistics.county, ...by.map((name) => words?.head(name) ?? name), w.people], rows);
}

async function storyCard(options: GlobalOptions & RouteOptions): Promise<number> {
  const asked = askedBy(makeStoryCard, options) as { subject: Subject; text: string };
  const text = readText(asked.text);
  const { gate } = await open(options, options.purpose);
  const answer = await gate.storyCard({ ...asked, text });
  print(options, answer, () =>
    'request' in answer
      ? t.card.pending(answer.request)
      : inWords(makeStoryCard, answer) + ('refused' in answer ? t.card.needs : ''),
  );
  if ('card' in answer) return EXIT.ok;
  return 'refused' in answer ? EXIT.refused : EXIT.waiting;
}
