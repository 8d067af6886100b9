/** Which department has an office in a county. Depends on the register alone, never on a record. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Agency, readOffices } from '../../shared/identity/agencies/agencies.ts';
import { worksUnder } from '../../shared/policy/decide/screen.ts';
import { speaksFor } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Deps } from '../deps.ts';

type OfficesDeps = Pick<Deps<'agenciesTable'>, 'dynamo' | 'tables'>;

/** Milliseconds for which a process keeps the register: a new office is asked after that. Tests keep it longer. */
export const KEPT = { ms: 30_000 };
const known = new WeakMap<DynamoDBClient, { offices: Promise<readonly Agency[]>; read: number }>();

function offices(deps: OfficesDeps): Promise<readonly Agency[]> {
  const last = known.get(deps.dynamo);
  if (last && performance.now() - last.read < KEPT.ms) return last.offices;
  const next = { offices: readOffices(deps.tables.agencies), read: performance.now() };
  known.set(deps.dynamo, next);
  next.offices.catch(() => known.delete(deps.dynamo));
  return next.offices;
}

/** Begins to read the register of offices while other calls are under way. */
export function prepareOffices(deps: OfficesDeps): void {
  offices(deps).catch(() => {});
}

/**
 * @param departments in the order of preference, at least one
 * @returns the first with an office that can do the work; the first of all if there is none
 */
export async function departmentWithOffice(
  deps: OfficesDeps,
  departments: readonly string[],
  can: (agency: Agency, department: string) => boolean,
): Promise<string> {
  const [first = ''] = departments;
  // Neither an emergency nor a request fails for lack of the register: then the first is asked.
  const all = await offices(deps).catch(() => []);
  return departments.find((code) => all.some((agency) => can(agency, code))) ?? first;
}

/** @returns the first of the departments of which an office in the county reads the tasks; `null` for none */
export async function departmentIn(
  deps: OfficesDeps,
  pack: Pack,
  county: string,
  departments: readonly string[],
): Promise<string | null> {
  const all = await offices(deps);
  const has = (department: string) => all.some((one) => hasInbox(pack, one, { department, county }));
  return departments.find(has) ?? null;
}

interface Wanted {
  department: string;
  county: string;
}

/** Whether the tasks of the department in the county are in the office's inbox: it speaks for the department. */
export function hasInbox(pack: Pack, agency: Agency, { department, county }: Wanted): boolean {
  const { areas, actions } = agency;
  return (
    speaksFor(pack, agency, department) &&
    areas.includes(county) &&
    (actions as readonly string[]).includes('casework')
  );
}

/** Whether the office reads the department's tasks and works under the purpose. */
export function receives(
  pack: Pack,
  agency: Agency,
  { purpose: code, ...wanted }: Wanted & { purpose: string },
): boolean {
  return worksUnder(pack, agency, code) && hasInbox(pack, agency, wanted);
}
