import { Problem } from '../../shared/errors.ts';
import type { Grant } from '../../shared/identity/details.ts';
import { fetchIssuerJson, issuerKeys } from '../../shared/identity/people/issuer-keys.ts';
import {
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
  const known = settings.get(env.people) ?? readPeople(env.people);
  if (!known) throw new Problem('TOKEN_INVALID');
  settings.set(env.people, known);
  return known;
}

const settings = new Map<string, PeopleSettings>();

/**
 * The person of an access token from the issuer that the operator configured.
 * @throws Problem TOKEN_INVALID; ISSUER_UNAVAILABLE while the issuer's keys cannot be read.
 */
export async function readPerson(deps: PeopleDeps, token: string): Promise<Person> {
  const people = peopleOf(deps);
  const person = await verifyPerson(token, people, keysOf(deps, people), deps.now()).catch((cause) => {
    throw new Problem('ISSUER_UNAVAILABLE', { cause });
  });
  if (!person) throw new Problem('TOKEN_INVALID', { headers: BEARER });
  return person;
}

/** Names both schemes, because an agency may have sent its token under the wrong one (RFC 9449, section 7.2). */
const BEARER = { 'www-authenticate': `${dpopChallenge('invalid_token')}, Bearer error="invalid_token"` };

/** The person is the officer. The person's actions count only if the agency has them too. */
export function grantOf({ actions, name }: Person): Grant {
  return { actions, officer: name };
}

const caches = new WeakMap<object, IssuerKeys>();

function keysOf({ now, fetchIssuer }: PeopleDeps, people: PeopleSettings): IssuerKeys {
  const fetchJson = fetchIssuer ?? fetchIssuerJson;
  const by = fetchIssuer ?? people;
  const known = caches.get(by) ?? issuerKeys(people, now, fetchJson);
  caches.set(by, known);
  return known;
}
