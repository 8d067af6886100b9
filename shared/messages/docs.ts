import { docs as en, oauth as oauthEn } from './en/docs.ts';
import { texts } from './texts.ts';
import { oauth as oauthZh, docs as zh } from './zh/docs.ts';

export const docsTexts = texts({ en, zh });
export const oauthTexts = texts({ en: oauthEn, zh: oauthZh });
