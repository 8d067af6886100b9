import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readState, type SubjectState } from '../../shared/records/subject/key-states.ts';
import { mayAct } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { type Actor, actEntry } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

/** @returns what the caller's reference leads to; `unknown` for a reference of nobody */
export async function findSubject(
  deps: MaintenanceDeps,
  session: Session,
  ref: string,
): Promise<SubjectState> {
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(ref);
  return subject === null ? { state: 'unknown' } : readState(deps.tables.keys, subject);
}

/** Why the act's row does not permit it on this subject; `null` when it does. */
export function outOfReach(session: Session, { county, heads }: KeyItem): string | null {
  const { areas, departments } = session.caller;
  const area = areas.some((one) => county.startsWith(one) || one.startsWith(county));
  const holder = departments.some((department) => heads.has(department));
  if (mayAct(session, { area, holder })) return null;
  return area ? 'NOT_OWNER' : 'OUT_OF_AREA';
}

/**
 * Logs why and refuses without saying it.
 * @throws Problem REFUSED, the same for a subject that is unknown, erased or out of reach
 */
export async function refuse(
  deps: MaintenanceDeps,
  actor: Actor,
  code: string,
  item?: KeyItem,
): Promise<never> {
  await deps.log.append([
    {
      ...actEntry(actor),
      kind: 'denial',
      operation: 'delete',
      owners: item ? ownersOf(item) : allOwners(),
      collection: pack.collection,
      ...(item && { subject: item.logId }),
      outcome: 'refused',
      code,
    },
  ]);
  throw new Problem('REFUSED');
}

/** Departments that hold a sheet of the subject. */
export function ownersOf(item: KeyItem): string[] {
  return [...item.heads.keys()].sort();
}

/** Every department that owns a field: for entries about a subject that is unknown. */
export function allOwners(): string[] {
  return [...new Set([...pack.fields.values()].flatMap(({ owners }) => owners))].sort();
}
