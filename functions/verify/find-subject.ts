import { referencesOf } from '../../shared/keys/references.ts';
import { decoyId } from '../steps/holding.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import { useCode } from './check-codes.ts';
import { look } from './match-keys.ts';

/** Looks up whoever the request names; the same calls, whether or not that leads anywhere. */
export async function findSubject(call: VerifyCall): Promise<FoundSubject> {
  const { deps, session, subject, programme } = call;
  if (subject.ref !== undefined) {
    const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
    return { subject: references.toSubject(subject.ref) ?? decoyId() };
  }
  if (subject.code !== undefined) {
    const used = await useCode(
      deps,
      call.pack,
      subject.code,
      session.caller.clientId,
      programme.name,
      call.now,
    );
    return { subject: used.subject ?? decoyId(), giveBack: used.giveBack };
  }
  const found = await Promise.all([...call.keys].map(([field, value]) => look(call, field, value)));
  const [first = null] = found;
  return { subject: first !== null && found.every((one) => one === first) ? first : decoyId() };
}
