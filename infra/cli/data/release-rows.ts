/** What a release list keeps of a person, and its row in the result. */

import type { ReleaseResult } from '../../../shared/contract/release.ts';
import type { Json } from '../../../shared/json.ts';
import { asRow, type ResultRow } from '../lists/table-out.ts';
import { spoken, texts } from '../messages/language.ts';
import { inLine } from '../terminal/table.ts';

const { releaseList: t } = await texts('lists');

export type Kept =
  | { release: string; result: ReleaseResult }
  | { invalid: { path: string; message: string }[] }
  | { request: string }
  /** The process ended between the request and its answer. */
  | { lost: true };

/** The first columns of the result; fields follow by their names. */
export const COLUMNS = ['outcome', 'code', 'words', 'ref', 'withheld', 'duties', 'entry'] as const;

export function rowOf(kept: Kept | undefined): ResultRow {
  if (kept === undefined) return asRow({ outcome: 'OPEN', words: t.open });
  if ('lost' in kept) return asRow({ outcome: 'LOST', code: 'ANSWER_LOST', words: t.lost });
  if ('request' in kept)
    return asRow({ outcome: 'WAITING', code: 'APPROVAL_PENDING', words: t.waits(kept.request) });
  if ('invalid' in kept) {
    const words = kept.invalid.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    return asRow({ outcome: 'INVALID', code: 'INVALID_REQUEST', words });
  }
  return answered(kept.result, kept.release);
}

function answered(result: ReleaseResult, release: string): ResultRow {
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
    withheld: withheld.map(([name, { code }]) => `${name}: ${code}`).join('; '),
    duties: obligations.join(', '),
    entry,
  });
  const values = Object.entries(fields).map(([name, { value }]) => [name, textOf(value)]);
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

/** A list or an object as JSON, which a program can read back. */
const textOf = (value: Json) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : inLine(value);
