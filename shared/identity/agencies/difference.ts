/** What a change of a registration changes, member by member, and whether it lets the agency do more. Pure. */

import type { Json } from '../../json.ts';
import { readHybridJwk } from '../hybrid-key.ts';
import { thumbprintOf } from '../jwk.ts';
import type { Agency } from './agencies.ts';
import { RATES, ratesOf } from './rate.ts';

export interface Difference {
  /** Name of the member. */
  what: string;
  before: Json;
  after: Json;
  /** The agency may do more than before, or proves itself by something else. */
  wider: boolean;
}

type Widens = (before: Agency, after: Agency) => boolean;

/** Whether `after` has an item that `before` has not. */
const adds =
  (name: 'departments' | 'roles' | 'purposes' | 'byPeople' | 'actions' | 'iamRoles'): Widens =>
  (before, after) => {
    const had: readonly string[] = before[name] ?? [];
    return (after[name] ?? []).some((item) => !had.includes(item));
  };

/** By member of the record. What is not here never widens. */
const WIDENS: Readonly<Partial<Record<keyof Agency, Widens>>> = {
  departments: adds('departments'),
  roles: adds('roles'),
  purposes: adds('purposes'),
  byPeople: adds('byPeople'),
  actions: adds('actions'),
  iamRoles: adds('iamRoles'),
  areas: (before, after) =>
    after.areas.some((area) => !before.areas.some((had) => had !== '' && area.startsWith(had))),
  trainedUntil: (before, after) => after.trainedUntil > before.trainedUntil,
  contracts: ({ contracts: had = [] }, { contracts = [] }) =>
    contracts.some((one) => !had.some((other) => JSON.stringify(other) === JSON.stringify(one))),
  institution: (before, after) => after.institution !== undefined && after.institution !== before.institution,
  activities: ({ activities: had = [] }, { activities = [] }) =>
    activities.some(({ id, ends }) => !had.some((one) => one.id === id && one.ends >= ends)),
  rates: (before, after) => {
    const [had, has] = [ratesOf(before.rates, RATES), ratesOf(after.rates, RATES)];
    return has.agency > had.agency || has.officer > had.officer;
  },
  // What a suspension stops is given back.
  suspended: (before, after) => before.suspended && !after.suspended,
  // After prohibited attempts casework goes on.
  locked: (before, after) => before.suspended && !before.locked && after.locked === true,
  people: (before, after) => after.people !== undefined && after.people !== before.people,
  jwksUri: (before, after) => after.jwksUri !== undefined && after.jwksUri !== before.jwksUri,
  // What was sealed to a hybrid key alone may go to another one.
  hybrid: (before, after) => before.hybrid === true && !after.hybrid,
  jwks: (before, after) => {
    const had = new Set(keyNames(before));
    return keyNames(after).some((name) => !had.has(name));
  },
};

/** Whether the agency may do less than before: what would widen it the other way round. */
export function narrows(before: Agency | null, after: Agency): boolean {
  return before !== null && Object.values(WIDENS).some((widens) => widens(after, before));
}

/** @param before `null` for an agency that is new: then all that it may do is wider */
export function differenceOf(before: Agency | null, after: Agency): Difference[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)] as (keyof Agency)[]);
  return [...names].flatMap((name) => {
    const [was, is] = [shown(before, name), shown(after, name)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const wider = WIDENS[name] !== undefined && (before === null || WIDENS[name](before, after));
    return [{ what: name, before: was, after: is, wider }];
  });
}

/** Keys by use and RFC 7638 thumbprint, because the name of a key is the agency's own word. */
function shown(agency: Agency | null, name: keyof Agency): Json {
  if (!agency) return null;
  if (name === 'jwks') return keyNames(agency);
  if (name === 'retiring') return (agency.retiring ?? []).map(({ key }) => key.kid);
  return (agency[name] ?? null) as Json;
}

function keyNames({ jwks }: Agency): string[] {
  return jwks.keys.map((key) => {
    const hybrid = readHybridJwk(key as Json);
    // Both stewards see whether a hybrid key comes or goes.
    if (hybrid) return `${key.use} X-Wing ${hybrid.thumbprint}`;
    return `${key.use} ${thumbprintOf(key as Json) ?? key.kid}`;
  });
}
