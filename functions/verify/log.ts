import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Screening } from '../../shared/policy/types.ts';
import type { Finding, Situated, VerifyCall } from './call.ts';

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

/** What every entry of this call says, whoever it is about. */
export function entryBase(call: VerifyCall): Omit<NewEntry, 'kind' | 'words'> & { owners: string[] } {
  const { pack, handler, ask, programme } = call;
  return {
    operation: 'use',
    owners: ownersOf(call, programme.fields),
    handler,
    purpose: ask.purpose,
    programme: programme.name,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
  };
}

export function wordsOf({ evidence, ask, request }: VerifyCall): NonNullable<NewEntry['words']> {
  return {
    ...(ask.officer !== undefined && { officer: ask.officer }),
    ...(ask.case !== undefined && { case: ask.case }),
    ...(ask.reason !== undefined && { reason: ask.reason }),
    ...evidence,
    request,
  };
}

function ownersOf({ pack }: VerifyCall, fields: readonly string[]): string[] {
  return [...new Set(fields.flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}

/** The article behind the programme's purpose. */
export function ruleOf({ pack, programme }: VerifyCall): string {
  return pack.purposes.get(programme.purpose)?.rule ?? pack.grounds.unknownPurpose;
}
