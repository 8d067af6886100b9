import { problems as en } from './en/problems.ts';
import { texts } from './texts.ts';
import { problems as zh } from './zh/problems.ts';

export const problemsTexts = texts({ en, zh });
