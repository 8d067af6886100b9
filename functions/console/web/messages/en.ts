import { problems } from './en/problems.ts';
import { shell } from './en/shell.ts';

/** Every text of the console in English. */
export const en = { ...shell, problems };
