import { referencesOf } from '../../shared/keys/references.ts';
import { findByMatch } from '../steps/find-subjects.ts';
import { decoyId } from '../steps/holding.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import { useCode } from './check-codes.ts';

/** Looks up the subject that the request names, with the same calls whether or not a record exists. */
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
    return { subject: used.subject ?? decoyId(), undo: used.undo };
  }
  return { subject: (await findByMatch(call, call.keys)) ?? decoyId() };
}
