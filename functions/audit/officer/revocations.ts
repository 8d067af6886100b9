import { Problem } from '../../../shared/errors.ts';
import { readEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';

/**
 * Ends a writer's key. Nothing of the writer gets into the tree after this entry; a function that still works under
 * the key meets the end of its chain and begins another.
 * @throws Problem NO_OFFICER, NO_REASON; NOT_FOUND for a writer that the log does not know
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
  const [receipt] = await log.append([
    {
      kind: 'revocation',
      revokes: writer,
      handler: handlerOf(session),
      policy: policyOf(await pack()),
      outcome: 'revoked',
      about: first.id,
      words: { ...words, ...evidenceWord(session) },
    },
  ]);
  return receipt as Receipt;
}
