/** The second factor that the operator, or the issuer of an agency's own people, demands of a login. */

import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import type { Deps } from '../deps.ts';
import { peopleOf, settingsOf } from './person.ts';

/** A login without the second factor. */
export interface Weak {
  /** Whether each call demands it, not only what demands a recent login. */
  always: boolean;
  /** What the issuer is to be asked for. */
  acr: readonly string[];
}

/**
 * The operator's demand holds for the people of every issuer, so an agency's own issuer shows the factor by its own values.
 * @returns `undefined` if nothing is lacking
 */
export function weakOf(
  deps: Pick<Deps<'people'>, 'env'>,
  agency: Pick<Agency, 'people'>,
  { issuer, strong }: Pick<Person, 'issuer' | 'strong'>,
): Weak | undefined {
  if (strong) return undefined;
  const operator = deps.env.people === 'none' ? null : peopleOf(deps);
  const own = issuer === operator?.issuer ? operator : agency.people ? settingsOf(agency.people) : null;
  const demanded = [operator, own].map((people) => people?.factors?.demanded);
  if (demanded.every((of) => of === undefined)) return undefined;
  return { always: demanded.includes('always'), acr: own?.factors?.acr ?? [] };
}
