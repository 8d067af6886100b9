import { http as en } from './en/http.ts';
import { texts } from './texts.ts';
import { http as zh } from './zh/http.ts';

export const httpTexts = texts({ en, zh });
