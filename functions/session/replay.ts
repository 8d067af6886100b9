/** What a call claims and counts, before it may do anything else. */

import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { claimOnce, type Claim as ReplayClaim } from '../../shared/identity/replay.ts';
import type { ActName } from '../../shared/policy/acts/names.ts';
import type { Deps } from '../deps.ts';
import { registered } from './agency.ts';
import { currentPack } from './policy.ts';
import { countRequest } from './rates.ts';
import type { Session } from './session.ts';
import { refuseSuspended } from './suspension.ts';

type ReplayDeps = Deps<'claimsTable' | 'agenciesTable' | 'policyTable'>;
/** @returns whether this call is the first with the claim */
type Claim = () => Promise<boolean>;

interface Of {
  agency: Agency;
  act: ActName;
  /** If the record is a remembered one. */
  confirm?: (() => Promise<Agency | null>) | undefined;
}

/** One claim of a call, which may begin again. */
export function claimingOnce({ tables, now }: ReplayDeps, claim: ReplayClaim): Claim {
  let won: Promise<boolean> | undefined;
  return () => {
    won ??= claimOnce(tables.claims, claim, now());
    return won;
  };
}

/** @param by the person, and the officer whom the token names */
export function replayOf(
  deps: ReplayDeps,
  of: Of,
  claim: Claim | null,
  by: { officer: string | undefined; person: Person | null },
): Session['replay'] {
  return {
    claim: (officer, subjects = 1) =>
      claimProof(deps, of, claim, { ...by, officer: by.officer ?? officer, subjects }),
    charge: async (subjects) => {
      if (subjects > 1) await countRequest(deps, of.agency, by.officer, by.person, subjects - 1);
    },
  };
}

/**
 * In parallel with the claim, reads the register again, so that a suspension takes effect at once, and counts the
 * request. Neither costs a round trip of its own.
 */
async function claimProof(
  deps: ReplayDeps,
  { agency: known, act, confirm = () => registered(deps, known.clientId) }: Of,
  claim: Claim | null,
  { officer, person, subjects }: { officer: string | undefined; person: Person | null; subjects: number },
): Promise<void> {
  const [won, agency] = await Promise.all([
    claim === null || claim(),
    confirm(),
    countRequest(deps, known, officer, person, subjects),
  ]);
  if (!agency) throw new Problem('AGENCY_SUSPENDED');
  refuseSuspended(agency, await currentPack(deps), act);
  if (!won) throw new Problem('DPOP_REPLAYED');
}
