import type { EntryId, SubjectId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { ownersOf } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { type EntryBase, entryBase } from '../steps/entry-base.ts';
import { appendOne } from '../steps/log.ts';
import type { Finding, LoadedParties, VerifyCall } from './call.ts';

/** Logs, before anything is opened, which fields may be opened. @returns the id of the entry */
export async function appendAttempt(
  call: VerifyCall,
  screening: Screening,
  subject: SubjectId,
): Promise<EntryId> {
  const { words, ...base } = checkBase(call);
  const receipt = await appendOne(call.deps.log, {
    ...base,
    kind: 'attempt',
    usedForDecision: readBy(call, screening),
    words: { ...words, subject },
  });
  return receipt.entry;
}

/** Logs the result of the check. */
export async function appendFinding(
  call: VerifyCall,
  screening: Screening,
  { subject, real, broken, decoy }: LoadedParties,
  { outcome, code, consents }: Finding,
  attempt: EntryId,
): Promise<Receipt> {
  const keys = [real, decoy].flatMap((party) => [...(party?.keys.keys() ?? [])]).sort();
  const { words, ...base } = checkBase(call);
  const receipt = await appendOne(call.deps.log, {
    ...base,
    kind: 'decision',
    usedForDecision: readBy(call, screening),
    consents: outcome === 'YES' ? [...consents] : [],
    outcome,
    rule: ruleOf(call),
    obligations: [...screening.obligations],
    attempt,
    ...(!broken && real && { subject: real.item.logId }),
    keys,
    words: { ...words, ...(broken || real ? { subject } : {}), finding: code },
  });
  return receipt;
}

function readBy({ programme }: VerifyCall, { facts }: Screening): string[] {
  return [...new Set([...facts, ...programme.fields])].sort();
}

/** The members that every entry of this check shares, whatever its subject. */
export function checkBase(call: VerifyCall): EntryBase {
  const { pack, programme } = call;
  return { ...entryBase(call), owners: ownersOf(pack, programme.fields), programme: programme.name };
}

/** The rule of the programme's purpose. */
export function ruleOf({ pack, programme }: VerifyCall): string {
  return pack.purposes.get(programme.purpose)?.rule ?? pack.grounds.unknownPurpose;
}
