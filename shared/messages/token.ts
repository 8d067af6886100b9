import { token as en } from './en/token.ts';
import { texts } from './texts.ts';
import { token as zh } from './zh/token.ts';

export const tokenTexts = texts({ en, zh });
