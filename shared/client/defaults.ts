/** What a call means that names nothing, as the gateway's metadata says of its policy. */

import type { Session } from './wire/session.ts';

/** Routes that serve purposes of their own. */
export type PurposeRoute =
  | 'harm-reports'
  | 'inquiries'
  | 'leak-checks'
  | 'statistics'
  | 'story-cards'
  | 'verifications';

/**
 * @param named by the request
 * @returns the purpose of the request, of the connection, or the first that the route serves
 * @throws TypeError if there is none
 */
export function purposeOf({ purpose, as }: Session, route: PurposeRoute, named: string | undefined): string {
  const found = named ?? purpose ?? firstOf(as, route);
  if (found === undefined)
    throw new TypeError(`the policy has no purpose that ${route} serve: name one here or in connect`);
  return found;
}

/** @param metadata of the authorization server */
function firstOf(metadata: Session['as'], route: PurposeRoute): string | undefined {
  const routes = metadata['fieldgate_purposes'] as Partial<Record<PurposeRoute, unknown>> | undefined;
  const first = routes?.[route];
  return typeof first === 'string' ? first : undefined;
}

/** The fields by which the gateway finds people. */
export function matchKeysOf({ as }: Pick<Session, 'as'>): readonly string[] {
  const keys = as['fieldgate_match_keys'];
  return Array.isArray(keys) ? keys.filter((one) => typeof one === 'string') : [];
}

/** The purpose whose token permits `whoami` and the like to an agency that only verifies. */
export function purposeToVerify({ purpose, as }: Session): string | undefined {
  return purpose ?? firstOf(as, 'verifications');
}
