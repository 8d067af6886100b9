/** Compares the giver's document with the record by keyed tokens: casework can open no field. */

import { Problem } from '../../../shared/errors.ts';
import { recordMarksOf } from '../../../shared/keys/record-marks.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { KnownDocument } from '../../../shared/policy/check/documents.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { dayOf } from '../../../shared/policy/value/age.ts';
import { parseHead } from '../../../shared/records/subject/key-item-format.ts';
import { readAttributes } from '../../../shared/records/subject/key-items.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { readMarksOf } from '../../../shared/records/subject/sheets.ts';
import { OUTLINE } from '../../../shared/tables.ts';
import { decoyId } from '../../steps/holding.ts';
import { isListed, listedIn } from '../../steps/marks.ts';
import type { Act } from '../act.ts';

/** What a log entry says of the comparison. */
export type OnRecord = 'GIVER_ON_RECORD' | 'GIVER_NOT_ON_RECORD' | 'GIVER_DIFFERS';

/**
 * Two reads for each department that may list those who decide for the person, whether or not one does. A giver is on
 * record if each department that lists some lists this one today.
 * @returns `null` for a giver whom no record lists
 * @throws Problem CONFLICT if the record changes meanwhile
 */
export async function compareGiver(
  { deps, pack, now }: Pick<Act, 'deps' | 'pack' | 'now'>,
  { subject }: Pick<Outline, 'subject'>,
  giver: string,
  shown: KnownDocument,
): Promise<OnRecord | null> {
  const { responsible } = pack.consent.evidence;
  if (!responsible || !isParty(pack, giver, 'responsible')) return null;
  const { field } = responsible;
  const owners = pack.fields.get(field)?.owners ?? [];
  const { keys, sheets } = deps.tables;
  const item = await readAttributes(keys, subject, [...OUTLINE, ...owners.map((code) => `head.${code}`)]);
  const held = await Promise.all(
    owners.map(async (owner) => {
      const head = item?.[`head.${owner}`];
      const marks = await readMarksOf(sheets, subject, owner, head ? parseHead(head).digest : decoyId());
      if (head && !marks) throw new Problem('CONFLICT', { detail: commonTexts.recordBeingChanged });
      return marks ? listedIn(marks, field) : undefined;
    }),
  );
  const marks = await recordMarksOf(deps.kms, deps.env.indexKey, subject);
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const lists = held.filter((one) => one !== undefined);
  if (lists.length === 0) return 'GIVER_NOT_ON_RECORD';
  const onEach = lists.every((list) => isListed(marks, pack, list, giver, shown, today));
  return onEach ? 'GIVER_ON_RECORD' : 'GIVER_DIFFERS';
}
