import { hash, randomUUID } from 'node:crypto';
import { toBase64url } from '../../bytes.ts';
import { defined } from '../../defined.ts';
import { asClientId, type ClientId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { type Grant, readGrant } from '../details.ts';
import type { VerifyKey } from '../jwk.ts';
import { jtiOf, parseJws, signedBy, textClaim, timeClaim } from '../jws.ts';
import type { Person } from '../people/people.ts';

/** Lifetime of an access token in seconds. */
export const TOKEN_LIFETIME = 300;

/** The contents of a valid access token. */
export interface AccessToken {
  clientId: ClientId;
  grant: Grant;
  jti: string;
  /** Thumbprint of the key that the token is bound to. */
  jkt: string;
  /** The person to whom the session belongs. Without one the office itself calls. */
  person?: TokenPerson;
  /** The person who acts through the agency's token (RFC 8693, `act`). */
  actor: TokenActor | null;
  /** The token for opening data keys under the purpose, encrypted: see `shared/keys/unwrap-token.ts`. */
  unwrap?: string;
}

type TokenActor = Pick<Person, 'issuer' | 'subject' | 'roles' | 'authTime' | 'strong'>;

/** A person as named in the gateway's own token. */
export interface TokenPerson {
  /** The issuer that authenticated the person, and the person's subject there. */
  iss: string;
  sub: string;
  /** The person's name in the log. */
  name: string;
  /** See `Person`. Absent: none. */
  roles?: readonly string[];
  /** See `Person`. */
  authTime: number | null;
  strong?: boolean;
  /** The public key of the page, to which answers with values are sealed. */
  enc?: SealingKey;
}

/** A public key for ECDH-ES, or a hybrid one: see `readHybridJwk`. */
export type SealingKey =
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string }
  | { kty: 'AKP'; alg: 'X-Wing'; pub: string };

/** Signs bytes under the token key: 64 bytes r‖s. */
export type Sign = (message: Uint8Array) => Promise<Uint8Array>;

/**
 * Makes an RFC 9068 access token.
 * @param kid thumbprint of the signing key. @param now epoch milliseconds.
 */
export async function mintAccessToken(
  token: Omit<AccessToken, 'jti' | 'actor'> & Partial<Pick<AccessToken, 'actor'>>,
  { issuer, kid, sign, now }: { issuer: string; kid: string; sign: Sign; now: number },
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const claims = {
    iss: issuer,
    aud: issuer,
    sub: token.clientId,
    client_id: token.clientId,
    iat,
    exp: iat + TOKEN_LIFETIME,
    jti: randomUUID(),
    authorization_details: [{ type: 'fieldgate', ...token.grant }],
    cnf: { jkt: token.jkt },
    ...(token.person && { person: token.person }),
    ...(token.actor && { act: actClaim(token.actor) }),
    ...(token.unwrap !== undefined && { unw: token.unwrap }),
  };
  const text = `${encode({ typ: 'at+jwt', alg: 'ES256', kid })}.${encode(claims)}`;
  return `${text}.${toBase64url(await sign(Buffer.from(text)))}`;
}

