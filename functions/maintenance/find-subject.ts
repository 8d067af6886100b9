import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { Text } from '../../shared/language.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import { maintenanceTexts as t } from '../../shared/messages/maintenance.ts';
import type { Matter } from '../../shared/policy/decide/permits.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import { allOwners } from '../../shared/policy/pack/pack.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readState, type SubjectState } from '../../shared/records/subject/key-states.ts';
import { mayAct } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import { placesFor, reaches } from '../steps/reach.ts';
import { type Actor, actEntry } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

const DAY_MS = 86_400_000;

/** An act on one subject. */
export interface SubjectCall {
  deps: MaintenanceDeps;
  session: Session;
  actor: Actor;
  /** The caller's reference to the subject. */
  ref: string;
}

/** An act of two people on one subject. */
export interface CallOfTwo extends SubjectCall {
  /** Entry of the request that the second person has seen; the first names none. */
  seen: string | undefined;
}

/** What else holds between the caller and the subject. */
type MoreOf = (item: KeyItem) => Matter;

/** @returns the state of the subject; `unknown` if no subject has this reference */
export async function findSubject({ deps, session, ref }: SubjectCall): Promise<SubjectState> {
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(ref);
  return subject === null ? { state: 'unknown' } : readState(deps.tables.keys, subject);
}

/**
 * @returns the subject, which the caller may act on
 * @throws Problem REFUSED, after logging why: the same for a subject that is unknown, erased or out of reach
 */
export async function requireSubject(call: SubjectCall, more?: MoreOf): Promise<KeyItem> {
  const found = await findSubject(call);
  return found.state === 'live'
    ? requireReach(call, found.item, undefined, more?.(found.item))
    : refuseUnknown(call);
}

/** @throws Problem REFUSED, after it counted the miss and logged it; BUDGET_SPENT */
export async function refuseUnknown(call: SubjectCall): Promise<never> {
  await settle(call, 1);
  return refuse(call, 'SUBJECT_UNKNOWN');
}

/**
 * @param settled for how many days a department must have held data to count as a holder. If it has not, the answer says so:
 * after that time the same act tells it that the record exists, too
 * @param more what else holds between the caller and the subject
 * @throws Problem REFUSED, after logging why, if the subject is out of the caller's reach
 */
export async function requireReach(
  call: SubjectCall,
  item: KeyItem,
  settled?: number,
  more?: Matter,
): Promise<KeyItem> {
  const { caller } = call.session;
  const area = reaches(caller, item, await placesFor(call.deps, pack, caller));
  const since = settled === undefined ? undefined : call.deps.now() - settled * DAY_MS;
  const barred = outOfReach(call.session, { item, area }, since, more);
  await settle(call, barred === null ? 0 : 1);
  if (barred === null) return item;
  return refuse(call, barred, item, barred === TOO_YOUNG ? t.heldTooShort(settled ?? 0) : undefined);
}

/** A person out of reach is a miss like one who is unknown. @throws Problem BUDGET_SPENT */
async function settle({ deps, session, actor }: SubjectCall, missed: number): Promise<void> {
  const asker = askerOf(
    { deps, session, now: deps.now() },
    { officer: String(actor.words['officer'] ?? '') },
  );
  const entry = { ...actEntry(actor), operation: 'delete', owners: allOwners(pack) } as const;
  await settleMisses(asker, missed, () => ({ ...entry, collection: pack.collection }));
}

const TOO_YOUNG = 'SHEET_TOO_YOUNG';

/**
 * Why the act's row does not permit the act on this subject; `null` if it does.
 * @param since as `settled` of `requireReach`, in epoch milliseconds
 */
function outOfReach(
  session: Session,
  { item, area }: { item: KeyItem; area: boolean },
  since?: number,
  more: Matter = {},
): string | null {
  const holds = spokenFor(pack, session.caller).filter((department) => item.heads.has(department));
  const holder = holds.some((department) => since === undefined || heldSince(item, department) <= since);
  if (mayAct(session, { ...more, area, holder })) return null;
  if (!area) return 'OUT_OF_AREA';
  return holds.length > 0 && !holder ? TOO_YOUNG : 'NOT_OWNER';
}

/** The instant of the oldest field that the department holds, in epoch milliseconds. */
function heldSince({ keys }: KeyItem, owner: string): number {
  const own = [...keys.values()].filter((key) => key.owner === owner);
  const instants = own.flatMap(({ at, asOf }) =>
    [at, ...(asOf?.values() ?? [])].map((one) => Date.parse(one)),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...instants);
}

/**
 * Logs the reason and refuses without revealing it, but for what `detail` says.
 * @throws Problem REFUSED
 */
export async function refuse(
  { deps, actor }: SubjectCall,
  code: string,
  item?: KeyItem,
  detail?: Text,
): Promise<never> {
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
  throw new Problem('REFUSED', defined({ detail }));
}

/** The members that all entries about the record share. @param owners whose data it is: of each holder, if absent */
export function entryAbout(
  actor: Actor,
  item: KeyItem,
  operation: DataSaid['operation'],
  owners: Iterable<string> = holdersOf(item),
) {
  const about = { collection: item.collection, subject: item.logId };
  return { ...actEntry(actor), operation, owners: [...new Set(owners)].sort(), ...about };
}

/** The key item under exactly this id, not under the survivor of an alias. */
export async function liveItem({ tables }: MaintenanceDeps, subject: SubjectId): Promise<KeyItem | null> {
  const found = await readState(tables.keys, subject);
  return found.state === 'live' && found.item.subject === subject ? found.item : null;
}

/** Departments that hold a sheet of the subject. */
export function holdersOf(item: KeyItem): string[] {
  return [...item.heads.keys()].sort();
}
