/**
 * Access tokens of the local issuer without a browser: for `fieldgate login <name>` and for tests. The
 * gateway listens on the loopback interface only, and all of these people are made up.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  calculateJwkThumbprint,
  EmbeddedJWK,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { SamplePerson } from '../sample/parties.ts';

/** The issuer's path on the gateway's origin. */
export const PEOPLE_PATH = '/people';
export const SCOPE = 'fieldgate';
/** What a token says of a login with a second factor. */
export const TWO_FACTORS = { acr: 'urn:fieldgate:two-factors', amr: ['pwd', 'otp'] };
/** Seconds of a login. */
export const LIFETIME = 3600;

export interface Signer {
  issuer: string;
  /** The private key, as JWK, with its `kid`. */
  key: JWK & { kid: string };
  /** @param jkt thumbprint of the key to which it is bound. @returns an access token of this person */
  sign(
    person: Pick<SamplePerson, 'id' | 'roles' | 'office'> & { subject?: string; oneFactor?: true },
    jkt?: string,
  ): Promise<string>;
}

/** @param url where the issuer is. @param now epoch milliseconds. @param audience the gateway that tokens are for */
export async function openSigner(url: string, now: () => number, audience = url): Promise<Signer> {
  const issuer = url + PEOPLE_PATH;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    issuer,
    key: { ...jwk, kid, use: 'sig', alg: 'ES256' },
    sign({ id, roles, office, subject = id, oneFactor }, jkt) {
      const at = Math.floor(now() / 1000);
      return new SignJWT({
        scope: SCOPE,
        auth_time: at,
        ...(!oneFactor && TWO_FACTORS),
        roles: [...roles],
        office,
        name: id,
        jti: randomUUID(),
        ...(jkt !== undefined && { cnf: { jkt } }),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(at)
        .setExpirationTime(at + LIFETIME)
        .sign(privateKey);
    },
  };
}

/** The gateway's setting for this issuer. @param programs the part that programs need to log people in */
export function settingFor(issuer: string, audience: string, programs: object = {}): string {
  return JSON.stringify({
    issuer,
    kind: 'at+jwt',
    audience,
    algorithm: 'ES256',
    scope: SCOPE,
    roles: 'roles',
    office: 'office',
    name: 'name',
    lifetime: LIFETIME,
    ...programs,
  });
}

/**
 * `POST /people/sign-in` with the id of a sample person and a DPoP proof, to whose key the token is bound.
 * @returns false for every other request
 */
export async function answerSignIn(
  { sign }: Signer,
  people: readonly SamplePerson[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'POST' || request.url !== '/sign-in') return false;
  // A page of another origin can't send such a body without a preflight.
  const isJson = request.headers['content-type'] === 'application/json';
  const person = isJson ? personOf(people, JSON.parse(await textOf(request))?.person) : undefined;
  const jkt = await keyProven(request.headers['dpop']);
  response.setHeader('cache-control', 'no-store');
  if (!person || jkt === null) {
    response.statusCode = person ? 400 : 404;
    response.end();
    return true;
  }
  response.setHeader('content-type', 'application/json');
  const token = { access_token: await sign(person, jkt), token_type: 'DPoP', expires_in: LIFETIME };
  response.end(JSON.stringify(token));
  return true;
}

/**
 * A server in front of the gateway may have another origin, so the path alone counts.
 * @returns the thumbprint of the key of a proof for a sign-in; `null` for any other text
 */
async function keyProven(proof: string | string[] | undefined): Promise<string | null> {
  try {
    const { payload, protectedHeader } = await jwtVerify(String(proof), EmbeddedJWK, {
      ...{ typ: 'dpop+jwt', algorithms: ['ES256'], maxTokenAge: 120 },
    });
    const path = new URL(String(payload['htu'])).pathname;
    if (payload['htm'] !== 'POST' || path !== `${PEOPLE_PATH}/sign-in` || !protectedHeader.jwk) return null;
    return await calculateJwkThumbprint(protectedHeader.jwk as JWK);
  } catch {
    return null;
  }
}

export const personOf = (people: readonly SamplePerson[], id: unknown) =>
  people.find((person) => person.id === id);

/** Maximum size of a body in bytes. */
const LIMIT = 1024;

/** @throws Error for a body that is too long */
export async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LIMIT) throw new Error('the body is too long');
  }
  return text;
}

/** The documents that the gateway reads from an issuer: its discovery document and its keys. */
export function answerKeys(
  { issuer, key }: Signer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { d: _, ...jwk } = key;
  const documents = new Map<string, object>([
    ['/.well-known/openid-configuration', { issuer, jwks_uri: `${issuer}/jwks` }],
    ['/jwks', { keys: [jwk] }],
  ]);
  const found = documents.get(request.url ?? '');
  response.statusCode = found ? 200 : 404;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(found ?? {}));
}
