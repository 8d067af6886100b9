import { forms as en } from './en/forms.ts';
import { texts } from './texts.ts';
import { forms as zh } from './zh/forms.ts';

export const formsTexts = texts({ en, zh });
