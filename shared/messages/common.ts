import { common as en } from './en/common.ts';
import { texts } from './texts.ts';
import { common as zh } from './zh/common.ts';

export const commonTexts = texts({ en, zh });
