import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { packStories, storiesOf, type ToldStory } from '../../local/sample/stories.ts';
import type { Command } from '../command.ts';
import { count, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

const {
  sample: t,
  backup: { repository },
} = await texts('data');
const { stories } = await texts('local');

interface SampleOptions {
  day?: string;
  people?: number;
  pack?: string;
}

/** `fieldgate sample` */
export function registerSample(program: Command): void {
  const sample = program
    .command('sample')
    .option('--day <date>', t.day, dayOf)
    .option('--people <number>', t.people, count)
    .option('--pack <folder>', t.pack);
  sample.argument('[story]', t.story).runs<SampleOptions>((options, name: string | undefined) => {
    const named = storiesNamed(options, name);
    print(options, named, () => (name === undefined ? listInWords(named) : named.map(inWords).join('\n')));
  });
  sample
    .command('run')
    .takes('people', 'pack')
    .description(t.run)
    .argument('<story>', t.story)
    .runs<SampleOptions>(async (options, name: string) => {
      const { playStory } = await import('./sample-run.ts');
      for (const story of storiesNamed(options, name)) await playStory(story, asTyped);
    });
}

/** @throws UsageError if there is no such story, or no sample */
function storiesNamed(options: SampleOptions, name: string | undefined): ToldStory[] {
  const { pack = process.env['PACK'] } = options;
  const loaded = loadedSample();
  const people = options.people ?? loaded.people ?? 100;
  const stories =
    pack === undefined
      ? storiesOf({ people, today: options.day ?? loaded.today ?? today() })
      : packStories(pack);
  // The package has no sample: there is one where `npm start` is.
  if (pack === undefined && stories.length === 0) throw new UsageError(repository);
  const named = stories.filter((story) => name === undefined || story.name === name);
  if (named.length === 0) throw new UsageError(t.unknown(stories.map((story) => story.name).join(', ')));
  return named;
}

/** One line for each story; its commands are for the one that is named. */
function listInWords(all: readonly ToldStory[]): string {
  const rows = all.map(({ name, rules, what, idNumber }) => [
    name,
    idNumber === undefined ? '–' : (idNumber ?? t.withoutId),
    rules.join(', '),
    stories[name] ?? what,
  ]);
  return `${table([t.name, t.whose, label('rule'), w.what], rows, { wraps: 3 })}\n${t.shows}`;
}

function inWords({ name, rules, what, idNumber, run }: ToldStory): string {
  const person = idNumber === undefined ? '' : t.person(idNumber ?? t.withoutId);
  const commands = run.map((line) => `    ${asTyped(line)}\n`).join('');
  return `${name} (${rules.join(', ')})\n  ${stories[name] ?? what}\n${person}${commands}`;
}

/** Where there is a sample there is this repository, whose command needs `npx`. */
const asTyped = (line: string) => line.replace(/^fieldgate /, 'npx fieldgate ');

function dayOf(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(t.badDay);
}

/** The day on which the sample of this folder was loaded, since its people have the ages of that day, and its size. */
function loadedSample(): { today?: string; people?: number } {
  try {
    const { today, people } = JSON.parse(readFileSync(join('.fieldgate', 'store', 'sample.json'), 'utf8'));
    return { today: dayOf(String(today)), ...(Number.isInteger(people) && { people }) };
  } catch {
    return {};
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
