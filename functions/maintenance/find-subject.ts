import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { allOwners } from '../../shared/policy/pack/pack.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readState, type SubjectState } from '../../shared/records/subject/key-states.ts';
import type { Session } from '../session/session.ts';
import { pack } from '../steps/policy.ts';
import { touchesCounty } from '../steps/reach.ts';
import { type Actor, actEntry } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

/** An act on one subject. */
export interface SubjectCall {
  deps: MaintenanceDeps;
  session: Session;
  actor: Actor;
  /** The caller's reference to the subject. */
  ref: string;
}

/** @returns the state of the subject; `unknown` if no subject has this reference */
export async function findSubject({ deps, session, ref }: SubjectCall): Promise<SubjectState> {
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(ref);
  return subject === null ? { state: 'unknown' } : readState(deps.dynamo, deps.env.keysTable, subject);
}

/**
 * @returns the subject, which the caller may act on
 * @throws Problem REFUSED, after logging why: the same for a subject that is unknown, erased or out of reach
 */
export async function requireSubject(call: SubjectCall): Promise<KeyItem> {
  const found = await findSubject(call);
  return found.state === 'live' ? requireReach(call, found.item) : refuse(call, 'SUBJECT_UNKNOWN');
}

/** @throws Problem REFUSED, after logging why, if the subject is out of the caller's reach */
export async function requireReach(call: SubjectCall, item: KeyItem): Promise<KeyItem> {
  const barred = outOfReach(call.session, item);
  return barred === null ? item : refuse(call, barred, item);
}

/**
 * Why the caller may not act on the subject; `null` if it may. A steward acts in its areas. Any other caller must
 * also belong to a department that holds a sheet of the subject.
 */
function outOfReach({ caller, grant }: Session, item: KeyItem): string | null {
  if (!touchesCounty(caller.areas, item.county)) return 'OUT_OF_AREA';
  if (grant.actions.includes('steward')) return null;
  return caller.departments.some((department) => item.heads.has(department)) ? null : 'NOT_OWNER';
}

/**
 * Logs the reason and refuses without revealing it.
 * @throws Problem REFUSED
 */
export async function refuse({ deps, actor }: SubjectCall, code: string, item?: KeyItem): Promise<never> {
  await deps.log.append([
    {
      ...actEntry(actor),
      kind: 'denial',
      operation: 'delete',
      owners: item ? holdersOf(item) : allOwners(pack),
      collection: pack.collection,
      ...defined({ subject: item?.logId }),
      outcome: 'refused',
      code,
    },
  ]);
  throw new Problem('REFUSED');
}

/** Departments that hold a sheet of the subject. */
export function holdersOf(item: KeyItem): string[] {
  return [...item.heads.keys()].sort();
}
