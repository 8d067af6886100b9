import { release as en } from './en/release.ts';
import { texts } from './texts.ts';
import { release as zh } from './zh/release.ts';

export const releaseTexts = texts({ en, zh });
