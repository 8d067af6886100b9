import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about the register and the policy. */
export const steward = {
  clientIdTaken: 'this client id is taken',
  registrationChanged: 'the registration changed meanwhile; try again',
  proposeAgain: 'the registration changed meanwhile: propose the change again',
  neverBoth: 'no agency is both: the policy keeps these roles and departments apart',
  nameRepeated: 'a name is repeated',
  nameUnknown: 'a name that is not in the policy',
  contractKept: 'a contract that has begun stays until three years after its end',
  trainingEnded: 'this training has ended',
  trainingTooLong: (latest: string) => `later than ${latest}, the last day that the policy lets a training count`,
  issuerExpected: 'expected the settings of an issuer at a public https address',
  ownIssuer: 'this is the issuer of the gateway itself',
  keysUrl: 'an https URL with a host name, without port or userinfo',
  foreignKey: 'a key serves one agency, and this one was registered for another',
  keysAtUrl: 'the keys are read from the registered URL; change them there',
  signWithCurrent: 'sign the request with a current key (RFC 9421)',
  currentKey: 'sign with a current key',
  keysChanged: 'the keys changed meanwhile; try again',
  noSuchVersion: 'no such version',
  publishedMeanwhile: 'another version was published meanwhile',
  partRefused: 'the compiler refuses this part',
  packRefused: 'the compiler would not make this pack: run fieldgate pack check',
  notCompiled: 'not a compiled pack',
  inForceAlready: 'the pack is in force already',
  versionTaken: 'another pack has this version: raise the version',
  changeWaits: 'another change of this agency waits for a steward',
  nameUnknownNear: (nearest: string) => `not in the policy; the nearest name is ${nearest}`,
  unknownName: (known: readonly string[]) => `unknown name; known are ${known.join(', ')}`,
  deployFirst: (changes: number) => `${many(changes, 'change needs', 'changes need')} a deployment first`,
  tooFewPeople: (programmes: number) => `${many(programmes, 'programme fits', 'programmes fit')} fewer people than the smallest cohort`,
  uncounted: (programmes: number) => `${many(programmes, 'programme is', 'programmes are')} not counted yet: run the job cohorts, then publish again`,
  formatOfField: 'does not match the format of this field',
  expectedKinds: (kinds: readonly string[]) => `expected ${kinds.map((kind) => (kind === 'string' ? 'a word' : `a ${kind}`)).join(' or ')}`,
};

export const stewardTexts = texts(steward, (language) => import(`./${language}/steward.ts`));
