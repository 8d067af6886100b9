import { texts } from './texts.ts';
/** Texts about statistics and checks for leaks. */
export const insight = {
  tooMuchText: 'too much text for one check; send it in parts',
  noSuchDimension: (known: readonly string[]) => `no such dimension; one of ${known.join(', ')}`,
};

export const insightTexts = texts(insight, (language) => import(`./${language}/insight.ts`));
