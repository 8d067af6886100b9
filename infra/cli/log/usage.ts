import type { Command } from 'commander';
import { defined } from '../../../shared/defined.ts';
import { count, instant, open, optionsOf, print } from '../common.ts';
import { take } from './log.ts';
import { usageInWords } from './words.ts';

interface UsageOptions {
  from?: string;
  to?: string;
  limit: number;
}

/** `fieldgate usage` */
export function registerUsage(program: Command): void {
  program
    .command('usage')
    .description("show the recipients of the department's fields, newest first")
    .option('--from <time>', 'start: 2026-11-25, 2026-11-25T08:00:00Z, or 30m, 12h, 7d ago', instant)
    .option('--to <time>', 'before', instant)
    .option('--limit <entries>', 'maximum number of entries', count, 20)
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<UsageOptions>(command);
      const { from, to, limit } = options;
      const { gate } = await open(options);
      const filters = { ...defined({ from, to }) };
      const { items, more } = await take(gate.usage(filters), limit);
      print(options, { entries: items, more }, () => usageInWords(items, more));
    });
}
