/** What a call claims and counts, before it may do anything else. */

import type { ActName } from '../../shared/acts.ts';
import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import {
  claimName,
  claimOnce,
  hold,
  letGo,
  type Claim as ReplayClaim,
} from '../../shared/identity/replay.ts';
import { commonTexts } from '../../shared/messages/common.ts';
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
  count?: Count;
}

/** What a request is counted for: its claim with its first subjects, or further ones. */
type Part = 'claim' | 'charge';
type Count = (part: Part, ...of: Counted) => Promise<void>;
type Counted = [agency: Agency, officer: string | undefined, person: Person | null, subjects: number];

/** What a call claims, once, though the call may begin again. */
export function claimingOnce(
  { tables, now }: ReplayDeps,
  ...claims: readonly (ReplayClaim | undefined)[]
): Claim {
  let won: Promise<boolean> | undefined;
  return () => {
    won ??= Promise.all(claims.map((one) => !one || claimOnce(tables.claims, one, now()))).then((all) =>
      all.every((one) => one),
    );
    return won;
  };
}

/** Counts of a call, which may begin again. Under other limits it is counted by those. */
export function countingOnce(deps: ReplayDeps): Count {
  const made = new Map<string, Promise<void>>();
  return (part, ...counted) => {
    const [{ rates }, officer, , subjects] = counted;
    const key = JSON.stringify([part, rates, officer, subjects]);
    const counting = made.get(key) ?? countRequest(deps, ...counted);
    made.set(key, counting);
    return counting;
  };
}

/** @param by the person, and the officer whom the token names */
export function replayOf(
  deps: ReplayDeps,
  of: Of,
  claim: Claim | null,
  by: { officer: string | undefined; person: Person | null },
): Session['replay'] {
  let begun = false;
  const claimed: Session['replay']['claim'] = (officer, subjects = 1) => {
    begun = true;
    return claimProof(deps, of, claim, { ...by, officer: by.officer ?? officer, subjects });
  };
  /** Names that are held, and whether what was done keeps them. */
  const held = new Map<string, boolean>();
  const call = randomId();
  const take = async (what: string, keeps: boolean) => {
    const name = claimName('alone', '', what);
    held.set(name, keeps);
    if (await hold(deps.tables.claims, name, call, deps.now())) return;
    held.delete(name);
    throw new Problem('CONFLICT', { detail: commonTexts.doneByAnother });
  };
  return {
    alone: (what) => take(what, true),
    oneAtATime: (what) => take(what, false),
    async leave(done) {
      const names = [...held].flatMap(([name, keeps]) => (done && keeps ? [] : [name]));
      await Promise.allSettled(names.map((name) => letGo(deps.tables.claims, name, call, deps.now())));
    },
    claim: claimed,
    // Of a refusal: what the record says by now changes nothing.
    async ensure() {
      if (begun) return;
      const count = countOf(deps, of)('claim', of.agency, by.officer, by.person, 1);
      const [won] = await Promise.all([claim === null || claim(), count]);
      if (!won) throw new Problem('DPOP_REPLAYED');
    },
    charge: async (subjects) => {
      if (subjects > 1) await countOf(deps, of)('charge', of.agency, by.officer, by.person, subjects - 1);
    },
  };
}

function countOf(deps: ReplayDeps, { count }: Of): Count {
  return count ?? ((_, ...counted) => countRequest(deps, ...counted));
}

/**
 * In parallel with the claim, reads the register again, so that a suspension takes effect at once, and counts the
 * request. Neither costs a round trip of its own.
 */
async function claimProof(
  deps: ReplayDeps,
  of: Of,
  claim: Claim | null,
  { officer, person, subjects }: { officer: string | undefined; person: Person | null; subjects: number },
): Promise<void> {
  const { agency: known, act, confirm = () => registered(deps, known.clientId) } = of;
  const [won, agency] = await Promise.all([
    claim === null || claim(),
    confirm(),
    countOf(deps, of)('claim', known, officer, person, subjects),
  ]);
  if (!agency) throw new Problem('AGENCY_SUSPENDED');
  refuseSuspended(agency, await currentPack(deps), act);
  if (!won) throw new Problem('DPOP_REPLAYED');
}
