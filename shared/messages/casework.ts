import { casework as en } from './en/casework.ts';
import { texts } from './texts.ts';
import { casework as zh } from './zh/casework.ts';

export const caseworkTexts = texts({ en, zh });
