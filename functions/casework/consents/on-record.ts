/** Compares the giver's number with the record by the keyed tokens of its sheets: casework can open no field. */

import { Problem } from '../../../shared/errors.ts';
import { leakTokensOf } from '../../../shared/keys/leak-tokens.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { formsOf } from '../../../shared/policy/check/leak-forms.ts';
import { parseHead } from '../../../shared/records/subject/key-item-format.ts';
import { readAttributes } from '../../../shared/records/subject/key-items.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { readLeaksOf } from '../../../shared/records/subject/sheets.ts';
import { OUTLINE } from '../../../shared/tables.ts';
import { decoyId } from '../../steps/holding.ts';
import type { Act } from '../act.ts';

/** What a log entry says of the comparison. */
export type OnRecord = 'GIVER_ON_RECORD' | 'GIVER_NOT_ON_RECORD' | 'GIVER_DIFFERS';

/**
 * Two reads for each department that may hold the number, whether or not one does.
 * @param number normalised
 * @returns `null` for a giver whose number no record holds in a form that can be compared
 * @throws Problem CONFLICT if the record changes meanwhile
 */
export async function compareGiver(
  { deps, pack }: Pick<Act, 'deps' | 'pack'>,
  { subject }: Pick<Outline, 'subject'>,
  giver: string,
  number: string,
): Promise<OnRecord | null> {
  const identity = pack.casework?.inquiries.identity ?? {};
  const path = Object.hasOwn(identity, giver) ? identity[giver]?.number : undefined;
  if (path === undefined || pack.leaks?.values[path] !== 'number') return null;
  const [field = '', member] = path.split('.', 2);
  const owners = pack.fields.get(field)?.owners ?? [];
  const { keys, sheets } = deps.tables;
  const item = await readAttributes(keys, subject, [...OUTLINE, ...owners.map((code) => `head.${code}`)]);
  const held = await Promise.all(
    owners.map(async (owner) => {
      const head = item?.[`head.${owner}`];
      const leaks = await readLeaksOf(sheets, subject, owner, head ? parseHead(head).digest : decoyId());
      if (head && !leaks) throw new Problem('CONFLICT', { detail: commonTexts.recordBeingChanged });
      return leaks?.get(field) ?? [];
    }),
  );
  const tokens = await leakTokensOf(deps.kms, deps.env.indexKey);
  const value = member === undefined ? number : { [member]: number };
  const shown = formsOf(pack, field, value).flatMap(({ kind, form }) =>
    tokens.of(pack.collection, kind, form),
  );
  const known = held.flat().map((hidden) => tokens.show(subject, hidden));
  if (known.length === 0) return 'GIVER_NOT_ON_RECORD';
  return known.some((token) => shown.includes(token)) ? 'GIVER_ON_RECORD' : 'GIVER_DIFFERS';
}
