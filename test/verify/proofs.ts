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

/** Whether a verifier accepts the attestation once the list shows what was revoked this month. */
export async function isGoodNow(world: World, attestation: string): Promise<boolean> {
  const claims = await shownBy(world, attestation);
  // Each look is later than the age of a list that this process may still hand out.
  const wait = untilNextMonth(world.now()) + 31_000 * ++looks;
  world.later(wait);
  const good = await passes(world, claims);
  world.later(-wait);
  return good;
}

let looks = 0;

/** Milliseconds until a list of the next month is served. */
export function untilNextMonth(now: number): number {
  const next = new Date(now);
  next.setUTCMonth(next.getUTCMonth() + 1, 1);
  next.setUTCHours(0, 1, 0, 0);
  return next.getTime() - now;
}

async function passes(world: World, claims: Shown): Promise<boolean> {
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
