import { referencesOf } from '../../shared/keys/references.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { findByMatch, type Indexes, indexesOf } from '../steps/find-subjects.ts';
import { decoyId } from '../steps/holding.ts';
import type { FoundSubject, VerifyCall } from './call.ts';
import { useCode } from './check-codes.ts';
import { screenCall } from './screen.ts';

/** Begins to compute where the subject would be, while the freezes are read, unless the request is refused without them. */
export function beginIndexes(call: VerifyCall): Indexes | undefined {
  const byMatch = call.subject.ref === undefined && call.subject.code === undefined;
  return byMatch && screenCall(call, []).ok ? indexesOf(call, call.keys) : undefined;
}

/**
 * Begins the look-up while the proof is claimed and the turn is counted, unless the screening refuses the request, so that
 * a frozen caller causes none, and if it only reads: a check code is used up by it. It never fails before it is awaited.
 * @returns what looks up the subject, or hands over what was begun
 */
export function lookAhead(
  call: VerifyCall,
  freezes: readonly Freeze[],
  indexes: Indexes | undefined,
): () => Promise<FoundSubject> {
  if (call.subject.code !== undefined || !screenCall(call, freezes).ok)
    return () => findSubject(call, indexes);
  const begun = findSubject(call, indexes);
  begun.catch(() => {});
  return () => begun;
}

/** Looks up the subject that the request names, with the same calls whether or not a record exists. */
async function findSubject(call: VerifyCall, indexes: Indexes | undefined): Promise<FoundSubject> {
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
  return { subject: (await findByMatch(call, call.keys, '', indexes)) ?? decoyId() };
}
