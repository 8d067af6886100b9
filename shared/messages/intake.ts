import { intake as en } from './en/intake.ts';
import { texts } from './texts.ts';
import { intake as zh } from './zh/intake.ts';

export const intakeTexts = texts({ en, zh });
