import type { Context } from 'hono';
import { tokenTexts } from '../../shared/messages/token.ts';
import { OPEN_LIMIT, readText } from '../http/body.ts';
import { OAuthError } from './errors.ts';

const FORM = 'application/x-www-form-urlencoded';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const ACTOR_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

const METHOD = tokenTexts.oneMethod;

/** The required parameters of a token request, unchanged. */
export interface TokenForm {
  assertion: string;
  /** The optional `client_id` parameter. If present, it must agree with the assertion. */
  clientId: string | null;
  details: string;
  /** The access token of the acting person (RFC 8693); `null` if none is named. */
  actorToken: string | null;
}

/** @throws OAuthError for every fault that RFC 6749 rejects before credentials are checked. */
export async function readTokenForm(c: Context): Promise<TokenForm> {
  if (new URL(c.req.url).search !== '') {
    throw new OAuthError('invalid_request', tokenTexts.inBody);
  }
  const { text } = await readText(c, [FORM], OPEN_LIMIT);
  const form = readParameters(text);
  if (c.req.header('authorization') !== undefined) throw otherMethod(form);
  const grantType = required(form, 'grant_type');
  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', tokenTexts.oneGrantType);
  }
  if (form.has('client_secret')) {
    throw new OAuthError('invalid_client', METHOD);
  }
  if (form.has('scope')) {
    throw new OAuthError('invalid_scope', tokenTexts.noScopes);
  }
  if (!form.has('client_assertion')) {
    throw new OAuthError('invalid_client', tokenTexts.assertionMissing);
  }
  if (required(form, 'client_assertion_type') !== ASSERTION_TYPE) {
    throw new OAuthError('invalid_request', tokenTexts.assertionType(ASSERTION_TYPE));
  }
  return {
    assertion: required(form, 'client_assertion'),
    clientId: form.get('client_id') ?? null,
    details: form.get('authorization_details') ?? '',
    actorToken: actorTokenIn(form),
  };
}

/** RFC 8693, section 2.1: an actor token and its type must be sent together. */
function actorTokenIn(form: ReadonlyMap<string, string>): string | null {
  const [token, type] = [form.get('actor_token'), form.get('actor_token_type')];
  if (token === undefined && type === undefined) return null;
  if (token === undefined || type !== ACTOR_TYPE)
    throw new OAuthError('invalid_request', tokenTexts.actorType(ACTOR_TYPE));
  return token;
}

/** RFC 6749 section 5.2: two methods at once are `invalid_request`; a method that is not supported is `invalid_client`. */
function otherMethod(form: ReadonlyMap<string, string>): OAuthError {
  if (form.has('client_assertion')) return new OAuthError('invalid_request', tokenTexts.assertionAlone);
  const headers = { 'www-authenticate': 'Basic realm="not served here"' };
  return new OAuthError('invalid_client', METHOD, { headers });
}

/** RFC 6749 section 3.2: a parameter occurs at most once, and a parameter without a value counts as absent. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw new OAuthError('invalid_request', tokenTexts.parameterRepeated);
    form.set(name, value);
  }
  for (const [name, value] of form) if (value === '') form.delete(name);
  return form;
}

function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', tokenTexts.missing(name));
  return value;
}
