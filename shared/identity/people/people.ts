/** People whom an OpenID Connect issuer has authenticated: their office and roles. */

import * as v from 'valibot';
import { asClientId, CLIENT_ID, type ClientId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import type { VerifyKey } from '../jwk.ts';
import { type Claims, type Jws, parseJws, signedBy, textClaim, timeClaim } from '../jws.ts';

/** The issuer's keys with this id. If none is known, the issuer is called again, at most once in ten seconds. */
export type IssuerKeys = (kid: string) => Promise<readonly VerifyKey[]>;

const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

/** The name of a claim, or a path of names from the outermost object inwards. */
const ClaimName = v.union([Text, v.pipe(v.array(Text), v.minLength(1), v.maxLength(5))]);

/** How to read the tokens of one issuer. The operator provides it as one setting. */
const PeopleSettings = v.strictObject({
  /** The value of `iss` in tokens and of `issuer` in the discovery document; https, or http on this machine. */
  issuer: Text,
  /**
   * `at+jwt`: access tokens of RFC 9068. `cognito`: those of Amazon Cognito, which have no `typ` and no `aud`, but
   * `token_use`, and name the client in `client_id`.
   */
  kind: v.picklist(['at+jwt', 'cognito']),
  /** The required value of `aud`, or of `client_id` for `cognito`. */
  audience: Text,
  algorithm: v.picklist(['RS256', 'PS256', 'ES256', 'EdDSA']),
  /** A scope that the token must have. */
  scope: v.optional(Text),
  /** Whether a token that the issuer bound to no key is taken. A copy of it serves as well. */
  bearer: v.optional(v.boolean(), false),
  roles: ClaimName,
  /** The client id of the person's office: a text, or the one list item `office:<client id>`. */
  office: ClaimName,
  /** Shown to auditors instead of `sub`. */
  name: v.optional(ClaimName),
  /**
   * The second factor that is demanded of people. A token shows it by one of the values of `acr`, best first, or of `amr`.
   * `always`: of each call; `recent`: of what demands a recent login.
   */
  factors: v.optional(
    v.strictObject({
      acr: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/))), v.minLength(1)),
      amr: v.optional(v.array(Text), []),
      demanded: v.picklist(['always', 'recent']),
    }),
  ),
  /** Maximum seconds between `iat` and `exp`. */
  lifetime: v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(43_200)), 3600),
  /** Everything a program needs to log people in. It is public. */
  login: v.optional(
    v.strictObject({
      clientId: Text,
      scope: Text,
      redirectUri: Text,
      /** RFC 8707, if the issuer requires the token's recipient in the request. */
      resource: v.optional(Text),
    }),
  ),
  /**
   * The console as a client of the issuer, with the scope and resource of `login`. `authorize` is the
   * issuer's page. The console can't look it up, because it calls no other origin. `logout` ends the issuer's own session
   * and comes back to `redirectUri`, with all its parameters.
   */
  console: v.optional(
    v.strictObject({ clientId: Text, redirectUri: Text, authorize: Text, logout: v.optional(Text) }),
  ),
});
export type PeopleSettings = v.InferOutput<typeof PeopleSettings>;

/**
 * Defaults for a user pool of the stack. They are not part of the setting, because Lambda limits all settings
 * together to 4 KB.
 */
const COGNITO = {
  algorithm: 'RS256',
  // It binds no tokens.
  bearer: true,
  scope: 'fieldgate/act',
  roles: 'cognito:groups',
  office: 'cognito:groups',
  name: 'username',
};

/** @returns `null` if the setting is `none`. @throws Error for an invalid setting. */
export function readPeople(setting: string): PeopleSettings | null {
  if (setting === 'none') return null;
  const given = JSON.parse(setting);
  const people = v.parse(PeopleSettings, { ...(given.kind === 'cognito' && COGNITO), ...given });
  if (!isAddress(people.issuer)) throw new Error('the issuer of people must be https, or on this machine');
  return people;
}

