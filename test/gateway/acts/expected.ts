/** The table's expected answer to a call, computed only from the register and the contents of the world. */
import { pack } from '../../../functions/session/policy.ts';
import { type ActName, actDef } from '../../../shared/acts.ts';
import { ANY_MATTER, type Matter, permits } from '../../../shared/policy/decide/permits.ts';
import { actionsFor, type Party } from './world.ts';

/** Codes by which a caller learns that the table does not permit the act. */
export const BARRED = new Set([
  'ACTION_NOT_GRANTED',
  'ROLE_REQUIRED',
  'PERSON_REQUIRED',
  'NO_OFFICER',
  'NOT_FOUND',
  'REFUSED',
]);

function ask({ agency, known }: Party, act: ActName, matter: Matter): string | null {
  const { clientId, departments, roles, areas, purposes, institution } = agency;
  const actions = actionsFor(agency, act);
  const caller = { clientId, departments, roles, areas, purposes, institution };
  const verdict = permits(pack, { caller, actions, person: known } as never, act, matter);
  return verdict.ok ? null : verdict.code;
}

/** @returns the code that bars this party from the act, whatever it is about; `null` if nothing bars it yet */
export const barredAtDoor = (party: Party, act: ActName) => ask(party, act, ANY_MATTER);

/** Relations that only a lookup of the person shows: a refusal for lack of one is the neutral one. */
const OF_PERSON = { area: true, holder: true, owner: true, placed: true } as const;

/**
 * @param known what else the party itself shows before the lookup
 * @returns the code that bars this party from the act on this matter, or `null`
 */
export function barred(
  party: Party,
  act: ActName,
  matter: Matter,
  aboutPerson: boolean,
  known: Matter = {},
): string | null {
  const door = barredAtDoor(party, act);
  if (door !== null || !aboutPerson) return door ?? ask(party, act, matter);
  const before = ask(party, act, { ...matter, ...OF_PERSON, ...known });
  return before ?? (ask(party, act, matter) === null ? null : 'REFUSED');
}

/** Acts whose row can require a relation to the thing, beyond being an office of a department, or one that decides for it. */
export const isRelated = (act: ActName) =>
  actDef(act).proves.some((name) => name !== 'department' && name !== 'speaks');
