/** Compares the giver's document with the record, and asks what endangers the person, by keyed tokens: casework can open no field. */

import { Problem } from '../../../shared/errors.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import { recordMarksOf } from '../../../shared/keys/record-marks.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { KnownDocument } from '../../../shared/policy/check/documents.ts';
import { dangersOf, endsOf } from '../../../shared/policy/decide/danger.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { dayOf } from '../../../shared/policy/value/age.ts';
import { CONFLICT } from '../../../shared/records/casework/casework.ts';
import { parseHead } from '../../../shared/records/subject/key-item-format.ts';
import { readAttributes } from '../../../shared/records/subject/key-items.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { readMarksOf, type SheetMarks } from '../../../shared/records/subject/sheets.ts';
import { OUTLINE } from '../../../shared/tables.ts';
import { decoyId } from '../../steps/holding.ts';
import { hasEnded, isInDanger, isListed, listedIn } from '../../steps/marks.ts';
import type { Act } from '../act.ts';
import { caseworkOf } from './stored.ts';

/** What a log entry says of the comparison. */
export type OnRecord = 'GIVER_ON_RECORD' | 'GIVER_NOT_ON_RECORD' | 'GIVER_DIFFERS';

/**
 * Two reads for each department that may hold one of the fields, whether or not one does.
 * @throws Problem CONFLICT if the record changes meanwhile
 */
async function marksBy(
  { tables: { keys, sheets } }: Act['deps'],
  pack: Pack,
  subject: SubjectId,
  fields: readonly string[],
): Promise<(SheetMarks | null)[]> {
  const owners = [...new Set(fields.flatMap((field) => pack.fields.get(field)?.owners ?? []))];
  const item = await readAttributes(keys, subject, [...OUTLINE, ...owners.map((code) => `head.${code}`)]);
  return Promise.all(
    owners.map(async (owner) => {
      const head = item?.[`head.${owner}`];
      const marks = await readMarksOf(sheets, subject, owner, head ? parseHead(head).digest : decoyId());
      if (head && !marks) throw new Problem('CONFLICT', { detail: commonTexts.recordBeingChanged });
      return marks;
    }),
  );
}

/** @throws Problem CONFLICT if the record changes meanwhile */
export async function isEndangered(...of: Parameters<typeof toldOf>): Promise<boolean> {
  return (await toldOf(...of)).endangered;
}

/**
 * What decides who may be told: whether the person's safety comes before what those who decide for it may know, by the flag of
 * two people or by what one of the departments has written, and whether one has written that the person has died.
 * @throws Problem CONFLICT if the record changes meanwhile
 */
export async function toldOf(
  { deps, pack }: Pick<Act, 'deps' | 'pack'>,
  { subject }: Pick<Outline, 'subject'>,
): Promise<{ endangered: boolean; gone: boolean }> {
  const fields = [...dangersOf(pack).flat(), ...endsOf(pack)].map(({ field }) => field);
  const [tokens, held, casework] = await Promise.all([
    recordMarksOf(deps.kms, deps.env.indexKey, subject),
    marksBy(deps, pack, subject, fields),
    caseworkOf(deps, subject),
  ]);
  const flagged = casework.some(({ kind }) => kind === CONFLICT);
  return { endangered: flagged || isInDanger(tokens, pack, held), gone: hasEnded(tokens, pack, held) };
}

/**
 * A giver is on record if each department that lists some lists this one today.
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
  const held = (await marksBy(deps, pack, subject, [field])).map((marks) =>
    marks ? listedIn(marks, field) : undefined,
  );
  const marks = await recordMarksOf(deps.kms, deps.env.indexKey, subject);
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const lists = held.filter((one) => one !== undefined);
  if (lists.length === 0) return 'GIVER_NOT_ON_RECORD';
  const onEach = lists.every((list) => isListed(marks, pack, list, giver, shown, today));
  return onEach ? 'GIVER_ON_RECORD' : 'GIVER_DIFFERS';
}
