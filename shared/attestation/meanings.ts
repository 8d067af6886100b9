import type { Fault } from './invalid.ts';

/** A sentence in English and Chinese. */
export interface Said {
  en: string;
  zh: string;
}

/** The meaning of each fault, for the person who holds the proof. */
export const MEANINGS: ReadonlyMap<Fault, Said> = new Map<Fault, Said>([
  [
    'MALFORMED',
    { en: 'This is not a proof, or some of its bytes were changed.', zh: '这不是一份证明，或内容已被改动。' },
  ],
  ['TYPE', { en: 'It is another kind of token.', zh: '这是另一种凭证。' }],
  ['SIGNATURE', { en: 'The gateway did not sign it.', zh: '不是本网关签发的。' }],
  ['DISCLOSURE', { en: 'The details shown with it are not part of it.', zh: '随附的披露内容与证明不符。' }],
  [
    'CLAIM',
    {
      en: 'It is from another issuer or for another programme, or it contains a claim that such a proof may not have.',
      zh: '签发者或项目不符，或含有此类证明不应有的内容。',
    },
  ],
  ['EXPIRED', { en: 'It has expired, or is not valid yet.', zh: '已过有效期，或尚未生效。' }],
  ['KEY_BINDING', { en: 'Its holder binding is missing or not expected.', zh: '持有人绑定方式不符合要求。' }],
  [
    'STATUS',
    { en: 'The status list is not the one that the proof names.', zh: '状态列表与证明所指的不符。' },
  ],
  ['REVOKED', { en: 'It was revoked.', zh: '已被撤销。' }],
]);

export const ELIGIBLE: Said = { en: 'Eligible, and still so', zh: '符合条件，目前仍有效' };
/** Shown if the status was not checked. */
export const ELIGIBLE_ONCE: Said = {
  en: 'Eligible when it was issued; the check did not cover a later revocation',
  zh: '签发时符合条件；未核验是否已被撤销',
};
export const UNCONFIRMED: Said = {
  en: 'The proof does not confirm anything',
  zh: '该证明未确认任何资格',
};
