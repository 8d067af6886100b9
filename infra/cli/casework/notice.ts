import type { NoticeList } from '../../../shared/contract/notices.ts';
import { noticeRoutes } from '../../../shared/contract/routes/notices.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { listed } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { notice: t } = await texts('desk');

/** `fieldgate notice [purpose]` */
export function registerNotice(program: Command): void {
  program
    .command('notice')
    .argument('[purpose]', t.purpose)
    .runs(async (options, name: string | undefined) => {
      const { lang } = options;
      const { gate } = await open(options);
      const all = await gate.call('GET /v1/notices', {});
      if (name === undefined) {
        print(options, all, () => allInWords(all));
        return;
      }
      const known = all.notices.find(({ purpose, hash }) => [purpose, hash].includes(name));
      if (!known && !/^[0-9a-f]{64}$/.test(name))
        throw new UsageError(t.unknown(all.notices.map(({ purpose }) => purpose).join(', ') || w.none));
      const notice = await gate.call('GET /v1/notices/:hash', {
        hash: known?.hash ?? name,
        query: { lang },
      });
      print(options, notice, () => t.text(Object.values(notice.texts).join('\n'), notice.hash));
    });
}

function allInWords({ notices, deliveries }: NoticeList): string {
  if (notices.length === 0) return t.empty;
  const names = listed(noticeRoutes.listNotices, 'notices', notices, ['purpose', 'label', 'hash']);
  return `${names}\n${listed(noticeRoutes.listNotices, 'deliveries', deliveries)}`;
}
