import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { jwksFetcher } from '../../shared/identity/agencies/jwks-url.ts';
import type { Grant } from '../../shared/identity/details.ts';
import { fetchIssuerJson, issuerKeys } from '../../shared/identity/people/issuer-keys.ts';
import {
  type Holder,
  type IssuerKeys,
  type PeopleSettings,
  type Person,
  readPeople,
  verifyPerson,
} from '../../shared/identity/people/people.ts';
import type { Deps } from '../deps.ts';
import { dpopChallenge } from '../http/problem.ts';

type PeopleDeps = Pick<Deps<'people'>, 'env' | 'now' | 'fetchIssuer'>;

/** @throws Problem TOKEN_INVALID if no issuer of people is configured. */
export function peopleOf({ env }: Pick<PeopleDeps, 'env'>): PeopleSettings {
  if (env.people === 'none') throw new Problem('TOKEN_INVALID');
  return settingsOf(env.people);
}

export function settingsOf(setting: string): PeopleSettings {
  const known = settings.get(setting) ?? readPeople(setting);
  if (!known) throw new Problem('TOKEN_INVALID');
  settings.set(setting, known);
  return known;
}

const settings = new Map<string, PeopleSettings>();

/**
 * The person of an access token from the issuer that the operator configured.
 * @throws Problem TOKEN_INVALID; ISSUER_UNAVAILABLE while the issuer's keys cannot be read.
 */
export async function readPerson(deps: PeopleDeps, token: string, holder: Holder): Promise<Person> {
  const people = peopleOf(deps);
  const keys = keysOf(deps, people, true);
  const person = await verifyPerson(token, people, keys, deps.now(), holder).catch((cause) => {
    throw new Problem('ISSUER_UNAVAILABLE', { cause });
  });
  if (!person) throw new Problem('TOKEN_INVALID', { headers: BEARER });
  return person;
}

/** Names both schemes, because an agency may have sent its token under the wrong one (RFC 9449, section 7.2). */
const BEARER = { 'www-authenticate': `${dpopChallenge('invalid_token')}, Bearer error="invalid_token"` };

/**
 * The person of an actor token of this agency: of the gateway's issuer, whose token names the office, or of
 * the issuer that the agency registered, which authenticates the agency's own people and gives no rights of
 * oversight.
 * @param jkt thumbprint of the key that the caller has proven: a token that is bound to another one is a stranger's
 * @returns `null` for any other token. @throws Problem ISSUER_UNAVAILABLE
 */
export async function personOfAgency(
  deps: PeopleDeps,
  agency: Agency,
  token: string,
  jkt: string | null,
): Promise<Person | null> {
  const read = (people: PeopleSettings, office?: string) =>
    verifyPerson(
      token,
      people,
      keysOf(deps, people, office === undefined),
      deps.now(),
      { jkt },
      office,
    ).catch((cause) => {
      throw new Problem('ISSUER_UNAVAILABLE', { cause });
    });
  const person = deps.env.people === 'none' ? null : await read(peopleOf(deps));
  if (person) return person.office === agency.clientId ? person : null;
  if (agency.people === undefined) return null;
  const found = await read(settingsOf(agency.people), agency.clientId);
  return found && { ...found, actions: found.actions.filter((action) => !OVERSIGHT.has(action)) };
}

/** Actions for which a person needs the role, whatever the agency's rights. */
export const OVERSIGHT: ReadonlySet<string> = new Set(['steward', 'audit']);

/**
 * The rights of a token if a person acts through it: the person is the officer.
 * @returns `null` if another officer is named, or the person lacks a role that an action needs
 */
export function actedBy(grant: Grant, person: Person | null): Grant | null {
  if (!person) return grant;
  if (grant.officer !== undefined && grant.officer !== person.name) return null;
  const lacks = grant.actions.some((action) => OVERSIGHT.has(action) && !person.actions.includes(action));
  return lacks ? null : { ...grant, officer: person.name };
}

/** The person is the officer. The person's actions count only if the agency has them too. */
export function grantOf({ actions, name }: Person): Grant {
  return { actions, officer: name };
}

/** By clock, which decides how old a key is. */
const caches = new WeakMap<object, Map<PeopleSettings, IssuerKeys>>();

/** An issuer that an agency registered must not lead the gateway into its own network; one on this machine is local. */
function fetchOf({ issuer }: PeopleSettings) {
  return issuer.startsWith('https:') ? jwksFetcher() : fetchIssuerJson;
}

/** @param trusted whether the operator chose this issuer */
function keysOf({ now, fetchIssuer }: PeopleDeps, people: PeopleSettings, trusted: boolean): IssuerKeys {
  const fetchJson = fetchIssuer ?? (trusted ? fetchIssuerJson : fetchOf(people));
  const by = fetchIssuer ?? now;
  const issuers = caches.get(by) ?? new Map<PeopleSettings, IssuerKeys>();
  caches.set(by, issuers);
  const known = issuers.get(people) ?? issuerKeys(people, now, fetchJson);
  issuers.set(people, known);
  return known;
}