/** https without userinfo, query or fragment; http to this machine alone. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1'));
}

/** An authenticated person. */
export interface Person {
  issuer: string;
  subject: string;
  /** The person's name in the log: the name claim if present, otherwise the subject. */
  name: string;
  /** Client id of the office. */
  office: ClientId;
  /** When the issuer authenticated the person, in epoch seconds; `null` if its token does not say. */
  authTime: number | null;
  /** The token shows a second factor that the issuer's setting counts. */
  strong?: boolean;
  /** What the person may do. */
  actions: string[];
  /** `APPOINTED`, and other roles. A pack names those that mean something, such as that of a supervisor. */
  roles: readonly string[];
}

/**
 * What a person may do: the claim has names of actions. `release` and `verify` count only in a session of the console,
 * for the purposes that the office's record opens to its people. Every other action is an office's own call. Any other
 * name in the claim is a role, to which a pack may give a meaning.
 */
const ACTIONS = ['audit', 'steward', 'casework', 'release', 'verify'];

/** The role of those whom their office lets ask, which counts for a call through the office's own key as well. */
export const APPOINTED = 'release';

const OFFICE = 'office:';
/** Other roles are carried in tokens, so they are short and few. */
const OTHER_ROLE = /^[\w.-]{1,64}$/;
const MOST_ROLES = 10;
const SKEW = 60;
/**
 * Header parameters that carry a key or change how the token is read. `x5t` is allowed, because it only names
 * a key.
 */
const REFUSED = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'enc'];

/**
 * The holder of a token: a caller, with the thumbprint of the key that it has proven (RFC 9449), `null` if none; `exchanged`:
 * the gateway, from the issuer, for a code.
 */
export type Holder = { jkt: string | null } | 'exchanged';

/**
 * Checks an access token of the issuer. ID tokens are rejected: they state an identity, not permissions. A token that
 * the issuer bound to a key needs the proof of that key; one that it bound to none is taken where the setting allows it.
 * @param office the office of an issuer that serves this office only; otherwise the token names the office.
 * @param keys of the issuer by `kid`. @param now epoch milliseconds.
 * @returns `null` for any fault. @throws if the issuer's keys are unavailable.
 */
export async function verifyPerson(
  text: string,
  people: PeopleSettings,
  keys: IssuerKeys,
  now: number,
  holder: Holder,
  office?: string,
): Promise<Person | null> {
  const jws = parseJws(text, REFUSED);
  if (!jws || !isAccessToken(jws, people) || !isHeld(jws, people, holder)) return null;
  if (!isTimely(jws.payload, people.lifetime, now / 1000)) return null;
  const kid = textClaim(jws.header, 'kid');
  if (kid === null || jws.header.get('alg') !== people.algorithm) return null;
  const candidates = await keys(kid);
  if (!candidates.some((key) => signedBy(jws, key))) return null;
  return personIn(jws.payload, people, office, now / 1000);
}

function isAccessToken({ header, payload }: Jws, people: PeopleSettings): boolean {
  if (payload.get('iss') !== people.issuer) return false;
  if (people.scope !== undefined && !(textClaim(payload, 'scope') ?? '').split(' ').includes(people.scope)) {
    return false;
  }
  const typ = header.get('typ');
  if (people.kind === 'cognito') {
    const untyped = typ === undefined || typ === 'JWT';
    return untyped && payload.get('token_use') === 'access' && isClient(payload, people);
  }
  const named = typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ);
  return named && audiences(payload).includes(people.audience);
}

function isHeld({ payload }: Jws, { bearer }: PeopleSettings, holder: Holder): boolean {
  if (!payload.has('cnf')) return bearer || holder === 'exchanged';
  return holder !== 'exchanged' && holder.jkt !== null && keyOf(payload) === holder.jkt;
}

function keyOf(payload: Claims): string | null {
  const jkt = readClaim(payload, ['cnf', 'jkt']);
  return typeof jkt === 'string' ? jkt : null;
}

