/** Faults of a pack in the reader's language, each with its place. */
import { type Fault, faultText } from '../../../shared/policy/schema/source.ts';
import { texts } from '../messages/language.ts';
import { translated } from '../messages/translated.ts';

const { faults: translations } = await texts('faults');

/** One fault a line. */
export const faultsInWords = (faults: readonly Fault[]): string =>
  faults.map((fault) => faultText({ ...fault, message: translated(fault.message, translations) })).join('\n');
