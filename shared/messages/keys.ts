import { keys as en } from './en/keys.ts';
import { texts } from './texts.ts';
import { keys as zh } from './zh/keys.ts';

export const keysTexts = texts({ en, zh });
