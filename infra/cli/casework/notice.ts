import type { NoticeList } from '../../../shared/contract/notices.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

const { notice: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate notice [purpose]` */
export function registerNotice(program: Command): void {
  program
    .command('notice')
    .description(about.notice)
    .argument('[purpose]', t.purpose)
    .runs(async (options, name: string | undefined) => {
      const { lang } = options;
      const { gate } = await open(options);
      const all = await gate.notices();
      if (name === undefined) {
        print(options, all, () => allInWords(all));
        return;
      }
      const known = all.notices.find(({ purpose, hash }) => [purpose, hash].includes(name));
      if (!known && !/^[0-9a-f]{64}$/.test(name))
        throw new UsageError(t.unknown(all.notices.map(({ purpose }) => purpose).join(', ') || w.none));
      const notice = await gate.notice(known?.hash ?? name, lang);
      print(options, notice, () => t.text(Object.values(notice.texts).join('\n'), notice.hash));
    });
}

function allInWords({ notices, deliveries }: NoticeList): string {
  if (notices.length === 0) return t.empty;
  const rows = notices.map(({ purpose, label, hash }) => [purpose, spoken(label), hash]);
  const ways = deliveries.map(({ kind, label }) => [kind, spoken(label)]);
  return `${table([w.purpose, w.name, t.hash], rows)}\n${table([t.delivery, ''], ways)}`;
}
