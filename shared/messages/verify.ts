import { verify as en } from './en/verify.ts';
import { texts } from './texts.ts';
import { verify as zh } from './zh/verify.ts';

export const verifyTexts = texts({ en, zh });
