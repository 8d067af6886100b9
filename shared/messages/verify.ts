import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about checks of eligibility. */
export const verify = {
  noCodeProgramme: 'no such programme that starts with a code',
  listBegun: 'the list is submitted: put other rows under another id',
  otherList: 'another list is submitted under this id',
  partsMissing: (n: number) => `${many(n, 'part is', 'parts are')} there`,
  notThisProgramme: 'may not ask about this programme',
  noMatchKey: 'expected a match key of the policy',
  codeExpected: 'expected a code',
  codeForOthers: 'a code is for other programmes',
  noConsent: (purpose: string, fields: string) => `the check would confirm nothing: no consent stands that is given for ${purpose} to this recipient and names ${fields}`,
};

export const verifyTexts = texts(verify, (language) => import(`./${language}/verify.ts`));
