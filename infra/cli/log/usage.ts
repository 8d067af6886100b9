import type { OpenedEntry } from '../../../shared/client/connect.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { count, instant, open, print } from '../common.ts';
import { take } from './log.ts';
import { usageInWords } from './words.ts';

interface UsageOptions {
  check?: boolean;
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
    .option('--check', 'compare each with its leaf, and prove that the log contains the leaf')
    .runs<UsageOptions>(async (options) => {
      const { from, to, limit, check } = options;
      const { gate } = await open(options);
      const filters = { ...defined({ from, to }), ...(check && { openings: 'yes' as const }) };
      const { items, more } = await take(gate.usage(filters), limit);
      const checked: OpenedEntry[] = [];
      for (const use of check ? items : []) checked.push(await gate.checkUse(use));
      const inTree = checked.filter(({ place }) => place !== null).length;
      const proof = check
        ? `\n${checked.length} match their leaves; the log contains ${inTree} of them.\n`
        : '';
      print(
        options,
        { entries: items, more, ...(check && { checked }) },
        () => usageInWords(items, more) + proof,
      );
    });
}
