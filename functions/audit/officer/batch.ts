/** Verdicts in a batch, and the queue and coverage that show officers the remaining reviews. */

import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { LogId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import type { Verdicts } from '../../http/contract/reviews.ts';
import { evidenceWord, handlerOf } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';
import { isReviewed } from './queue.ts';

interface Refused {
  about: string;
  code: 'NOT_FOUND' | 'APPROVER_IS_REQUESTER' | 'CONFLICT';
}

/**
 * Verdicts on many entries or alerts as one item of the log, one leaf each.
 * @returns a receipt for each verdict, and the refused verdicts with the reason. A batch does not take a
 * sealed finding of the watch, which is acknowledged separately.
 */
export async function reviewBatch(
  { store, log, pack }: Auditing,
  session: Session,
  { verdicts }: Verdicts,
): Promise<{ reviews: { about: string; outcome: string; receipt: Receipt }[]; refused: Refused[] }> {
  const ids = verdicts.map(({ about }) => about);
  if (new Set(ids).size < ids.length) throw new Problem('INVALID_REQUEST', { detail: auditTexts.namedTwice });
  const found = new Map<string, StoredEntry>((await readEntriesById(store, ids)).map((one) => [one.id, one]));
  const leads = [...found.values()].flatMap(({ entry }) =>
    entry?.kind === 'alert' ? (entry.about ?? []) : [],
  );
  const led = new Map<string, StoredEntry>((await readEntriesById(store, leads)).map((one) => [one.id, one]));
  const refused: Refused[] = [];
  const taken: { about: string; outcome: string; note: string | undefined; logId: LogId | undefined }[] = [];
  for (const { about, verdict, note } of verdicts) {
    const stored = found.get(about);
    const lead = stored?.entry?.about === undefined ? undefined : led.get(stored.entry.about);
    const code = refusalOf(stored, lead, session.caller.clientId, verdict);
    if (code) refused.push({ about, code });
    else
      taken.push({ about, outcome: verdict, note, logId: [stored, lead].map(subjectOf).find((one) => one) });
  }
  if (taken.length === 0) return { reviews: [], refused };
  const policy = policyOf(await pack());
  const receipts = await log.append(
    taken.map(
      ({ about, outcome, note, logId }): NewEntry => ({
        kind: 'review',
        handler: handlerOf(session),
        policy,
        outcome,
        about,
        // The note is erased together with the person's entries.
        ...defined({ subject: logId }),
        words: {
          ...defined({ officer: session.grant.officer, reason: note }),
          ...evidenceWord(session),
        },
      }),
    ),
  );
  const reviews = taken.map(({ about, outcome }, at) => ({
    about,
    outcome,
    receipt: receipts[at] as Receipt,
  }));
  return { reviews, refused };
}

function refusalOf(
  stored: StoredEntry | undefined,
  lead: StoredEntry | undefined,
  own: string,
  verdict: string,
): Refused['code'] | null {
  const entry = stored?.entry;
  if (!entry || (verdict === 'acknowledged' && entry.kind !== 'alert')) return 'NOT_FOUND';
  if (!isReviewed(entry.kind)) return 'CONFLICT';
  const isOwn = [entry, lead?.entry].some((one) => one?.handler?.agency === own);
  return isOwn ? 'APPROVER_IS_REQUESTER' : null;
}

function subjectOf(stored: StoredEntry | undefined): LogId | undefined {
  return stored?.entry?.subject;
}
