/** What several requests have in common: the case, instrument or activity that they name. */
import type { Ask } from './types.ts';

/** The word of a request that names what several are for. */
export type MatterWord = 'case' | 'instrument' | 'activity';

/**
 * What requests of an agency share that name the same case, instrument or activity. It lasts as long as the purpose
 * says, from the first of whom somebody was told of.
 */
export interface MatterRule {
  named: MatterWord;
  /** Most distinct people of all its requests together. */
  people?: number;
  /** A case may be an incident: then it lasts as long as that is open. */
  incident?: true;
}

/** What the request says of itself under this name. */
export function statedWord(ask: Ask, word: MatterWord | 'officer' | 'reason'): string | undefined {
  return word === 'activity' ? (ask.activity ?? ask.case) : ask[word];
}
