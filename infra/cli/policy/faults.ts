/** Faults of a pack in the reader's language, each with its place. */
import { type Fault, faultText } from '../../../shared/policy/compile/source.ts';
import { texts } from '../messages/language.ts';

const { faults: translations } = await texts('faults');

/** One fault a line. */
export const faultsInWords = (faults: readonly Fault[]): string =>
  faults.map((fault) => faultText({ ...fault, message: translated(fault.message, translations) })).join('\n');

/** @returns the message as it is if the table has no place for it */
export function translated(message: string, table: readonly (readonly [string, string])[]): string {
  for (const [english, other] of table) {
    const parts = english.split('{}').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    const names = new RegExp(`^${parts.join('(.*?)')}$`, 's').exec(message);
    if (names) return other.replaceAll(/\{(\d)\}/g, (_, at: string) => names[Number(at)] ?? '');
  }
  return message;
}