/**
 * Whose token it says that it is, before anything of it is verified.
 * @returns the thumbprint of the key to which this issuer bound it; `null` for a token of another issuer, or one bound to no key
 */
export function boundTo(text: string, { issuer }: PeopleSettings): string | null {
  const payload = parseJws(text, REFUSED)?.payload;
  return payload?.get('iss') === issuer ? keyOf(payload) : null;
}

function isClient(payload: Claims, { audience, console }: PeopleSettings): boolean {
  const client = payload.get('client_id');
  return client === audience || (console !== undefined && client === console.clientId);
}

function audiences(payload: Claims): readonly string[] {
  const aud = payload.get('aud');
  return typeof aud === 'string' ? [aud] : (textsOf(aud) ?? []);
}

function isTimely(payload: Claims, lifetime: number, now: number): boolean {
  const [exp, iat] = [timeClaim(payload, 'exp'), timeClaim(payload, 'iat')];
  if (exp === null || iat === null || exp <= now || iat > now + SKEW || exp - iat > lifetime) return false;
  if (!payload.has('nbf')) return true;
  const nbf = timeClaim(payload, 'nbf');
  return nbf !== null && nbf <= now + SKEW;
}

function personIn(
  payload: Claims,
  people: PeopleSettings,
  known: string | undefined,
  now: number,
): Person | null {
  const subject = textClaim(payload, 'sub') ?? '';
  const office = known ?? officeOf(readClaim(payload, people.office));
  if (!LINE.test(subject) || office === null) return null;
  const roles = textsOf(readClaim(payload, people.roles)) ?? [];
  const actions = ACTIONS.filter((action) => roles.includes(action));
  const name = people.name === undefined ? subject : readClaim(payload, people.name);
  if (typeof name !== 'string' || !LINE.test(name)) return null;
  return {
    issuer: people.issuer,
    subject,
    name,
    office: asClientId(office),
    actions,
    authTime: authTimeIn(payload, now),
    ...(isStrong(payload, people) && { strong: true }),
    roles: roles
      .filter((role) => (role === APPOINTED || !ACTIONS.includes(role)) && OTHER_ROLE.test(role))
      .slice(0, MOST_ROLES),
  };
}

function isStrong(payload: Claims, { factors }: PeopleSettings): boolean {
  const shows = (claim: string, good: readonly string[]) =>
    (textsOf(payload.get(claim)) ?? []).some((value) => good.includes(value));
  return factors !== undefined && (shows('acr', factors.acr) || shows('amr', factors.amr));
}

/** `iat` is no substitute: an issuer renews tokens for weeks without the person. A time to come is none. */
function authTimeIn(payload: Claims, now: number): number | null {
  const at = timeClaim(payload, 'auth_time');
  return at === null || at > now + SKEW ? null : Math.floor(at);
}

/** Text that fits into the log as one word. */
const LINE = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Exactly one office: a person of two offices must not choose one for each call. */
function officeOf(claim: ReturnType<typeof readClaim>): string | null {
  if (typeof claim === 'string') return CLIENT_ID.test(claim) ? claim : null;
  const named = (textsOf(claim) ?? []).filter((item) => item.startsWith(OFFICE));
  const [one, more] = named.map((item) => item.slice(OFFICE.length));
  return one !== undefined && more === undefined && CLIENT_ID.test(one) ? one : null;
}

/**
 * @param name a claim's name in any characters, or the path to a claim in an object.
 * @returns its value; `undefined` if absent.
 */
function readClaim(claims: Claims, name: string | readonly string[]): Json | undefined {
  const [first = '', ...rest] = typeof name === 'string' ? [name] : name;
  let value = claims.get(first);
  for (const member of rest) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, member) ? value[member] : undefined;
  }
  return value;
}

/** A list of texts, or `null` for anything else, including a list with an item that is not text. */
export function textsOf(value: Json | undefined): string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}
