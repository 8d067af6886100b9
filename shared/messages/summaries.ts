import { texts } from './texts.ts';

/** What each route does, by method and path. English stands in the contract. */
export const summariesTexts = texts<Readonly<Record<string, string>>>(
  {},
  (language) => import(`./${language}/summaries.ts`),
);
