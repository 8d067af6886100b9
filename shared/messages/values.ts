import { texts } from './texts.ts';
/** Words for values on pages, and for the form in which a field was received. */
export const values = {
  plain: 'unchanged',
  masked: 'masked',
  generalised: 'coarsened',
  predicate: 'yes or no',
  token: 'as a pseudonym',
  yes: 'yes',
  no: 'no',
  aside: (text: string) => ` (${text})`,
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  file: 'a file is on record',
};

export const valuesTexts = texts(values, (language) => import(`./${language}/values.ts`));
