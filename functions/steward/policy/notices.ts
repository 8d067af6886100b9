import type { Notice, NoticeList } from '../../../shared/contract/notices.ts';
import { Problem } from '../../../shared/errors.ts';
import { codeText, languageOf } from '../../../shared/language.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { noticesOf, type Notice as Text } from '../../../shared/policy/present/notice.ts';

export function listNotices(pack: Pack): NoticeList {
  return {
    notices: [...noticesOf(pack).values()].map((one) => nameOf(pack, one)),
    deliveries: Object.entries(pack.notices?.deliveries ?? {}).map(([kind, { label }]) => ({ kind, label })),
  };
}

/** @throws Problem NOT_FOUND unless it is the hash of a notice in force */
export function readNotice(pack: Pack, hash: string, lang: string | undefined): Notice {
  const one = [...noticesOf(pack).values()].find((notice) => notice.hash === hash);
  if (!one) throw new Problem('NOT_FOUND');
  const tag = lang && languageOf(pack.languages, [lang]);
  return { ...nameOf(pack, one), texts: tag ? { [tag]: one.texts[tag] ?? '' } : one.texts };
}

function nameOf(pack: Pack, { purpose, hash }: Text): NoticeList['notices'][number] {
  const { label = codeText(purpose) } = pack.purposes.get(purpose) ?? {};
  return { purpose, label, hash };
}
