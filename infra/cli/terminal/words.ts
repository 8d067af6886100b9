/** Words of the terminal that several rooms show. */
import { texts } from '../messages/language.ts';

const { codes } = await texts('terminal');

/** The word for a code of a state, form or kind. JSON keeps the code. */
export const word = (code: string) => (Object.hasOwn(codes, code) ? (codes[code] as string) : code);

/** The same for the outcome of an entry or of a task: whom it favours follows from what it closes. */
export const outcomeWord = (kind: string, outcome: string) =>
  Object.hasOwn(codes, `${kind}:${outcome}`) ? (codes[`${kind}:${outcome}`] as string) : word(outcome);

export const wordsFor = (list: readonly string[]) => list.map(word).join(', ');
