/**
 * Since when those who decide for a person are on record, by keyed tokens: who writes can't read, and who only compares
 * opens nothing.
 */

import type { SubjectId } from '../../shared/ids.ts';
import { type RecordMarks, recordMarksOf } from '../../shared/keys/record-marks.ts';
import {
  documentsOf,
  type KnownDocument,
  maySpeakAs,
  recordsIn,
} from '../../shared/policy/check/documents.ts';
import { markedIn } from '../../shared/policy/decide/marks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json } from '../../shared/policy/types.ts';
import type { SheetMarks } from '../../shared/records/subject/sheets.ts';
import type { Deps } from '../deps.ts';

/**
 * A mark that was there before keeps its time.
 * @param fields as written; the marks of other fields stay
 */
export async function marksAfter(
  deps: Deps<'indexKey'>,
  pack: Pack,
  subject: SubjectId,
  before: SheetMarks,
  fields: ReadonlyMap<string, Json>,
): Promise<SheetMarks> {
  const after = new Map(before);
  for (const field of fields.keys()) after.delete(field);
  const marked = [...fields].filter(([field, value]) => markedIn(pack, field, value).length > 0);
  if (marked.length === 0) return after;
  const tokens = await recordMarksOf(deps.kms, deps.env.indexKey);
  const now = deps.now();
  for (const [field, value] of marked) {
    const known = before.get(field);
    const found = new Map<string, number>();
    for (const text of markedIn(pack, field, value)) {
      const [newest, ...older] = hiddenOf(tokens, pack, subject, field, text);
      found.set(newest, sinceOf(known, [newest, ...older]) ?? now);
    }
    for (const { giver, ...one } of documentsIn(pack, field, value))
      found.set(documentMark(tokens, pack, subject, giver, one)[0], 0);
    after.set(field, found);
  }
  return after;
}

/** Each document with each word of a giver that its owner may use. */
function documentsIn(pack: Pack, field: string, value: Json): (KnownDocument & { giver: string })[] {
  const { responsible } = pack.consent.evidence;
  if (responsible?.field !== field) return [];
  return recordsIn(value).flatMap((one) =>
    documentsOf(pack, responsible, one).flatMap((document) =>
      Object.keys(responsible.givers)
        .filter((giver) => maySpeakAs(responsible, giver, one))
        .map((giver) => ({ ...document, giver })),
    ),
  );
}

/** @returns when the value, in one of its texts, was first on record; `undefined` if it is not */
export function markOf(
  tokens: RecordMarks,
  pack: Pack,
  subject: SubjectId,
  marks: SheetMarks | undefined,
  field: string,
  text: string,
): number | undefined {
  return sinceOf(marks?.get(field), hiddenOf(tokens, pack, subject, field, text));
}

/** Under each version of the index key, newest first. */
export function documentMark(
  tokens: RecordMarks,
  pack: Pack,
  subject: SubjectId,
  giver: string,
  { kind, number }: KnownDocument,
): [string, ...string[]] {
  return hiddenOf(tokens, pack, subject, '#document', JSON.stringify([giver, kind, number]));
}

function sinceOf(marks: ReadonlyMap<string, number> | undefined, tokens: readonly string[]) {
  return tokens.map((one) => marks?.get(one)).find((since) => since !== undefined);
}

function hiddenOf(
  tokens: RecordMarks,
  { collection }: Pack,
  subject: SubjectId,
  field: string,
  text: string,
) {
  return tokens.marks(subject, collection, `#mark ${field}`, text);
}
