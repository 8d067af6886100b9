/** Checks the signature that an office made for a request, long after: from the entry alone. */

import { decodeJwt, importJWK, type JWK } from 'jose';
import type { Json } from './wire/types.ts';

export interface EvidenceReport {
  /** `none`: the request was not signed. `forgotten`: it was, and what proves it was forgotten on purpose. */
  evidence: 'valid' | 'broken' | 'none' | 'forgotten';
  /** The registered name of the key, and what was signed, line by line. */
  keyid?: string;
  signed?: string[];
}

/**
 * @param entry as `GET /v1/log/entries/{id}` gives it.
 * @returns `valid` when the key made the signature over this base, and the token in it was the same office's as
 * the entry's handler. That the entry commits to this evidence is the gateway's check (`mismatched`).
 */
export async function checkEvidence(entry: Readonly<Record<string, Json>>): Promise<EvidenceReport> {
  const handler = entry.handler as { agency?: string; evidence?: string } | undefined;
  const list = (name: string) => (Array.isArray(entry[name]) ? (entry[name] as Json[]) : []);
  if (handler?.evidence !== 'signed') return { evidence: 'none' };
  if (list('forgotten').includes('evidence')) return { evidence: 'forgotten' };
  const { keyid, base, signature, key } = (entry.evidence ?? {}) as Record<string, unknown>;
  const broken = { evidence: 'broken' } as const;
  if (typeof keyid !== 'string' || typeof base !== 'string' || typeof signature !== 'string') return broken;
  if (list('mismatched').includes('evidence')) return broken;
  const report = { keyid, signed: base.split('\n') };
  const valid = (await isSigned(key as JWK, base, signature)) && officeOf(base) === handler.agency;
  return { evidence: valid ? 'valid' : 'broken', ...report };
}

/** The algorithm of RFC 9421 that a kind of key has, as JOSE and Web Crypto call it. */
const KINDS = new Map<unknown, [jose: string, how: string | object]>([
  ['EC', ['ES256', { name: 'ECDSA', hash: 'SHA-256' }]],
  ['OKP', ['Ed25519', 'Ed25519']],
  ['RSA', ['PS512', { name: 'RSA-PSS', saltLength: 64 }]],
]);

async function isSigned({ kty, crv, x, y, n, e }: JWK, base: string, signature: string): Promise<boolean> {
  try {
    const [algorithm, how] = KINDS.get(kty) ?? ['', ''];
    const key = await importJWK({ kty, crv, x, y, n, e } as JWK, algorithm);
    const bytes = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
    return await crypto.subtle.verify(how as never, key as never, bytes, new TextEncoder().encode(base));
  } catch {
    return false;
  }
}

/** Whose token the signed Authorization line holds. */
function officeOf(base: string): unknown {
  const token = /^"authorization": DPoP ([\w.-]+)$/m.exec(base)?.[1];
  try {
    return token === undefined ? undefined : decodeJwt(token).client_id;
  } catch {
    return undefined;
  }
}