function actClaim({ issuer: iss, subject: sub, roles, authTime, strong }: TokenActor) {
  return {
    iss,
    sub,
    ...(roles.length > 0 && { roles }),
    ...(authTime !== null && { auth_time: authTime }),
    ...(strong && { strong }),
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Checks an access token of this gateway: typ, kid, signature, iss, aud, times and every claim it needs.
 * @param key public half of the token key. @param now epoch milliseconds.
 * @returns `null` for any fault. The `typ` rules out an assertion, a DPoP proof and any other token of the
 * same key.
 */
export function verifyAccessToken(
  text: string,
  { issuer, key, now }: { issuer: string; key: VerifyKey; now: number },
): AccessToken | null {
  // By its digest, so that no token stays in memory.
  const name = `${key.thumbprint} ${issuer} ${hash('sha256', text, 'base64')}`;
  const known = seen.get(name);
  if (known) return known.until > now / 1000 ? known.token : null;
  const read = readAccessToken(text, { issuer, key, now });
  if (!read) return null;
  if (seen.size >= MOST_SEEN) seen.delete(seen.keys().next().value as string);
  seen.set(name, read);
  return read.token;
}

interface ReadToken {
  token: AccessToken;
  /** Epoch second of its end. */
  until: number;
}

/** Tokens whose every check held, under key and issuer. A caller sends the same token for minutes. */
const seen = new Map<string, ReadToken>();
const MOST_SEEN = 500;

function readAccessToken(
  text: string,
  { issuer, key, now }: { issuer: string; key: VerifyKey; now: number },
): ReadToken | null {
  const jws = parseJws(text);
  if (jws?.header.get('typ') !== 'at+jwt' || jws.header.get('kid') !== key.thumbprint) return null;
  if (!signedBy(jws, key)) return null;

  const { payload } = jws;
  const [exp, iat] = [timeClaim(payload, 'exp'), timeClaim(payload, 'iat')];
  if (exp === null || iat === null || exp <= now / 1000 || exp - iat > TOKEN_LIFETIME) return null;
  if (payload.get('iss') !== issuer || payload.get('aud') !== issuer) return null;

  const [client, jti] = [textClaim(payload, 'client_id'), jtiOf(payload)];
  const grant = readGrant(payload.get('authorization_details'));
  const jkt = readThumbprint(payload.get('cnf'));
  if (client === null || client !== payload.get('sub') || jti === null) return null;
  const clientId = asClientId(client);
  const actor = readActor(payload.get('act'));
  if (!grant || jkt === null || actor === undefined) return null;
  const unwrap = textClaim(payload, 'unw');
  const [base, until] = [{ clientId, grant, jti, jkt, ...(unwrap !== null && { unwrap }) }, exp];
  if (!payload.has('person')) return grant.actions.length > 0 ? { token: { ...base, actor }, until } : null;
  const person = readTokenPerson(payload.get('person'));
  return person && { token: { ...base, person, actor: null }, until };
}

function readTokenPerson(value: Json | undefined): TokenPerson | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { iss, sub, name, authTime, roles, enc, strong } = value as Record<string, Json>;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof name !== 'string') return null;
  const at = typeof authTime === 'number' ? authTime : null;
  return {
    iss,
    sub,
    name,
    authTime: at,
    roles: rolesIn(roles),
    ...strongIn(strong),
    ...defined({ enc: encIn(enc) }),
  };
}

const strongIn = (value: Json | undefined) => (value === true ? { strong: true } : {});

function encIn(value: Json | undefined): SealingKey | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { kty, x, y, pub } = value;
  if (kty === 'AKP') return typeof pub === 'string' ? { kty, alg: 'X-Wing', pub } : undefined;
  return typeof x === 'string' && typeof y === 'string' ? { kty: 'EC', crv: 'P-256', x, y } : undefined;
}

function rolesIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
}

/** @returns `null` if the token names no actor, `undefined` if it is malformed */
function readActor(act: Json | undefined): AccessToken['actor'] | undefined {
  if (act === undefined) return null;
  if (typeof act !== 'object' || act === null || Array.isArray(act)) return undefined;
  const { iss, sub, roles, auth_time: at, strong } = act as Record<string, Json>;
  if (typeof iss !== 'string' || typeof sub !== 'string') return undefined;
  const authTime = typeof at === 'number' ? at : null;
  return { issuer: iss, subject: sub, roles: rolesIn(roles), authTime, ...strongIn(strong) };
}

function readThumbprint(cnf: Json | undefined): string | null {
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return null;
  const jkt = Object.hasOwn(cnf, 'jkt') ? cnf['jkt'] : undefined;
  return typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt) ? jkt : null;
}
