import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { readEntry, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { type Decoy, listDecoys, markDecoy } from '../../../shared/records/gateway/watch-marks.ts';
import type { MarkDecoy } from '../../http/contract/audit.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';
import { sealedIn } from '../views.ts';

/** What is reviewed or acknowledged: entries about data, and alerts. */
const NOT_REVIEWED: ReadonlySet<string> = new Set(['writer', 'review']);

/**
 * A verdict on an entry, which is an entry itself.
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for an entry of the reviewer's own agency, and for an alert
 *   about one; CONFLICT for what is not reviewed.
 */
export async function review(
  { store, log, pack }: Auditing,
  session: Session,
  id: string,
  { outcome, note, alert }: { outcome: string; note?: string | undefined; alert: boolean },
): Promise<Receipt> {
  const stored = await readEntry(store, id);
  const entry = stored?.entry;
  const sealed = sealedIn(entry?.kind === 'watch' ? stored?.words.finding : undefined);
  if (!entry || (alert && entry.kind !== 'alert' && sealed.length === 0)) throw new Problem('NOT_FOUND');
  if (NOT_REVIEWED.has(entry.kind))
    throw new Problem('CONFLICT', { detail: 'this kind of entry is not reviewed' });
  const about =
    entry.kind === 'alert' && entry.about !== undefined ? await readEntry(store, entry.about) : null;
  const agencies = [entry, about?.entry].map((one) => one?.handler?.agency);
  if ([...agencies, ...sealed.map(({ agency }) => agency)].includes(session.caller.clientId))
    throw new Problem('APPROVER_IS_REQUESTER', { detail: "nobody reviews their own agency's entries" });
  const logId = [stored, about].map(subjectOf).find((one) => one !== undefined);
  const [receipt] = await log.append([
    {
      kind: 'review',
      handler: handlerOf(session),
      policy: policyOf(await pack()),
      outcome,
      about: id,
      // With the person's entries the note is forgotten.
      ...defined({ subject: logId }),
      words: {
        ...defined({ officer: session.grant.officer, reason: note }),
        ...evidenceWord(session),
      },
    },
  ]);
  return receipt as Receipt;
}

function subjectOf(stored: StoredEntry | null): string | undefined {
  return stored?.entry?.subject;
}

/* Children who do not exist: an officer names one by the entry of its intake. */

/**
 * From now on the watch tells of everything that is asked about the subject of this intake. The entry says so
 * in its words alone: whoever reads the public log must not learn which child it is.
 * @throws Problem NOT_FOUND unless it is the entry of an intake; NO_OFFICER, NO_REASON.
 */
export async function addDecoy(
  { store, log, watchTable, now }: Auditing,
  session: Session,
  { entry: id, officer, reason }: MarkDecoy,
): Promise<{ receipt: Receipt }> {
  const words = wordsOf(session, { officer, reason, case: undefined });
  personOf(session, words);
  const subject = (await readEntry(store, id))?.entry;
  if (subject?.kind !== 'intake' || subject.subject === undefined) {
    throw new Problem('NOT_FOUND', { detail: 'a decoy is named by the entry of its intake' });
  }
  const [receipt] = await log.append([
    {
      kind: 'watch',
      handler: handlerOf(session),
      outcome: 'noted',
      words: { ...words, ...evidenceWord(session), finding: `decoy ${subject.subject}` },
    },
  ]);
  const since = new Date(now()).toISOString();
  const { entry } = receipt as Receipt;
  await markDecoy(watchTable, { logId: subject.subject, entry, since });
  return { receipt: receipt as Receipt };
}

/** All decoys by their log ids. */
export function decoys({ watchTable }: Auditing): Promise<Decoy[]> {
  return listDecoys(watchTable);
}
