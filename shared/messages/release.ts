import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about releases and inquiries. */
export const release = {
  absent: 'Not held, or not told: the word is the same for both.',
  inPieces: 'required: this request is collected in pieces',
  noSecondPerson: 'not the word of a colleague of this office for this report, given in the last ten minutes and not used yet',
  reportUnassigned: 'who reported is for an officer to whom a supervisor has given the task of the report: `for` of `POST /v1/tasks/{id}/take`',
  reportInHand: 'Another officer has this report in hand, who opens it; or take its task first',
  pageKey: 'sign in again: this session has no key for sealed answers',
  acceptHybrid: 'the answer is sealed to a hybrid key: accept application/fieldgate-sealed',
  registerHybrid: 'register a hybrid key: "kty": "AKP", "alg": "X-Wing", "use": "enc"',
  registerKey: 'register a key with "use": "enc"',
  bothLoggedIn: 'Both officers must have logged in, as people of this agency.',
  noPart: 'is no cursor of an answer about this person at this desk that still holds',
  answerBytes: (most: number) => `an answer holds at most ${many(most, 'byte')}: ask for less`,
};

export const releaseTexts = texts(release, (language) => import(`./${language}/release.ts`));
