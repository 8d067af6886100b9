import type { en } from './en.ts';
import { problems } from './zh/problems.ts';
import { shell } from './zh/shell.ts';

/** 控制台的全部中文文字。 */
export const zh = { ...shell, problems } satisfies typeof en;
