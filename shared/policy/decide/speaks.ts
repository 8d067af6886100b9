/**
 * The departments for which an office speaks. The code of a department on a registration proves nothing about a person:
 * institutions and service desks carry it too. Every owner of a field, holder of a sheet, addressee of a department's task and
 * reader of its uses is proven here, and nowhere else.
 */

import type { Pack } from '../pack/pack.ts';
import type { Requirement } from '../pack/parts.ts';
import type { ConditionMap } from '../schema/condition-schema.ts';
import type { Caller } from '../types.ts';
import { mayHold } from './screen.ts';

type Office = Pick<Caller, 'roles' | 'departments'>;

/** Whether the office has a role that decides for this department. A service desk or an institution of it has none. */
export function speaksFor(pack: Pack, office: Office, department: string): boolean {
  return decidingRoles(pack).some(
    (role) =>
      pack.roles.get(role)?.departments.includes(department) === true &&
      office.departments.includes(department) &&
      office.roles.includes(role),
  );
}

/** The departments for which the office speaks, in the order of its registration. */
export function spokenFor(pack: Pack, office: Office): string[] {
  return office.departments.filter((department) => speaksFor(pack, office, department));
}

/** A pack without approvals names no deciders: then each role of a department decides that no purpose confines to an institution. */
function decidingRoles({ approvals, roles, purposes }: Pack): readonly string[] {
  return approvals?.deciders ?? [...roles.keys()].filter((role) => !isInstitution(purposes.values(), role));
}

/** Whether some purpose shows this role the people of its own institution alone. */
export function isInstitution(
  purposes: Iterable<{ who: readonly string[]; requires?: readonly Requirement[] | undefined }>,
  role: string,
): boolean {
  return [...purposes].some(
    ({ who, requires = [] }) =>
      who.includes(role) && requires.some((one) => placesIn(one, { roles: [role] })),
  );
}

/**
 * The purposes by which the office shows that the record places a person in its institution: under each of them it
 * receives such people alone. Whether it has received one lately says the log, so that no further function opens facts.
 */
export function placingPurposes(pack: Pack, office: Office): string[] {
  return [...pack.purposes.values()]
    .filter(({ who, requires }) => {
      const roles = who.filter((role) => mayHold(pack, office, role));
      return roles.length > 0 && requires.some((one) => placesIn(one, office));
    })
    .map(({ code }) => code);
}

/** Whether the condition always confines an office of these roles to the people of its institution. */
export function placesIn(
  { exempt = [], kinds, inquirers, any = [] }: Pick<Requirement, 'exempt' | 'kinds' | 'inquirers' | 'any'>,
  { roles }: Pick<Office, 'roles'>,
): boolean {
  const always =
    kinds === undefined && inquirers === undefined && !exempt.some((role) => roles.includes(role));
  return always && any.length > 0 && any.every((conditions) => fieldsOfPlace(conditions).length > 0);
}

/** The fields by which some purpose shows people to an institution. */
export function fieldsThatPlace(
  purposes: Iterable<{ requires?: readonly Pick<Requirement, 'any'>[] | undefined }>,
): Set<string> {
  const all = [...purposes].flatMap(({ requires = [] }) => requires.flatMap(({ any = [] }) => any));
  return new Set(all.flatMap(fieldsOfPlace));
}

/** The fields that say who decides for a person. */
export function fieldsOfResponsible({
  responsible,
}: {
  responsible?: { field: string; endedBy: readonly string[] } | undefined;
}): string[] {
  return responsible ? [responsible.field, ...responsible.endedBy] : [];
}

/** The fields that these conditions compare with the institution of the caller's registration. */
function fieldsOfPlace(conditions: ConditionMap): string[] {
  return Object.entries(conditions)
    .filter(
      ([, condition]) =>
        typeof condition === 'object' && 'same' in condition && condition.same === 'institution',
    )
    .map(([path]) => path.split('.')[0] ?? '');
}
