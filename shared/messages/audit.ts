import { audit as en } from './en/audit.ts';
import { texts } from './texts.ts';
import { audit as zh } from './zh/audit.ts';

export const auditTexts = texts({ en, zh });
