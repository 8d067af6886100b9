/** Children who do not exist: an officer names one by the entry of its intake. */

import { Problem } from '../../shared/errors.ts';
import { readEntry } from '../../shared/log/read/read.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { type Decoy, listDecoys, markDecoy } from '../../shared/records/gateway/watch-marks.ts';
import type { MarkDecoy } from '../http/contract/audit.ts';
import { evidenceWord, handlerOf } from '../http/handler-of.ts';
import { personOf, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/authenticate.ts';
import type { Auditing } from './app.ts';

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
  await markDecoy(store.dynamo, watchTable, { logId: subject.subject, entry, since });
  return { receipt: receipt as Receipt };
}

/** All decoys by their log ids. */
export function decoys({ store, watchTable }: Auditing): Promise<Decoy[]> {
  return listDecoys(store.dynamo, watchTable);
}
