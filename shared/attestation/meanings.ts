import type { Fault } from './invalid.ts';

/** A sentence in the two languages of those who check. */
export interface Said {
  en: string;
  zh: string;
}

/** What each fault means to whoever holds the proof. */
export const MEANINGS: ReadonlyMap<Fault, Said> = new Map<Fault, Said>([
  [
    'MALFORMED',
    { en: 'It is no proof, or bytes of it were changed.', zh: '这不是一份证明，或内容已被改动。' },
  ],
  ['TYPE', { en: 'It is another kind of token.', zh: '这是另一种凭证。' }],
  ['SIGNATURE', { en: 'The gateway did not sign it.', zh: '不是本网关签发的。' }],
  ['DISCLOSURE', { en: 'What is shown with it does not belong to it.', zh: '随附的披露内容与证明不符。' }],
  [
    'CLAIM',
    {
      en: 'It is of another issuer or programme, or says what such a proof may not.',
      zh: '签发者或项目不符，或含有此类证明不应有的内容。',
    },
  ],
  ['EXPIRED', { en: 'Its time is over, or has not come.', zh: '已过有效期，或尚未生效。' }],
  [
    'KEY_BINDING',
    { en: 'It is bound to a holder in a way that was not asked for.', zh: '持有人绑定方式不符合要求。' },
  ],
  ['STATUS', { en: 'Its status list is not the one it names.', zh: '状态列表与证明所指的不符。' }],
  ['REVOKED', { en: 'It was revoked.', zh: '已被撤销。' }],
]);

export const ELIGIBLE: Said = { en: 'Eligible, and still so', zh: '符合条件，目前仍有效' };
/** Where the status was not looked at. */
export const ELIGIBLE_ONCE: Said = {
  en: 'Eligible when it was issued; whether it was revoked is not checked',
  zh: '签发时符合条件；未核验是否已被撤销',
};
export const UNCONFIRMED: Said = {
  en: 'A proof that nothing was confirmed',
  zh: '该证明未确认任何资格',
};
