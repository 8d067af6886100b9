/**
 * Since when those who decide for a person are on record, and whether the record endangers the person, by keyed tokens: who
 * writes can't read, and who only compares opens nothing.
 */

import type { SubjectId } from '../../shared/ids.ts';
import { type RecordMarks, recordMarksOf, type Term } from '../../shared/keys/record-marks.ts';
import {
  documentsOf,
  isWithin,
  type KnownDocument,
  maySpeakAs,
  recordsIn,
  termOf,
} from '../../shared/policy/check/documents.ts';
import { type Danger, dangersOf, endsOf, stopsOf } from '../../shared/policy/decide/danger.ts';
import { markedIn } from '../../shared/policy/decide/marks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json } from '../../shared/policy/types.ts';
import type { Day } from '../../shared/policy/value/age.ts';
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
  const statements = [...dangersOf(pack).flat(), ...stopsOf(pack)];
  const marked = [...fields].filter(([field]) => endsConsents(pack).includes(field));
  const telling = [...fields].filter(([name]) => statements.some(({ field }) => field === name));
  if (marked.length + telling.length === 0) return after;
  const marks = await recordMarksOf(deps.kms, deps.env.indexKey, subject);
  const now = deps.now();
  for (const [field, value] of marked) {
    if (value === null) {
      if (before.has(field) && goneSince(before, field) === undefined)
        after.set(field, new Map([[GONE, now]]));
      continue;
    }
    const known = before.get(field);
    const found = new Map<string, number>();
    for (const text of markedIn(pack, field, value)) {
      const mark = hiddenOf(marks, pack, field, text);
      found.set(mark, known?.get(mark) ?? now);
    }
    for (const { giver, term, ...one } of documentsIn(pack, field, value))
      found.set(marks.sealTerm(term, pack.collection, DOCUMENT, documentForm(giver, one)), 0);
    after.set(field, found);
  }
  for (const [name, value] of telling) {
    const said = statements.filter(({ field }) => value !== null && field === name);
    const found = said.map((one) => [dangerMark(marks, pack, one, one.holds(value)), 0] as const);
    if (value === null) after.delete(dangerName(name));
    else after.set(dangerName(name), new Map(found));
  }
  return after;
}

/** Before the name of a field, under which the sheet says of each statement about it that it holds, or that it does not. */
export const dangerName = (field: string) => `#danger ${field}`;

/** The names under which a sheet has the marks of a field. */
export const markNames = (field: string) => [field, dangerName(field)];

const dangerMark = (marks: RecordMarks, pack: Pack, { field, text }: Danger, is: boolean) =>
  hiddenOf(marks, pack, dangerName(field), JSON.stringify([text, is]));

/** Whether one of the departments has written what endangers the person. @param held their marks */
export function isInDanger(marks: RecordMarks, pack: Pack, held: readonly (SheetMarks | null)[]): boolean {
  const says = saidIn(marks, pack, held);
  return dangersOf(pack).some((all) =>
    all.every((one) => says(one, true) || (!says(one, false) && one.holds(undefined))),
  );
}

/** Whether one of the departments has written that all help for the person has ended, as with a death. */
export function hasEnded(marks: RecordMarks, pack: Pack, held: readonly (SheetMarks | null)[]): boolean {
  const says = saidIn(marks, pack, held);
  return endsOf(pack).some((one) => says(one, true));
}

const saidIn =
  (marks: RecordMarks, pack: Pack, held: readonly (SheetMarks | null)[]) => (one: Danger, is: boolean) =>
    held.some((sheet) => sheet?.get(dangerName(one.field))?.has(dangerMark(marks, pack, one, is)));

/** Whether the write says what stops others, see `stopsOf`, and the sheet did not say so before. */
export function saysStop(
  pack: Pack,
  fields: ReadonlyMap<string, Json>,
  before: SheetMarks | undefined,
  after: SheetMarks,
): boolean {
  return stopsOf(pack).some(({ field, holds }) => {
    const name = dangerName(field);
    const known = before?.get(name);
    return holds(fields.get(field)) && [...(after.get(name)?.keys() ?? [])].some((mark) => !known?.has(mark));
  });
}

/** The fields whose change ends a consent. */
const endsConsents = ({ consent: { evidence } }: Pack): readonly string[] =>
  evidence.responsible ? [evidence.responsible.field, ...evidence.responsible.endedBy] : [];

/** Stands for a value that was removed, so that what it had ended does not count again. */
const GONE = 'gone';

/** @returns the marks of a field that is on record */
export function listedIn(marks: SheetMarks, field: string): ReadonlyMap<string, number> | undefined {
  return goneSince(marks, field) === undefined ? marks.get(field) : undefined;
}

const goneSince = (marks: SheetMarks, field: string) => marks.get(field)?.get(GONE);

/** @returns epoch milliseconds of the last removal of a field that ends consents, or -Infinity */
export function lastRemoval(pack: Pack, sheets: Iterable<{ marks: SheetMarks }>): number {
  return Math.max(
    ...[...sheets].flatMap(({ marks }) =>
      endsConsents(pack).map((field) => goneSince(marks, field) ?? -Infinity),
    ),
  );
}

/** Each document with each word of a giver that its owner may use, and the days on which they may. */
function documentsIn(
  pack: Pack,
  field: string,
  value: Json,
): (KnownDocument & { giver: string; term: Term })[] {
  const { responsible } = pack.consent.evidence;
  if (responsible?.field !== field) return [];
  return recordsIn(value).flatMap((one) =>
    documentsOf(pack, responsible, one).flatMap((document) =>
      Object.keys(responsible.givers)
        .filter((giver) => maySpeakAs(responsible, giver, one))
        .map((giver) => ({ ...document, giver, term: termOf(responsible, one) })),
    ),
  );
}

/** @returns when the value, in one of its texts, was first on record; `undefined` if it is not */
export function markOf(
  marks: RecordMarks,
  pack: Pack,
  stored: SheetMarks | undefined,
  field: string,
  text: string,
): number | undefined {
  return stored?.get(field)?.get(hiddenOf(marks, pack, field, text));
}

/** Whether the record lists this giver with this document on this day. */
export function isListed(
  marks: RecordMarks,
  pack: Pack,
  stored: ReadonlyMap<string, number>,
  giver: string,
  shown: KnownDocument,
  today: Day,
): boolean {
  const form = documentForm(giver, shown);
  return [...stored.keys()].some((sealed) => {
    const term = marks.openTerm(sealed, pack.collection, DOCUMENT, form);
    return term !== null && isWithin(term, today);
  });
}

const DOCUMENT = '#mark #document';

function documentForm(giver: string, { kind, number }: KnownDocument): string {
  return JSON.stringify([giver, kind, number]);
}

function hiddenOf(marks: RecordMarks, { collection }: Pack, field: string, text: string): string {
  return marks.of(collection, `#mark ${field}`, text);
}
