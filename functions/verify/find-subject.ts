import { referencesOf } from '../../shared/keys/references.ts';
import { nobody } from '../http/decoy.ts';
import { useCode } from './check-codes.ts';
import { look } from './look.ts';
import type { VerifyCall } from './read-call.ts';

export interface FoundSubject {
  /** A subject id. Where the name leads to nobody it is a random one, so that the same look-ups follow. */
  subject: string;
  /** What budgets count by: a keyed hash of the name as it was given. */
  name: string;
}

/** Looks up whoever the request names; the same calls, whether or not that leads anywhere. */
export async function findSubject(call: VerifyCall): Promise<FoundSubject> {
  const { deps, session, subject, programme } = call;
  if (subject.ref !== undefined) {
    const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
    const found = references.toSubject(subject.ref) ?? nobody();
    return { subject: found, name: found };
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
    return { subject: used.subject ?? nobody(), name: used.name };
  }
  const found = await Promise.all([...call.keys].map(([field, value]) => look(call, field, value)));
  const [first] = found;
  const agreed = first?.subject && found.every((one) => one.subject === first.subject) ? first.subject : null;
  return { subject: agreed ?? nobody(), name: found.map((one) => one.index).join(' ') };
}
