/** Words of the terminal that several rooms show. */
import { texts } from '../messages/language.ts';

const { codes } = await texts('terminal');

/** The word for a code of a state, form or kind. JSON keeps the code. */
export const word = (code: string) => (Object.hasOwn(codes, code) ? (codes[code] as string) : code);

export const wordsFor = (list: readonly string[]) => list.map(word).join(', ');
