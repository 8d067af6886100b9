/** Messages of modules that know no language, by tables of their English words; `{}` stands for a name. */

import { literally } from '../../../shared/literally.ts';

/** @returns the message as it is if the table has no place for it */
export function translated(message: string, table: readonly (readonly [string, string])[]): string {
  for (const [english, other] of table) {
    const parts = english.split('{}').map(literally);
    const names = new RegExp(`^${parts.join('(.*?)')}$`, 's').exec(message);
    if (names) return other.replaceAll(/\{(\d)\}/g, (_, at: string) => names[Number(at)] ?? '');
  }
  return message;
}
