import type { NoticeList } from '../../../shared/contract/notices.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

/** `fieldgate notice [purpose]` */
export function registerNotice(program: Command): void {
  program
    .command('notice')
    .description('show what a child or guardian learns about a purpose, with the hash that a consent names')
    .argument('[purpose]', 'a purpose or a hash: show its text')
    .option('--lang <language>', 'en or zh; both without it')
    .runs<{ lang?: string }>(async (options, name: string | undefined) => {
      const { lang } = options;
      if (lang !== undefined && lang !== 'en' && lang !== 'zh')
        throw new UsageError('The language is en or zh.');
      const { gate } = await open(options);
      const all = await gate.notices();
      if (name === undefined) {
        print(options, all, () => allInWords(all));
        return;
      }
      const known = all.notices.find(({ purpose, hash }) => [purpose, hash].includes(name));
      if (!known && !/^[0-9a-f]{64}$/.test(name))
        throw new UsageError(
          `No notice of that name. There are: ${all.notices.map(({ purpose }) => purpose).join(', ') || 'none'}.`,
        );
      const notice = await gate.notice(known?.hash ?? name, lang);
      print(options, notice, () => `${Object.values(notice.texts).join('\n')}\nhash  ${notice.hash}\n`);
    });
}

function allInWords({ notices, deliveries }: NoticeList): string {
  if (notices.length === 0) return 'The policy has no notices.\n';
  const rows = notices.map(({ purpose, label, zh, hash }) => [purpose, `${label} ${zh}`, hash]);
  const ways = deliveries.map(({ kind, label, zh }) => [kind, `${label} ${zh}`]);
  return `${table(['purpose', 'for', 'hash'], rows)}\n${table(['delivery', ''], ways)}`;
}
