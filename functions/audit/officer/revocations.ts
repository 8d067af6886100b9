import { Problem } from '../../../shared/errors.ts';
import { readEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { appendOne } from '../../steps/log.ts';
import type { Auditing } from '../deps.ts';

/**
 * Revokes a writer's key. After this entry nothing of the writer enters the tree. A function that still uses
 * the key finds its chain ended and starts another one.
 * @throws Problem NO_OFFICER, NO_REASON; NOT_FOUND for a writer unknown to the log
 */
export async function revokeWriter(
  { store, log, pack }: Auditing,
  session: Session,
  writer: string,
  body: { officer?: string | undefined; reason?: string | undefined },
): Promise<Receipt> {
  const words = wordsOf(session, { officer: body.officer, reason: body.reason, case: undefined });
  personOf(session, words);
  const first = await readEntry(store, `${writer}-0-0`);
  if (first?.entry?.kind !== 'writer') throw new Problem('NOT_FOUND');
  const receipt = await appendOne(log, {
    kind: 'revocation',
    revokes: writer,
    handler: handlerOf(session),
    policy: policyOf(await pack()),
    outcome: 'revoked',
    about: first.id,
    words: { ...words, ...evidenceWord(session) },
  });
  return receipt;
}
