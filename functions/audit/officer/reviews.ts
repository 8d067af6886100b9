import type { MarkDecoy } from '../../../shared/contract/routes/audit.ts';
import { Problem } from '../../../shared/errors.ts';
import type { LogId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { readEntry, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { type Decoy, listDecoys, markDecoy } from '../../../shared/records/gateway/watch-marks.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import type { Session } from '../../session/session.ts';
import type { EntryBase } from '../../steps/entry-base.ts';
import { appendOne } from '../../steps/log.ts';
import { countStop } from '../../steps/stops.ts';
import type { AuditDeps, Auditing } from '../deps.ts';
import { sealedIn } from '../views.ts';
import { giveVerdicts, type Wanted } from './verdicts.ts';

/** Kinds that cannot be reviewed or acknowledged. */
const NOT_REVIEWED: ReadonlySet<string> = new Set(['writer', 'review']);

/**
 * Logs a verdict on an entry.
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for an entry of the reviewer's own agency, and for an alert
 *   about one; CONFLICT for a kind that is not reviewed, and for a verdict that differs from the person's own one
 *   and does not supersede it.
 */
export async function review(
  auditing: Auditing,
  session: Session,
  id: string,
  { alert, ...said }: Omit<Wanted, 'about' | 'logId'> & { alert: boolean },
): Promise<Receipt> {
  const { store } = auditing;
  const stored = await readEntry(store, id);
  const entry = stored?.entry;
  const sealed = sealedIn(entry?.kind === 'watch' ? stored?.words.finding : undefined);
  if (!entry || (alert && entry.kind !== 'alert' && sealed.length === 0)) throw new Problem('NOT_FOUND');
  if (NOT_REVIEWED.has(entry.kind)) throw new Problem('CONFLICT', { detail: auditTexts.notReviewed });
  const about =
    entry.kind === 'alert' && entry.about !== undefined ? await readEntry(store, entry.about) : null;
  const agencies = [entry, about?.entry].map((one) => one?.handler?.agency);
  if ([...agencies, ...sealed.map(({ agency }) => agency)].includes(session.caller.clientId))
    throw new Problem('APPROVER_IS_REQUESTER', {
      detail: auditTexts.ownAgency,
    });
  const logId = [stored, about].map(subjectOf).find((one) => one !== undefined);
  const [given] = await giveVerdicts(auditing, session, [{ ...said, about: id, logId }]);
  if (given && 'receipt' in given) return given.receipt;
  throw new Problem('CONFLICT', { detail: auditTexts.otherVerdict });
}

function subjectOf(stored: StoredEntry | null): LogId | undefined {
  return stored?.entry?.subject;
}

/* Decoys: records of people who do not exist. An officer names one by the entry of its intake. */

/**
 * From now on the watch raises an alert for every request about the subject of this intake. The entry names the
 * subject only in its words, because the public log must not reveal which person is a decoy.
 * @throws Problem NOT_FOUND unless it is the entry of an intake; NO_OFFICER, NO_REASON, BUDGET_SPENT.
 */
export async function addDecoy(
  { store, log, watchTable, now, tables }: Auditing & Pick<AuditDeps, 'tables'>,
  session: Session,
  { entry: id, officer, reason }: MarkDecoy,
): Promise<{ receipt: Receipt }> {
  const words = wordsOf(session, { officer, reason, case: undefined });
  personOf(session, words);
  const subject = (await readEntry(store, id))?.entry;
  if (subject?.kind !== 'intake' || subject.subject === undefined) {
    throw new Problem('NOT_FOUND', { detail: auditTexts.decoyByEntry });
  }
  await session.replay.alone(`decoy ${subject.subject}`);
  const said = { kind: 'watch', handler: handlerOf(session), words: { ...words, ...evidenceWord(session) } };
  // Of a person who exists, each honest look would be an alert: no auditor drowns the others in them.
  const base = { ...said, operation: 'process', owners: allOwners(session.act.pack) } as EntryBase;
  const asking = { deps: { log, tables }, session, now: now() };
  await countStop(asking, words.officer, () => base, { ...said, outcome: 'refused' } as NewEntry);
  const finding = `decoy ${subject.subject}`;
  const noted = { ...said, outcome: 'noted', words: { ...said.words, finding } } as NewEntry;
  const receipt = await appendOne(log, noted);
  const since = new Date(now()).toISOString();
  const { entry } = receipt;
  await markDecoy(watchTable, { logId: subject.subject, entry, since });
  return { receipt };
}

/** All decoys by their log ids. */
export function decoys({ watchTable }: Auditing): Promise<Decoy[]> {
  return listDecoys(watchTable);
}
