import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { LeakChecked, Statistics, StoryCardAnswer } from '../../../shared/client/insight.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type AskOptions, type GlobalOptions, open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';

interface StatisticsOptions extends AskOptions {
  by?: string;
  area?: string[];
}
interface CardOptions extends AskOptions {
  ref?: string;
  idNumber?: string;
  text: string;
  request?: string;
}

/** `fieldgate statistics`, `fieldgate leak-check`, `fieldgate story-text` and `fieldgate story-card` */
export function registerInsight(program: Command): void {
  withWhy(program.command('statistics').description("count people by the policy's dimensions"), 'A1')
    .option('--by <dimension>', 'such as age, sex or hardship; default: people by county')
    .option('--area <code...>', "counties, or prefixes of their codes; default: the agency's own")
    .addHelpText(
      'after',
      `
Counts are at least ten people, rounded to five. A missing group has fewer, or would reveal a group with fewer.

  fieldgate statistics --as mca-county --by sex --officer li.na --reason "the yearly report"`,
    )
    .runs<StatisticsOptions>(statistics);
  withWhy(
    program.command('leak-check').description('check whether found texts are of children on record'),
    'N1',
  )
    .argument('<file>', 'found texts, one a line; "-" reads standard input')
    .runs<AskOptions>(async (options, file) => {
      const { gate } = await open(options, options.purpose);
      const candidates = readText(file === '-' ? '/dev/stdin' : file)
        .split('\n')
        .map((text) => text.trim())
        .filter((text) => text !== '');
      const answer = await gate.leakCheck({ ...whyOf(options), candidates });
      print(options, answer, () => leakInWords(answer));
    });
  program
    .command('story-text')
    .description("compare a text for a story card with the child's records (the child's department)")
    .argument('<ref>', "the child, by this agency's own reference")
    .requiredOption('--text <file>', 'file with the text')
    .requiredOption('--request <id>', 'open request to publish this text')
    .option('--officer <name>', 'requesting officer')
    .option('--reason <text>', 'reason, in a few words')
    .calls<Omit<AskOptions, 'purpose'> & { text: string; request: string }>(
      async ({ gate, options }, ref) => {
        const { officer, reason } = options;
        const why = { ...defined({ officer, reason }) };
        const answer = await gate.testStoryText(ref, readText(options.text), options.request, why);
        print(
          options,
          answer,
          () => `Tested: it contains nothing of the child's records. Digest ${answer.text}\n`,
        );
      },
    );
  withWhy(program.command('story-card').description('request a card about a child, for publication'), 'M1')
    .requiredOption('--text <file>', 'file with the text, exactly as tested')
    .option('--ref <reference>', "the child by this agency's own reference")
    .option('--id-number <number>', 'the child by resident ID number')
    .option('--request <id>', 'the approved request')
    .runs<CardOptions>(storyCard);
}

function withWhy(command: Command, purpose: string): Command {
  return command
    .addOption(new Option('--purpose <code>', 'purpose of the token').default(purpose))
    .option('--case <number>', 'case of the request')
    .option('--officer <name>', 'who asks')
    .option('--reason <text>', 'reason, in a few words');
}

function whyOf({ purpose, case: no, officer, reason }: AskOptions) {
  return {
    purpose,
    ...defined({ case: no, officer, reason }),
  };
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
function leakInWords({ results, matches, near, ticket }: LeakChecked): string {
  const lines = (wanted: string) =>
    results.flatMap((result, i) => (result === wanted ? [String(i + 1)] : [])).join(', ') || 'none';
  return pairs([
    ['lines that match', lines('MATCH')],
    ['lines that may be meant for a child', lines('NEAR')],
    ['children', `${matches}, and ${near} who may be meant`],
    ['ticket', ticket],
  ]);
}

function countsInWords({ by, areas }: Statistics): string {
  const rows = areas.flatMap(({ area, cells }) =>
    cells.map(({ values, count }) => [area, ...by.map((name) => values[name] ?? ''), String(count)]),
  );
  return rows.length === 0 ? 'No count is large enough.\n' : table(['county', ...by, 'people'], rows);
}

async function storyCard(options: GlobalOptions & CardOptions): Promise<number> {
  const { ref, idNumber, request } = options;
  if ((ref === undefined) === (idNumber === undefined))
    throw new UsageError('Name the child: --ref or --id-number.');
  const subject = ref === undefined ? { match: { id_number: idNumber as string } } : { ref };
  const text = readText(options.text);
  const { gate } = await open(options, options.purpose);
  const answer = await gate.storyCard({
    ...whyOf(options),
    subject,
    text,
    ...defined({ request }),
  });
  print(options, answer, () => cardInWords(answer));
  return 'card' in answer ? EXIT.ok : EXIT.refused;
}

function cardInWords(answer: StoryCardAnswer): string {
  if ('request' in answer) return `Request ${answer.request} is pending with its owners.\n`;
  if ('refused' in answer) return `Refused. The owner's desk can explain entry ${answer.receipt.entry}.\n`;
  const { card, watermark, conditions, validUntil } = answer;
  return pairs([
    ['name on the card', card.pseudonym],
    ...Object.entries(card.shown).map(([field, { value }]): [string, string] => [field, value]),
    ['watermark', watermark],
    ...(validUntil === undefined ? [] : [['valid until', validUntil] as [string, string]]),
    ...conditions.map(({ code, text }): [string, string] => [code, text]),
  ]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r\n/g, '\n').trim();
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
