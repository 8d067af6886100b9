/** What the test of a text for publication found. The casework of its person keeps it under the digest of the text. */

import type { EntryId } from '../../shared/ids.ts';
import { endOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import { STORY_TEXT } from './codes.ts';

export interface TextFinding {
  /** RFC 3339. */
  at: string;
  entry: EntryId;
  /** Hash of the policy by which it was tested. */
  policy: string;
  /** It leads to the person. Absent: it passed. */
  identifies?: true;
}

/** @returns what the last test of this text found; `null` if there was none, or its time is over */
export function findingOf(
  { calendar }: Pack,
  { lasts }: Purpose,
  { casework, text, now }: { casework: readonly CaseworkItem[]; text: string; now: number },
): TextFinding | null {
  const found = casework.find(({ kind, id }) => kind === STORY_TEXT && id === text)?.document as
    | TextFinding
    | undefined;
  const at = Date.parse(found?.at ?? '');
  if (!found || Number.isNaN(at)) return null;
  return lasts !== undefined && endOf(calendar, lasts, at) <= now ? null : found;
}
