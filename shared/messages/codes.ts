import { codes as en } from './en/codes.ts';
import { texts } from './texts.ts';
import { codes as zh } from './zh/codes.ts';

export const codesTexts = texts({ en, zh });
