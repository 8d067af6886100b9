/** Exchanges an authorization code at the issuer of people, on behalf of a page that must not hold a bearer token. */

import { parseJson } from '../../json.ts';
import { type FetchJson, fetchIssuerJson, members } from './issuer-keys.ts';
import { isAddress, type PeopleSettings } from './people.ts';

/** The values that the page receives from the login. */
export interface Code {
  code: string;
  codeVerifier: string;
  redirectUri: string;
}

/** Posts a form. @returns the text of a 200 answer; `null` for a 4xx. @throws Error for anything else. */
type PostForm = (url: string, form: URLSearchParams) => Promise<string | null>;

const TIMEOUT = 3000;
const MAX_BYTES = 64 * 1024;

/**
 * @returns the access token of the person; `null` for a code that the issuer rejects.
 * @throws Error if the issuer can't be reached, or its discovery document names another issuer.
 */
export async function exchangeCode(
  people: PeopleSettings,
  { code, codeVerifier, redirectUri }: Code,
  fetchJson: FetchJson = fetchIssuerJson,
  post: PostForm = postForm,
): Promise<string | null> {
  if (!people.console) throw new Error('the console is no client of the issuer');
  const about = members(
    parseJson(await fetchJson(`${people.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)),
  );
  const address = about['token_endpoint'];
  if (about['issuer'] !== people.issuer || typeof address !== 'string' || !isAddress(address)) {
    throw new Error('the discovery document is not the issuer’s');
  }
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: people.console.clientId,
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
    ...(people.login?.resource !== undefined && { resource: people.login.resource }),
  });
  const text = await post(address, form);
  if (text === null) return null;
  const token = members(parseJson(text))['access_token'];
  return typeof token === 'string' ? token : null;
}

const postForm: PostForm = async (url, form) => {
  const answer = await fetch(url, {
    method: 'POST',
    body: form,
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const text = await answer.text();
  if (answer.status >= 400 && answer.status < 500) return null;
  if (answer.status !== 200 || text.length > MAX_BYTES) throw new Error('no answer of a token endpoint');
  return text;
};
