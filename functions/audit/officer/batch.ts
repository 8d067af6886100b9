/** Verdicts in a batch. */

import type { Answer } from '../../../shared/contract/api.ts';
import type { Verdicts } from '../../../shared/contract/routes/reviews.ts';
import { Problem } from '../../../shared/errors.ts';
import type { LogId } from '../../../shared/ids.ts';
import { readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';
import { isReviewed } from './coverage.ts';
import { giveVerdicts, type Wanted } from './verdicts.ts';

type Given = Answer<'POST /v1/log/reviews'>;
type Refusal = 'NOT_FOUND' | 'APPROVER_IS_REQUESTER' | 'CONFLICT';

/**
 * Verdicts on many entries or alerts, a leaf each.
 * @returns a receipt for each verdict, also for one that was given before, and the refused verdicts with the reason. A
 * batch does not take a sealed finding of the watch, which is acknowledged separately. `earlier` is the caller's own verdict,
 * which `supersedes` must name.
 */
export async function reviewBatch(
  auditing: Auditing,
  session: Session,
  { verdicts }: Verdicts,
): Promise<Given> {
  const { store } = auditing;
  const ids = verdicts.map(({ about }) => about);
  if (new Set(ids).size < ids.length) throw new Problem('INVALID_REQUEST', { detail: auditTexts.namedTwice });
  const found = new Map<string, StoredEntry>((await readEntriesById(store, ids)).map((one) => [one.id, one]));
  const leads = [...found.values()].flatMap(({ entry }) =>
    entry?.kind === 'alert' ? (entry.about ?? []) : [],
  );
  const led = new Map<string, StoredEntry>((await readEntriesById(store, leads)).map((one) => [one.id, one]));
  const refused: Given['refused'] = [];
  const taken: Wanted[] = [];
  for (const { about, verdict, ...more } of verdicts) {
    const stored = found.get(about);
    const lead = stored?.entry?.about === undefined ? undefined : led.get(stored.entry.about);
    const code = refusalOf(stored, lead, session.caller.clientId, verdict);
    if (code) refused.push({ about, code });
    else
      taken.push({
        ...more,
        about,
        outcome: verdict,
        logId: [stored, lead].map(subjectOf).find((one) => one),
      });
  }
  const reviews: Given['reviews'] = [];
  for (const { about, outcome, ...one } of await giveVerdicts(auditing, session, taken)) {
    if ('receipt' in one) reviews.push({ about, outcome, receipt: one.receipt });
    else
      refused.push({
        about,
        code: 'CONFLICT',
        ...(one.earlier !== null && { earlier: one.earlier }),
      });
  }
  return { reviews, refused };
}

function refusalOf(
  stored: StoredEntry | undefined,
  lead: StoredEntry | undefined,
  own: string,
  verdict: string,
): Refusal | null {
  const entry = stored?.entry;
  if (!entry || (verdict === 'acknowledged' && entry.kind !== 'alert')) return 'NOT_FOUND';
  if (!isReviewed(entry.kind)) return 'CONFLICT';
  const isOwn = [entry, lead?.entry].some((one) => one?.handler?.agency === own);
  return isOwn ? 'APPROVER_IS_REQUESTER' : null;
}

function subjectOf(stored: StoredEntry | undefined): LogId | undefined {
  return stored?.entry?.subject;
}
