/** The guardian of children in tests, and the documents that people show. */

import { giverDigest } from '../../functions/steps/rests.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { recordMarksOf } from '../../shared/keys/record-marks.ts';
import type { KnownDocument } from '../../shared/policy/check/documents.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { TestGateway } from './gateway.ts';

export const GUARDIAN = { name: '欧阳海', id_number: '99000119800101003X' };
/** A guardian without a resident number. */
export const MOTHER = { kind: 'mother', name: '林海燕', document: 'passport', number: 'E00000017' };
export const GUARDIANS = [{ ...GUARDIAN, kind: 'father' }, MOTHER];
/** On no record. */
export const STRANGER = { name: '司徒远', id_number: '990001198202020016' };

export const card = (number: string) => ({ kind: 'resident-card', number });

const SAID = new Set(['given', 'refused', 'objects']);

/** What a giver shows who says something; the desk compares nothing of other acts. */
export function shownFor(
  { giver = 'guardian', act = 'given' }: { giver?: string; act?: string },
  child: object,
): { document?: ReturnType<typeof card> } {
  if (!SAID.has(act)) return {};
  if (giver === 'guardian') return { document: card(GUARDIAN.id_number) };
  const own = (child as { match?: { id_number?: string } }).match?.id_number;
  return giver === 'child' && own !== undefined ? { document: card(own) } : {};
}

/** What a stored consent keeps of the giver's document, for tests that put one into the table. */
export async function storedCard(
  { kms, env }: Pick<TestGateway, 'kms' | 'env'>,
  pack: Pack,
  subject: SubjectId,
  consent: string,
  shown: KnownDocument = card(GUARDIAN.id_number),
): Promise<string> {
  return giverDigest(subject, await recordMarksOf(kms, env.indexKey, subject), pack, consent, shown);
}
