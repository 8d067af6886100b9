import type { Pending } from '../../../shared/contract/common.ts';
import type { WaitingRevocation } from '../../../shared/contract/office.ts';
import { Problem } from '../../../shared/errors.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { readEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { queryAll, readDocument, swapDocument } from '../../../shared/store/table.ts';
import { REVOKING } from '../../../shared/tables.ts';
import { evidenceWord, handlerOf, loggedInAs, personOf, wordsOf } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { appendOne } from '../../steps/log.ts';
import { requestOrApprove, stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import type { Auditing } from '../deps.ts';

/**
 * Revokes a writer's key once two auditors ask for it. After this entry nothing of the writer enters the tree. A function
 * that still uses the key finds its chain ended and starts another one.
 * @throws Problem NO_OFFICER, NO_REASON; NOT_FOUND for a writer unknown to the log; APPROVER_IS_REQUESTER
 */
export async function revokeWriter(
  { store, log, watchTable, pack, now }: Auditing,
  session: Session,
  writer: string,
  body: { officer?: string | undefined; reason?: string | undefined; entry?: string | undefined },
): Promise<{ writer: string; receipt: Receipt } | Pending> {
  const words = wordsOf(session, { officer: body.officer, reason: body.reason, case: undefined });
  const person = personOf(session, words);
  const first = await readEntry(store, `${writer}-0-0`);
  if (first?.entry?.kind !== 'writer') throw new Problem('NOT_FOUND');
  const said = {
    handler: handlerOf(session),
    policy: policyOf(await pack()),
    about: first.id,
    words: { ...words, ...evidenceWord(session) },
  };
  const key = { part: { S: REVOKING }, item: { S: writer } };
  const known = await readDocument<Kept>(watchTable, key);
  const kept = stillWaiting(known, now());
  const made = kept && known?.done;
  if (made?.person === person && kept?.entry === body.entry) return { writer, receipt: made.receipt };
  const step = await requestOrApprove(
    { session, first: made ? null : kept, person, seen: body.entry, now, after: `${writer} ${known?.entry}` },
    () => appendOne(log, { ...said, kind: 'review', outcome: 'pending', code: 'REVOKE_WRITER' } as NewEntry),
    async (request) => {
      const expires = { expires: { N: String(Math.ceil(Date.parse(request.expires) / 1000)) } };
      if (await swapDocument(watchTable, key, request, known, expires)) return null;
      throw new Problem('CONFLICT', { detail: commonTexts.requestChanged });
    },
  );
  if ('pending' in step) return step.pending;
  const approvals = [step.approved.entry];
  const entry: NewEntry = { ...said, kind: 'revocation', revokes: writer, outcome: 'revoked', approvals };
  const receipt = await appendOne(log, entry);
  // If this fails, the request stays in the list until it expires.
  const done = { person, receipt };
  if (known) await swapDocument(watchTable, key, { ...known, done }, known).catch(() => false);
  return { writer, receipt };
}

/** What `revokeWriter` keeps of a request. */
type Kept = WaitingRequest & { done?: { person: string; receipt: Receipt } };

/** The requests that wait for a second auditor. */
export async function listRevocations(
  { watchTable, now }: Auditing,
  session: Session,
): Promise<WaitingRevocation[]> {
  const items = await queryAll(watchTable, '#part = :part', { part: REVOKING });
  return items.flatMap((item) => {
    const kept = JSON.parse(item['document']?.S ?? 'null') as Kept | null;
    const first = kept?.done ? null : stillWaiting(kept, now());
    if (!first) return [];
    const { clientId: by, entry, expires: until, person } = first;
    return [{ writer: item['item']?.S ?? '', by, entry, until, own: person === loggedInAs(session) }];
  });
}
