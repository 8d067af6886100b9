import type { Notice, NoticeList } from '../../../shared/contract/notices.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { noticesOf, type Notice as Text } from '../../../shared/policy/present/notice.ts';

export function listNotices(pack: Pack): NoticeList {
  return {
    notices: [...noticesOf(pack).values()].map((one) => nameOf(pack, one)),
    deliveries: Object.entries(pack.notices?.deliveries ?? {}).map(([kind, { label, zh }]) => ({
      ...{ kind, label, zh },
    })),
  };
}

/** @throws Problem NOT_FOUND unless it is the hash of a notice in force */
export function readNotice(pack: Pack, hash: string, lang: 'en' | 'zh' | undefined): Notice {
  const one = [...noticesOf(pack).values()].find((notice) => notice.hash === hash);
  if (!one) throw new Problem('NOT_FOUND');
  return { ...nameOf(pack, one), texts: lang === undefined ? one.texts : { [lang]: one.texts[lang] } };
}

function nameOf(pack: Pack, { purpose, hash }: Text): NoticeList['notices'][number] {
  const { label = purpose, zh = purpose } = pack.purposes.get(purpose) ?? {};
  return { purpose, label, zh, hash };
}
