/** Attestations that are signed and faulty, and the verifier's refusals. */
import { sign } from 'node:crypto';
import { verifyEligibility } from '../../shared/attestation/eligibility.ts';
import type { Fault } from '../../shared/attestation/invalid.ts';
import { forgeJwt, HEADER, ISSUER, issuer, NOW, payloadOf, SHOWN } from './issuer.ts';

export const options = { issuer: ISSUER, keys: [issuer.jwk], now: NOW };
/** A row of these tests: name, how it is made, the reason of its refusal. */
export type Refused = [string, () => string | Promise<string>, Fault];

export async function faultOf(text: string, more: object = {}): Promise<Fault | null> {
  try {
    await verifyEligibility(text, { ...options, ...more });
    return null;
  } catch (error) {
    return (error as { fault: Fault }).fault ?? Promise.reject(error);
  }
}

export const join = (jwt: string, ...disclosures: string[]) => `${[jwt, ...disclosures].join('~')}~`;
export const forged = (change: Record<string, unknown>, shown = SHOWN, header: object = HEADER) =>
  join(forgeJwt(header, payloadOf(shown, change)), ...shown);

/** An attestation with further disclosures. */
export function hidden(...more: string[]): string {
  const base = more.some((one) => one.length > 0 && tryName(one) === 'outcome')
    ? SHOWN.filter((one) => nameOf(one) !== 'outcome')
    : SHOWN;
  return forged({}, [...base, ...more]);
}

export function rawJwt(header: string, payload: string): string {
  const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(text), { key: issuer.key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}~`;
}

export function nameOf(text: string): string {
  return JSON.parse(Buffer.from(text, 'base64url').toString())[1];
}
export function tryName(text: string): unknown {
  try {
    return nameOf(text);
  } catch {
    return null;
  }
}
export function salt(text: string): string {
  return JSON.parse(Buffer.from(text, 'base64url').toString())[0];
}
