import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { storiesOf, type ToldStory } from '../../local/sample/stories.ts';
import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';

interface SampleOptions {
  day?: string;
  children: number;
}

/** `fieldgate sample` */
export function registerSample(program: Command): void {
  program
    .command('sample')
    .description('list the stories of the sample data by name, with the numbers of its children')
    .argument('[story]', 'show one story alone')
    .option('--day <date>', 'day of the sample; default: that of .fieldgate, or today', dayOf)
    .option('--children <number>', 'size of the sample', Number, 100)
    .runs<SampleOptions>((options, name: string | undefined) => {
      const { children } = options;
      const stories = storiesOf({ children, today: options.day ?? loadedDay() ?? today() });
      const named = stories.filter((story) => name === undefined || story.name === name);
      if (named.length === 0) {
        const names = stories.map((story) => story.name).join(', ');
        throw new UsageError(`The sample has no such story. It has: ${names}.`);
      }
      print(options, named, () => named.map(inWords).join('\n'));
    });
}

function inWords({ name, rules, what, idNumber, run }: ToldStory): string {
  const child = idNumber === undefined ? '' : `  child ${idNumber ?? 'without an ID number'}\n`;
  return `${name} (${rules.join(', ')})\n  ${what}\n${child}${run.map((line) => `    ${line}\n`).join('')}`;
}

function dayOf(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('a day such as 2026-11-26');
}

/** The day on which the sample of this folder was loaded: its children have the ages of that day. */
function loadedDay(): string | undefined {
  try {
    const known = JSON.parse(readFileSync(join('.fieldgate', 'store', 'sample.json'), 'utf8'));
    return typeof known.today === 'string' ? dayOf(known.today) : undefined;
  } catch {
    return undefined;
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
