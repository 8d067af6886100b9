import { referencesOf } from '../../shared/keys/references.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { findByMatch } from '../steps/find-subjects.ts';
import { decoyId } from '../steps/holding.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import { useCode } from './check-codes.ts';
import { screenCall } from './screen.ts';

/**
 * Begins the look-up while the proof is claimed and the turn is counted, unless the screening refuses the request, so that
 * a frozen caller causes none, and if it only reads: a check code is used up by it. It never fails before it is awaited.
 * @returns what looks up the subject, or hands over what was begun
 */
export function lookAhead(call: VerifyCall, freezes: readonly Freeze[]): () => Promise<FoundSubject> {
  if (call.subject.code !== undefined || !screenCall(call, freezes).ok) return () => findSubject(call);
  const begun = findSubject(call);
  begun.catch(() => {});
  return () => begun;
}

/** Looks up the subject that the request names, with the same calls whether or not a record exists. */
async function findSubject(call: VerifyCall): Promise<FoundSubject> {
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
