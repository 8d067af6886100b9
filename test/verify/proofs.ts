/** A verifier's result for a proof, with the gateway's current keys and status list. */
import { expect } from 'vitest';
import { checkStatus, type Shown, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import type { Jwk } from '../../shared/attestation/jwt.ts';
import { verifyStatusToken } from '../../shared/attestation/status-list.ts';
import type { World } from './world.ts';

export async function shownBy(world: World, attestation: string): Promise<Shown> {
  const issuer = world.gateway.url;
  return verifyEligibility(attestation, { issuer, keys: await keysOf(world), now: world.now() });
}

/** Whether a verifier still accepts the attestation now. */
export async function isGoodNow(world: World, attestation: string): Promise<boolean> {
  // Beyond the age of a list that this process may still hand out.
  world.later(31_000);
  const claims = await shownBy(world, attestation);
  const { uri } = claims.status;
  const text = await (await fetch(uri)).text();
  const list = await verifyStatusToken(text, { uri, keys: await keysOf(world), now: world.now() });
  try {
    checkStatus(claims, list);
    return true;
  } catch (error) {
    expect(String(error)).toContain('REVOKED');
    return false;
  }
}

async function keysOf({ gateway }: World): Promise<Jwk[]> {
  const response = await fetch(`${gateway.url}/.well-known/jwt-vc-issuer`);
  return ((await response.json()) as { jwks: { keys: Jwk[] } }).jwks.keys;
}
