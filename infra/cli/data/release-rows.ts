/** What a release list keeps of a person, and its row in the result. */

import type { ReleaseResult } from '../../../shared/contract/release.ts';
import type { Json } from '../../../shared/json.ts';
import { asRow, type ResultRow } from '../lists/table-out.ts';
import { spoken, texts } from '../messages/language.ts';
import { inLine } from '../terminal/table.ts';
import { dutiesInWords } from '../terminal/words.ts';
import { type FieldWords, headingOf, valueInWords } from './field-words.ts';

const { releaseList: t } = await texts('lists');
const { release: r } = await texts('data');

export type Kept =
  | { release: string; result: ReleaseResult }
  | { invalid: { path: string; message: string }[] }
  | { request: string }
  /** The process ended between the request and its answer. */
  | { lost: true };

/** The first columns of the result; fields follow by their names. */
export const COLUMNS = ['outcome', 'code', 'words', 'ref', 'withheld', 'duties', 'entry'] as const;

export function rowOf(kept: Kept | undefined, words: FieldWords): ResultRow {
  if (kept === undefined) return asRow({ outcome: 'OPEN', words: t.open });
  if ('lost' in kept) return asRow({ outcome: 'LOST', code: 'ANSWER_LOST', words: t.lost });
  if ('request' in kept)
    return asRow({ outcome: 'WAITING', code: 'APPROVAL_PENDING', words: t.waits(kept.request) });
  if ('invalid' in kept) {
    const said = kept.invalid.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    return asRow({ outcome: 'INVALID', code: 'INVALID_REQUEST', words: said });
  }
  return answered(kept.result, kept.release, words);
}

function answered(
  result: ReleaseResult,
  release: string,
  { fields: forms, obligations: duties }: FieldWords,
): ResultRow {
  const { entry } = result.receipt;
  if ('refused' in result)
    return asRow({ outcome: 'REFUSED', code: result.refused.code, words: t.refused, entry }, { release });
  const { ref, fields, obligations = [] } = result;
  const withheld = Object.entries(result.withheld ?? {});
  const { cells } = asRow({
    outcome: 'RELEASED',
    words: [
      ...new Set(withheld.map(([, { reason }]) => spoken(reason ?? {})).filter((one) => one !== '')),
    ].join('; '),
    ref,
    withheld: withheld.map(([name, { code }]) => `${headingOf(forms, name)}: ${code}`).join('; '),
    duties: dutiesInWords(obligations, duties),
    entry,
  });
  const values = Object.entries(fields).flatMap(([name, { value, predicate }]): [string, string][] => {
    if (predicate) return [[headingOf(forms, name), r.answers[inLine(value)] ?? inLine(value)]];
    // A record has a column for each of its members, which an intake reads as it stands.
    return isRecord(value)
      ? Object.entries(value).map(([member, part]) => [
          headingOf(forms, name, member),
          valueInWords(forms, name, part),
        ])
      : [[headingOf(forms, name), valueInWords(forms, name, value)]];
  });
  const object = {
    outcome: 'RELEASED',
    ref,
    fields,
    withheld: result.withheld,
    duties: obligations,
    entry,
    release,
  };
  return {
    cells: { ...cells, ...Object.fromEntries(values) },
    object: object as unknown as Record<string, Json>,
  };
}

const isRecord = (value: Json): value is { [member: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
