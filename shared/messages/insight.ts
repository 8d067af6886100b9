import { insight as en } from './en/insight.ts';
import { texts } from './texts.ts';
import { insight as zh } from './zh/insight.ts';

export const insightTexts = texts({ en, zh });
