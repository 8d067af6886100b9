import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { entryBase, ruleOf, wordsOf } from './entry-base.ts';
import type { Finding } from './judge.ts';
import type { Situated } from './load.ts';
import type { VerifyCall } from './read-call.ts';

/** Says, before anything is opened, what may be. @returns the entry's id */
export async function appendAttempt(
  call: VerifyCall,
  screening: Screening,
  subject: string,
): Promise<string> {
  const [receipt] = await call.deps.log.append([
    {
      ...entryBase(call),
      kind: 'attempt',
      usedForDecision: readBy(call, screening),
      words: { ...wordsOf(call), subject },
    },
  ]);
  return (receipt as Receipt).entry;
}

/**
 * The entry of the check. Where the log is public the recipient can read its own leaf, so all that depends on
 * the person stands in it as salted commitments: who it was, what was found, which keys were unwrapped.
 */
export async function appendFinding(
  call: VerifyCall,
  screening: Screening,
  { subject, real, broken, decoy }: Situated,
  { outcome, code, consents }: Finding,
  attempt: string,
): Promise<Receipt> {
  const keys = [real, decoy].flatMap((party) => [...(party?.keys.keys() ?? [])]).sort();
  const [receipt] = await call.deps.log.append([
    {
      ...entryBase(call),
      kind: 'decision',
      usedForDecision: readBy(call, screening),
      consents: outcome === 'YES' ? [...consents] : [],
      outcome,
      rule: ruleOf(call),
      obligations: [...screening.obligations],
      attempt,
      // Nobody has a name in the log either, and each time another.
      ...(!broken && { logId: real?.item.logId ?? toBase64url(randomBytes(16)) }),
      words: { ...wordsOf(call), subject, finding: code, keys: keys.join(' ') },
    },
  ]);
  return receipt as Receipt;
}

function readBy({ programme }: VerifyCall, { facts }: Screening): string[] {
  return [...new Set([...facts, ...programme.fields])].sort();
}
