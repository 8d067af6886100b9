import type { Fieldgate, OpenedEntry } from '../../../shared/client/connect.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { count, endOf, type GlobalOptions, instant, open, print } from '../common.ts';
import { texts, words as w } from '../messages/language.ts';
import { writeOut } from '../terminal/out.ts';
import { take } from './log.ts';
import { usageInWords, useInWords } from './words.ts';

const { usage: t } = await texts('log');

interface UsageOptions {
  check?: boolean;
  from?: string;
  to?: string;
  limit: number;
}

/** `fieldgate usage` */
export function registerUsage(program: Command): void {
  const usage = program
    .command('usage')
    .option('--from <time>', w.fromLong, instant)
    .option('--to <time>', w.before, endOf)
    .option('--limit <entries>', w.limit, count, 20)
    .option('--check', t.check)
    .runs<UsageOptions>(async (options) => {
      const { gate } = await open(options);
      const { from, to, limit, check } = options;
      const filters = { ...defined({ from, to }), ...(check && { openings: 'yes' as const }) };
      const { items, more } = await take(gate.items('GET /v1/usage', 'entries', { query: filters }), limit);
      const checked: OpenedEntry[] = [];
      for (const use of check ? items : []) checked.push(await gate.checkUse(use));
      const inTree = checked.filter(({ place }) => place !== null).length;
      const proof = check ? t.checked(checked.length, inTree) : '';
      const data = check ? items.map((entry, at) => ({ ...entry, checked: checked[at] })) : items;
      print(options, data, () => usageInWords(items, more) + proof, { more });
    });
  usage
    .command('entry')
    .description(t.entry.what)
    .argument('<id>', t.entry.id)
    .option('--out <file>', t.entry.out)
    .takes()
    .calls<{ out?: string }>(openUse);
}

/** Checks the use against its leaf and the log before anything is shown or kept. */
async function openUse(
  { gate, options }: { gate: Fieldgate; options: GlobalOptions & { out?: string } },
  id: string,
): Promise<void> {
  const use = await gate.call('GET /v1/usage/:id', { id });
  const { place } = await gate.checkUse(use);
  if (options.out !== undefined) writeOut(options.out, `${JSON.stringify(use, null, 2)}\n`);
  print(options, { ...use, place }, () => useInWords(use, place));
}
