/** Keys and proofs of the page (RFC 9449, RFC 7636). Private halves can't be exported. */

import type { HybridJwk } from '../../../../shared/client/wire/hybrid.ts';

export interface PageKey {
  privateKey: CryptoKey;
  jwk: JsonWebKey;
}

const text = (value: string) => new TextEncoder().encode(value);

export function base64url(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  const array = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return btoa(String.fromCharCode(...array))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

export function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

export async function newPageKey(): Promise<PageKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { privateKey: pair.privateKey, jwk: { kty, crv, x, y } as JsonWebKey };
}

/** What opens answers with values, and the public half, to which the gateway seals them. */
export interface AnswerKey {
  open(sealed: string): Promise<string>;
  jwk: HybridJwk;
}

/** A hybrid key: a copy of an answer that is recorded now stays closed in twenty years. */
export async function newAnswerKey(): Promise<AnswerKey> {
  const { newHybridKey, openHybrid, publicJwk } = await import('../../../../shared/client/wire/hybrid.ts');
  const key = await newHybridKey();
  return { jwk: publicJwk(key), open: (sealed) => openHybrid(key, sealed) };
}

export async function digest(value: string): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', text(value)));
}

/** @param url without query; @param token the access token that the proof goes with. */
export async function proofOf(
  { privateKey, jwk }: PageKey,
  method: string,
  url: string,
  { token, nonce, skew }: { token?: string | undefined; nonce?: string | undefined; skew: number },
): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
  const claims = {
    jti: randomText(),
    htm: method,
    htu: url,
    iat: Math.floor(Date.now() / 1000 + skew),
    ...(nonce !== undefined && { nonce }),
    ...(token !== undefined && { ath: await digest(token) }),
  };
  const signed = [header, claims].map((part) => base64url(text(JSON.stringify(part)))).join('.');
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, text(signed));
  return `${signed}.${base64url(signature)}`;
}
