import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about what several functions answer. */
export const common = {
  noSuchCollection: 'no such collection',
  inFuture: 'is in the future',
  inPast: 'is in the past',
  notACursor: 'not a cursor of this list',
  notACursorOfQuery: 'is not a cursor of this query',
  notACursorOfPage: 'not a cursor of an earlier page',
  keyMalformed: 'Idempotency-Key has 1 to 128 printable ASCII characters',
  noSuchClass: 'no such class',
  noSuchAgency: 'no such agency',
  noSuchProgramme: (nearest: string | null) =>
    nearest === null ? 'no such programme' : `no such programme; the nearest is ${nearest}`,
  notAMatchKey: 'not a match key of the policy, or malformed',
  textDigestRequired: 'required: the digest of the text',
  requestClosed: 'The request is withdrawn, collected or expired.',
  otherText:
    'The request is about another text: what is tested and published is that text, to its last character.',
  reword: 'The text may not be published with these words: reword it, and ask again',
  requestChanged: 'The request changed meanwhile; try again.',
  recordBeingChanged: 'The record is being changed; try again.',
  recordBeingWritten: 'The record is being written; try again.',
  namesNoEntry:
    'A request waits. Its second person reads it and names its entry; without one this is a first request.',
  waitsNoMore: 'The request with this entry waits no more: read again what waits.',
  doneByAnother: 'Another call does this at this moment, or has just done it: read again what waits.',
  twoPeople: 'two people are two who have both logged in',
  differsFromToken: 'differs from the token',
  indexBeingBuilt: 'The index of the log is being built; try again in a minute.',
  comparedOnly: 'this purpose only compares this field: send it in `compare`, not with another key',
  noSuchTaskKind: 'The policy knows no such kind of task.',
  entryWithoutOwners: 'The log entry names no owners.',
  notWellFormed: 'is not well-formed text',
  entriesTooLarge: 'The log entries of one request are over 390 KB.',
  noPublicKey: 'is no public key on P-256',
  notByPeople:
    'A person at the console asks for releases and verifications alone; this is a call of the office.',
  newNonce: 'make the proof again with the nonce',
  noSuchPurposeNear: (nearest: string | null) =>
    nearest === null ? 'no such purpose' : `no such purpose; the nearest is ${nearest}`,
  noSuchFieldNear: (nearest: string | null) =>
    nearest === null ? 'no such field' : `no such field; the nearest is ${nearest}`,
  needsAction: (actions: readonly string[]) => `this route needs the action ${actions.join(' or ')}`,
  expectedOneOf: (words: readonly string[]) => `expected ${words.join(', ')}`,
  atMostRecords: (most: number) => `at most ${many(most, 'record')}`,
  sheetBytes: (most: number) => `a sheet holds at most ${many(most, 'byte')}`,
  iamDetails: (header: string) => `${header} does not grant what it says`,
  kindNotWritten: (kind: string) => `This function may not write an entry of kind ${kind}.`,
  lockedAgency:
    'A second attempt at a prohibited use within a day stopped releases and verification; casework goes on. Two stewards lift this.',
  suspendedAgency: 'A steward suspended this agency, and two stewards lift it.',
};

export const commonTexts = texts(common, (language) => import(`./${language}/common.ts`));
