/** The gateway's own description, and the issuer's login page by it. */
import type { Answer } from '../../../../shared/contract/api.ts';
import { showTimesIn } from '../text.ts';
import { ApiError, problemOf } from './problems.ts';

export type Metadata = Answer<'GET /.well-known/oauth-protected-resource'>;

/** The base of the API: one level above the page. */
export const BASE = new URL('..', location.href.split(/[?#]/)[0]).href.replace(/\/$/, '');

let metadata: Promise<Metadata> | null = null;
/** @throws ApiError */
export function about(): Promise<Metadata> {
  metadata ??= fetch(`${BASE}/.well-known/oauth-protected-resource`).then(
    (response) =>
      response.ok
        ? (response.json() as Promise<Metadata>)
        : problemOf(response).then((e) => Promise.reject(e)),
    () => Promise.reject(new ApiError(0, {})),
  );
  metadata.then(
    ({ fieldgate_utc_offset_minutes: minutes }) => {
      if (minutes !== undefined) showTimesIn(minutes);
    },
    () => {
      metadata = null;
    },
  );
  return metadata;
}

export const redirectUri = () => `${BASE}/console/`;

/** The address of the issuer's login page. @param own parameters of this login. @throws ApiError */
export async function issuerPage(own: Record<string, string>): Promise<string> {
  const { fieldgate_people: people } = await about();
  if (!people?.console) throw new ApiError(0, { code: 'NO_ISSUER' });
  const url = new URL(people.console.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: people.console.client_id,
    redirect_uri: redirectUri(),
    scope: people.scope,
    code_challenge_method: 'S256',
    ...(people.resource !== undefined && { resource: people.resource }),
    ...(people.acr_values !== undefined && { acr_values: people.acr_values }),
    ...own,
  }).toString();
  return url.href;
}

/** Asks the person again, although the issuer may still know them. */
export const ASK = { prompt: 'login', max_age: '0' };
