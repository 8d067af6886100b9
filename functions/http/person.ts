import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Session } from './auth.ts';

const KINDS = ['officer', 'reason', 'case'] as const;
export type ActWords = Partial<Record<(typeof KINDS)[number], string>>;

/**
 * The words of an act, which may stand in the token or in the body.
 * @throws Problem INVALID_REQUEST when they stand in both and differ.
 */
export function wordsOf(
  { grant }: Session,
  body: { [name in keyof ActWords]: string | undefined },
): ActWords {
  const words: ActWords = {};
  for (const name of KINDS) {
    const [granted, given] = [grant[name], body[name]];
    if (granted !== undefined && given !== undefined && granted !== given) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: `/${name}`, message: 'differs from the token' }],
      });
    }
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  return words;
}

/**
 * Digest of the person who acts: an officer of an agency. Letters of other width or case and blanks make no
 * other person.
 * @throws Problem NO_OFFICER, NO_REASON: what two people do, both say why.
 */
export function personOf({ caller }: Session, words: ActWords): string {
  const officer = (words.officer ?? '').normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  if (officer === '') throw new Problem('NO_OFFICER');
  if (words.reason === undefined) throw new Problem('NO_REASON');
  return hash('sha256', JSON.stringify([caller.clientId, officer]), 'base64url');
}
