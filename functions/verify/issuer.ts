import type { KeyObject } from 'node:crypto';
import { encode, type Jwk, signingInput } from '../../shared/attestation/jwt.ts';
import { deflate, STATUS_TYPE, setBits } from '../../shared/attestation/status-list.ts';
import { toBase64url } from '../../shared/bytes.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { perClient } from '../../shared/keys/kms.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { publicKeysOf, signingKey, signUnder } from '../../shared/keys/signing-keys.ts';
import { isUnused, statusUri } from '../../shared/records/casework/statuses.ts';
import type { VerifyDeps } from './deps.ts';
import { monthOf, PLACES, shownRevoked } from './revocations.ts';

/** The signer of attestations and status lists: a key id and a KMS Sign. */
export async function signerOf({ kms, env }: VerifyDeps) {
  const jwk = jwkOf(await publicKeyOf(kms, signingKey(env.attestationKey)));
  const sign = (message: Uint8Array) => signUnder(kms, env.attestationKey, 'ECDSA_SHA_256', message);
  return { kid: jwk['kid'] as string, sign };
}

/** The issuer metadata of SD-JWT VC, with the issuer's public keys. */
export async function issuerMetadata({
  env,
  kms,
}: VerifyDeps): Promise<{ issuer: string; jwks: { keys: Jwk[] } }> {
  const keys = await publicKeysOf(kms, env.attestationKey);
  return { issuer: env.publicUrl, jwks: { keys: keys.map(jwkOf) } };
}

function jwkOf(key: KeyObject): Jwk {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  const jwk = { kty, crv, x, y } as { [name: string]: Json };
  return { ...jwk, kid: thumbprintOf(jwk), use: 'sig', alg: 'ES256' };
}

/* The token status list. It is made, when it is requested, from the places that are revoked. */

/** Seconds for which a token is valid, longer than it may be cached. */
const LIFETIME = 86_400;
/** Milliseconds for which one process answers with the same token. */
const KEPT = 30_000;
/** Milliseconds for which it does so for a list of an earlier month without places: nothing can be revoked there. */
const KEPT_UNUSED = (LIFETIME / 2) * 1000;
const HOUR = 3_600_000;
/** The first month in which attestations were issued. */
const FIRST_LIST = '2025-01';

/** The list for attestations that are issued this month, or a further part of it. */
export function listOf(now: number, part = 1): string {
  const month = monthOf(now);
  return part === 1 ? month : `${month}-${part}`;
}

/** More than the lists of many years: a flood that asks for each of them costs few signatures. */
const LISTS = 200;
const kept = perClient<string>(LISTS);
const unused = perClient<boolean>(LISTS);

/**
 * @param age seconds for which it may be cached
 * @returns the signed token, or `null` for a list that cannot exist
 */
export async function statusToken(deps: VerifyDeps, list: string, age: number): Promise<string | null> {
  const now = deps.now();
  if (!/^\d{4}-(0[1-9]|1[0-2])(-[2-4])?$/.test(list)) return null;
  const month = list.slice(0, 7);
  if (month < FIRST_LIST || month > listOf(now)) return null;
  const period = (await isOver(deps, list, now)) ? KEPT_UNUSED : KEPT;
  const name = JSON.stringify([deps.env.statusTable, list, age, period, Math.floor(now / period)]);
  return kept(deps.kms, name, () => makeToken(deps, list, age, now));
}

/** Whether the list is of an earlier month and has no places. Clocks differ by less than an hour. */
async function isOver({ env, kms, tables }: VerifyDeps, list: string, now: number): Promise<boolean> {
  if (list.slice(0, 7) >= listOf(now - HOUR)) return false;
  const name = JSON.stringify([env.statusTable, list, Math.floor(now / HOUR)]);
  return unused(kms, name, () => isUnused(tables.status, list));
}

/** The list of the present month, which shows nothing yet; anyone may request it. */
let empty: Promise<string> | undefined;

function bitsOf(revoked: readonly number[]): Promise<string> {
  if (revoked.length > 0) return deflate(setBits(PLACES, revoked));
  empty ??= deflate(setBits(PLACES, []));
  return empty;
}

async function makeToken(deps: VerifyDeps, list: string, age: number, now: number): Promise<string> {
  const revoked = await shownRevoked(deps, list, now);
  const { kid, sign } = await signerOf(deps);
  const iat = Math.floor(now / 1000);
  const signed = signingInput(
    { alg: 'ES256', typ: STATUS_TYPE, kid },
    {
      sub: statusUri(deps.env.publicUrl, list),
      iss: deps.env.publicUrl,
      iat,
      exp: iat + LIFETIME,
      ttl: age,
      status_list: { bits: 1, lst: await bitsOf(revoked) },
    },
  );
  return `${signed}.${toBase64url(await sign(encode(signed)))}`;
}
