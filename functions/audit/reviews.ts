import { Problem } from '../../shared/errors.ts';
import { readEntry } from '../../shared/log/read.ts';
import type { Receipt } from '../../shared/log/seal.ts';
import type { Session } from '../http/auth.ts';
import { handlerOf } from '../http/handler-of.ts';
import type { Auditing } from './app.ts';

/** What is reviewed or acknowledged: entries about data, and alerts. */
const NOT_REVIEWED: ReadonlySet<string> = new Set(['writer', 'review']);

/**
 * A verdict on an entry, which is an entry itself.
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for an entry of the reviewer's own agency; CONFLICT for
 *   what is not reviewed.
 */
export async function review(
  { store, log }: Auditing,
  session: Session,
  id: string,
  { outcome, note, alert }: { outcome: string; note?: string | undefined; alert: boolean },
): Promise<Receipt> {
  const stored = await readEntry(store, id);
  const entry = stored?.entry;
  if (!entry || (alert && entry.kind !== 'alert')) throw new Problem('NOT_FOUND');
  if (NOT_REVIEWED.has(entry.kind))
    throw new Problem('CONFLICT', { detail: 'this kind of entry is not reviewed' });
  // Raised by reconciliation, an alert has the auditor's own agency as handler: it reports, and did nothing.
  const own = entry.handler?.agency === session.caller.clientId && entry.kind !== 'alert';
  if (own)
    throw new Problem('APPROVER_IS_REQUESTER', { detail: "nobody reviews their own agency's entries" });
  const [receipt] = await log.append([
    {
      kind: 'review',
      handler: handlerOf(session),
      outcome,
      about: id,
      ...(note !== undefined && { words: { reason: note } }),
    },
  ]);
  return receipt as Receipt;
}
