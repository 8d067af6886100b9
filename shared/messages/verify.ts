import { texts } from './texts.ts';
/** Texts about checks of eligibility. */
export const verify = {
  noCodeProgramme: 'no such programme that starts with a code',
  notThisProgramme: 'may not ask about this programme',
  noMatchKey: 'expected a match key of the policy',
  codeExpected: 'expected a code',
  codeForOthers: 'a code is for other programmes',
};

export const verifyTexts = texts(verify, (language) => import(`./${language}/verify.ts`));
