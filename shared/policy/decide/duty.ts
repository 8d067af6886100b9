/**
 * The reach of a duty: the purpose's conditions on the subject's facts, on the caller's registered
 * institution, and on assigned officers. A condition that can't be shown to hold does not hold.
 */

import type { Pack, Purpose } from '../pack/pack.ts';
import type { Requirement } from '../pack/parts.ts';
import type { Ask, Caller, Json, Situation } from '../types.ts';
import { type ConditionContext, factsOf, holds, sameText } from '../value/conditions.ts';
import { type Matter, rests } from './consent-acts.ts';
import { isOfficer } from './officers.ts';

/** The inputs of the conditions. */
export type DutyMatter = Omit<Matter, 'cells'>;

/** The purpose's conditions for this caller and ground. They follow from the request alone. */
export function requirementsOf(
  { requires }: Pick<Purpose, 'requires'>,
  caller: Pick<Caller, 'roles'>,
  kind: string,
  { inquirer = '', appointed: isAppointed }: Pick<Ask, 'inquirer' | 'appointed'>,
): readonly Requirement[] {
  return requires.filter(
    ({ exempt = [], appointed, kinds, inquirers }) =>
      (kinds === undefined || kinds.includes(kind)) &&
      (inquirers === undefined || inquirers.includes(inquirer)) &&
      !((appointed === undefined || isAppointed) && exempt.some((role) => caller.roles.includes(role))),
  );
}

/** @returns the first condition that does not hold, or `null` if the duty covers the subject */
export function beyondDuty(pack: Pack, purpose: Purpose, matter: DutyMatter): Requirement | null {
  const applying = requirementsOf(purpose, matter.caller, matter.kind, matter.ask);
  return applying.find((requirement) => !isMet(pack, requirement, matter)) ?? null;
}

/** Whether the condition holds for every value held: owners who disagree don't widen a duty. */
export function isMet(pack: Pack, requirement: Requirement, matter: DutyMatter): boolean {
  if (requirement.assigned && !isAssigned(pack, matter)) return false;
  const { any } = requirement;
  if (any === undefined) return requirement.assigned === true;
  const context = contextOf(pack, matter);
  return everyView(matter.situation, factsOf([requirement])).every((view) =>
    any.some((conditions) => holds(conditions, (name) => view[name], context)),
  );
}

export function contextOf(
  { calendar, lists }: Pack,
  { caller, ask, now }: Pick<DutyMatter, 'caller' | 'ask' | 'now'>,
): ConditionContext {
  return {
    now,
    utcOffsetMinutes: calendar.utcOffsetMinutes,
    areas: caller.areas,
    institution: caller.institution ?? null,
    lists,
    compare: (path, value) => isShown(ask, path, value),
  };
}

/** Whether the person at the desk showed this value. */
export function isShown({ identity }: Ask, path: string, value: Json | undefined): boolean {
  const shown = identity && Object.hasOwn(identity, path) ? identity[path] : undefined;
  return typeof value === 'string' && shown !== undefined && sameText(value, shown);
}

/** Whether an artefact in force, whose giver counts, names the officer for this purpose and agency. */
function isAssigned(pack: Pack, { caller, ask, situation, now }: DutyMatter): boolean {
  const { officer } = ask;
  if (officer === undefined) return false;
  return situation.consents.some(
    ({ id, giver, purpose, recipient, act, from, until, officers = [], known = {} }) =>
      act === 'given' &&
      rests(pack, situation, { id, giver }) &&
      purpose === ask.purpose &&
      recipient === caller.clientId &&
      Date.parse(from) <= now &&
      now < Date.parse(until) &&
      isOfficer({ officers, known }, officer, ask.person ?? null),
  );
}

/** Each combination of the values held by the owners. */
export function everyView(
  { facts, others }: Pick<Situation, 'facts' | 'others'>,
  fields: readonly string[],
): Record<string, Json>[] {
  return fields.reduce<Record<string, Json>[]>(
    (views, field) => {
      const values = [facts[field], ...(others?.[field] ?? [])];
      return views.flatMap((view) =>
        values.map((value) => (value === undefined ? view : { ...view, [field]: value })),
      );
    },
    [{}],
  );
}
