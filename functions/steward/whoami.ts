import { defined } from '../../shared/defined.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import {
  countedFor,
  officerKey,
  RATE_WINDOW,
  rateLeft,
  ratesOf,
} from '../../shared/identity/agencies/rate.ts';
import type { ClientId } from '../../shared/ids.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { readVolume, volumeKey } from '../../shared/records/limits/volume-items.ts';
import { possibleActs } from '../session/acts.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { askBudgets, missesLeft, ownBudgets } from '../steps/misses.ts';
import type { StewardDeps } from './deps.ts';

/** The caller's registration, and the rest of its limits. */
export async function whoami(deps: StewardDeps, session: Session) {
  const { agency, person, grant, clockSkew } = session;
  return {
    ...describeAgency(agency),
    ...defined({ person: person ? describePerson(person, grant.actions, agency) : undefined }),
    // A suspended agency gets here only if attempts at prohibited uses suspended it.
    ...(agency.suspended && { suspended: commonTexts.lockedAgency }),
    acts: possibleActs(session),
    limits: await limitsOf(deps, session),
    clockSkew,
    time: new Date(deps.now()).toISOString(),
  };
}

/** A person may do only what the office may do. */
function describePerson(
  { name, subject }: NonNullable<Session['person']>,
  granted: readonly string[],
  agency: Agency,
) {
  const actions = granted.filter((action) => (agency.actions as readonly string[]).includes(action));
  return { name, subject, actions };
}

function describeAgency(agency: Agency) {
  const {
    clientId,
    name,
    departments,
    roles,
    areas,
    purposes,
    actions,
    trainedUntil,
    institution,
    byPeople,
  } = agency;
  const keys = agency.jwks.keys.map(({ kid, use }) => ({ kid, use }));
  const known = { clientId, name, departments, roles, areas, purposes, actions, keys, trainedUntil };
  return { ...known, ...defined({ institution, byPeople }) };
}

/**
 * What is left of the caller's limits: requests in this minute, misses of today, and people about whom the officer named
 * by the token may receive data today.
 */
export async function limitsOf(deps: StewardDeps, { agency, person, grant }: Session) {
  const { now, tables } = deps;
  const at = now();
  const officer = officerKey(grant.officer, person);
  const rates = ratesOf(agency.rates, deps.rates);
  const counted = countedFor(agency.clientId, officer, rates);
  const [ofAgency, ofOfficer] = await Promise.all(
    counted.map(async (one) => ({
      limit: one.limit,
      left: await rateLeft(tables.claims, one, at),
    })),
  );
  const window = RATE_WINDOW * 1000;
  const requests = {
    seconds: RATE_WINDOW,
    resetsAt: new Date((Math.floor(at / window) + 1) * window).toISOString(),
    agency: ofAgency as { limit: number; left: number },
    ...defined({ officer: ofOfficer }),
  };
  const [misses, people] = await Promise.all([
    missesOf(deps, { clientId: agency.clientId, officer, person }, at),
    officer === undefined ? {} : peopleLeft(deps, agency.clientId, officer, at),
  ]);
  return { requests, ...misses, ...people };
}

/** Of how many people who are asked about the answer may say nothing, today. */
async function missesOf(
  deps: StewardDeps,
  {
    clientId,
    officer,
    person,
  }: Pick<Agency, 'clientId'> & Pick<Session, 'person'> & { officer?: string | undefined },
  now: number,
) {
  const pack = await currentPack(deps);
  const { calendar, misses } = pack;
  if (!misses) return {};
  const own = askBudgets(pack, officer);
  const shared = [
    ownBudgets(pack, 'requests', officer),
    ownBudgets(pack, 'checks', officerKey(undefined, person), 'open'),
    ownBudgets(pack, 'leaks', officer),
  ];
  const all = await missesLeft({ pack, clientId, budgets: [...own, ...shared.flat()], now }, deps.tables);
  const left = all.splice(0, own.length);
  const [requests, checks, leaks] = shared.map(({ length }) => least(all.splice(0, length))) as [
    Left,
    Left,
    Left,
  ];
  const day = dayOf(now, calendar.utcOffsetMinutes);
  return {
    misses: {
      resetsAt: new Date(startOf(calendar, day + 1)).toISOString(),
      agency: left[0] as Left,
      ...defined({ officer: own.length > 1 ? left[1] : undefined }),
      requests,
      checks,
      leaks,
    },
  };
}

interface Left {
  limit: number;
  left: number;
}

/** Of the budgets of which a call spends each, the one that ends first. */
const least = (budgets: Left[]) => budgets.sort((a, b) => a.left - b.left)[0];

async function peopleLeft(deps: StewardDeps, clientId: ClientId, officer: string, at: number) {
  const { calendar, volume } = await currentPack(deps);
  if (!volume) return {};
  const day = dayOf(at, calendar.utcOffsetMinutes);
  const told = await readVolume(deps.tables.budgets, volumeKey(clientId, officer, day));
  const tiers = volume.tiers.map(({ name, levels, alert, stop }) => {
    const count = told.get(name) ?? 0;
    return {
      tier: name,
      levels: [...levels],
      told: count,
      alert,
      limit: stop,
      left: Math.max(0, stop - count),
    };
  });
  return { people: { resetsAt: new Date(startOf(calendar, day + 1)).toISOString(), tiers } };
}
