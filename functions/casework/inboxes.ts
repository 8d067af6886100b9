/** The inboxes that an office reads. */

import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { inboxOfAgency, inboxOfDepartment } from '../../shared/records/casework/tasks.ts';

/**
 * The agency's own inbox and those of the departments for which it speaks in counties that it covers whole. A task does
 * not contain the subject's place within the county, so an office of one township sees only its own inbox.
 */
export function inboxesOf(pack: Pack, caller: Caller): string[] {
  const counties = caller.areas.filter((area) => area.length === pack.countyDigits);
  return [
    inboxOfAgency(caller.clientId),
    ...spokenFor(pack, caller).flatMap((code) => counties.map((county) => inboxOfDepartment(code, county))),
  ];
}
