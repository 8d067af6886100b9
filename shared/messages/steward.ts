import { steward as en } from './en/steward.ts';
import { texts } from './texts.ts';
import { steward as zh } from './zh/steward.ts';

export const stewardTexts = texts({ en, zh });
