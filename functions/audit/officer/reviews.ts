import { Problem } from '../../../shared/errors.ts';
import { readEntry, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { evidenceWord, handlerOf } from '../../http/handler-of.ts';
import type { Session } from '../../session/authenticate.ts';
import { policyOf } from '../../steps/policy.ts';
import type { Auditing } from '../app.ts';
import { sealedIn } from './alerts.ts';

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
      // Where the leaf named it, the public log would tell of which minute somebody was found.
      ...(sealed.length === 0 && { about: id }),
      // With the person's entries the note is forgotten.
      ...(logId !== undefined && { logId }),
      words: {
        ...(sealed.length > 0 && { finding: id }),
        ...(session.grant.officer !== undefined && { officer: session.grant.officer }),
        ...(note !== undefined && { reason: note }),
        ...evidenceWord(session),
      },
    },
  ]);
  return receipt as Receipt;
}

function subjectOf(stored: StoredEntry | null): string | undefined {
  return stored?.entry?.subject ?? stored?.logId;
}
