import type { members } from '../../../shared/contract/words/en/members.ts';
import { wordsIn } from '../../../shared/contract/words/load.ts';
import { language } from './language.ts';

/** The words of the contract. */
export const contract = await wordsIn(language);

/** A label begins small, unless it is an abbreviation. */
export const small = (text: string) => text.replace(/^\p{Lu}(?=\p{Ll}|$)/u, (letter) => letter.toLowerCase());

/** What the contract calls a member, for a column that no one route gives. */
export const label = (name: keyof typeof members): string => small(contract.word('', name)[0]);
