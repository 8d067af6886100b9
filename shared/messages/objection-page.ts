import { texts } from './texts.ts';
/** Texts of the answer to an objection, as a page. */
export const objectionPage = {
  title: 'Answer to your request',
  receipt: 'Receipt of your request',
  number: 'Number',
  what: 'You asked for',
  about: 'About',
  office: 'Answered by',
  at: 'Requested',
  desk: 'Handed over by',
  open: 'Not answered yet',
  due: 'Due by',
  answered: 'Answered',
  stampOffice: 'Stamp of the office',
  stampOfficer: 'Signature of the officer',
  stampReceived: 'Received by, and day',
  upheld: 'Granted',
  rejected: 'Refused',
  reasons: 'The answer in writing',
  to: 'To',
  rule: 'Rule',
  digest: 'digest of this text',
};

export const objectionPageTexts = texts(objectionPage, (language) => import(`./${language}/objection-page.ts`));
