/** The offices that an answer to an inquiry names. */
import type { AgencyName } from '../../../shared/contract/common.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { agencyOf } from '../../session/agency.ts';
import { revealsPlace } from '../../steps/places.ts';
import type { ReleaseCall } from '../call.ts';
import type { ReleaseDeps } from '../deps.ts';

export interface Offices {
  /** Reads those that are not known yet. Only these are named. */
  learn(ids: readonly ClientId[]): Promise<void>;
  names(id: ClientId): AgencyName;
}

/**
 * @param guarded whether the person's safety comes before what the inquirer may know. Then an office that could reveal where the
 * person is has only its department's name, for every such inquirer: otherwise the name would tell who is in conflict.
 */
export function officesFor(
  deps: ReleaseDeps,
  { pack, session }: ReleaseCall,
  { guarded }: { guarded: boolean },
): Offices {
  const known = new Map<string, Agency | null>();
  return {
    async learn(ids) {
      const fresh = [...new Set(ids)].filter((id) => !known.has(id));
      const read = await Promise.all(fresh.map((id) => agencyOf(deps, id)));
      for (const [i, id] of fresh.entries()) known.set(id, read[i] ?? null);
    },
    names(id) {
      const agency = known.get(id);
      // A register that has lost an office must not reveal a place by its code.
      if (!agency) return guarded ? { id: '', label: {} } : { id, label: codeText(id) };
      const hides = guarded && (isLocal(pack, agency) || revealsPlace(pack, agency, session.caller.areas));
      return hides ? lineOf(pack, agency) : { id, label: agency.name };
    },
  };
}

/** An office for parts of a county: its name would tell in which of them the person is. */
function isLocal({ countyDigits }: Pack, { areas }: Agency): boolean {
  return areas.length > 0 && areas.every((area) => area.length > countyDigits);
}

/** An office as its department, or as its role if it has none. */
function lineOf(pack: Pack, { departments: [department = ''], roles: [role = ''] }: Agency): AgencyName {
  const { label } = pack.departments.get(department) ?? pack.roles.get(role) ?? { label: {} };
  return { id: department || role, label };
}
