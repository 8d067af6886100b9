/** Which consents are about a use, and which of them could carry it. */

import type { Pack } from '../pack/pack.ts';
import type { ConsentArtefact, Form } from '../types.ts';
import { isInTime } from './consent-times.ts';

/** What a consent is for. */
export type Use = Pick<ConsentArtefact, 'purpose' | 'recipient'>;

export function isFor(use: Use, { purpose, recipient }: Use): boolean {
  return purpose === use.purpose && recipient === use.recipient;
}

/** Whether a consent names the field in a form at least as strong. */
export function covers({ fields, forms }: ConsentArtefact, field: string, form: Form): boolean {
  const most = forms && Object.hasOwn(forms, field) ? forms[field] : undefined;
  return fields.includes(field) && (most === undefined || STRENGTH.indexOf(form) >= STRENGTH.indexOf(most));
}

/** From the strongest form to the weakest. */
const STRENGTH: readonly Form[] = ['plain', 'masked', 'generalised', 'predicate', 'token'];

/**
 * The consents that could carry a check that needs all of the fields; the compiler admits only purposes of consent to
 * programmes. One is the least that every decision demands, which is known before anything of the person is opened. The
 * consent table may demand more, by facts such as the age.
 */
export function carriersOf(
  pack: Pack,
  use: Use,
  fields: readonly string[],
  consents: readonly ConsentArtefact[],
  now: number,
): ConsentArtefact[] {
  const cells = pack.purposes.get(use.purpose)?.cells;
  const names = (item: ConsentArtefact) =>
    fields.every((field) => covers(item, field, cells?.get(field)?.form ?? 'plain'));
  return consents.filter(
    (item) => isFor(use, item) && item.act === 'given' && isInTime(pack, item, now) && names(item),
  );
}
