/** What an agency signs with its registered key: requests as a whole, and assertions of who it is. */
import type * as oauth from 'oauth4webapi';

/** A key that its keeper uses. `sign` gives r and s of ECDSA with P-256 and SHA-256, 32 bytes each. */
export interface KeptKey {
  kid: string;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** The agency's signing key and its registered name. */
export interface Signer extends KeptKey {
  alg: 'ES256' | 'Ed25519';
}

/**
 * Signs a request (RFC 9421), so that the gateway can later prove who made it.
 * @param request in its final form; `authorization` is the header's value, `body` its text or `null`.
 * @param created epoch seconds by the gateway's clock.
 * @returns `Content-Digest`, `Signature-Input` and `Signature`.
 */
export async function signRequest(
  { kid, alg, sign }: Signer,
  request: { method: string; url: URL; authorization: string; body: string | null },
  created: number,
): Promise<Record<string, string>> {
  const digest = `sha-256=:${base64(await crypto.subtle.digest('SHA-256', utf8(request.body ?? '')))}:`;
  const parameters =
    '("@method" "@target-uri" "content-digest" "authorization")' +
    `;created=${created};keyid="${kid}";alg="${alg === 'Ed25519' ? 'ed25519' : 'ecdsa-p256-sha256'}"`;
  const base = [
    `"@method": ${request.method}`,
    `"@target-uri": ${request.url.href}`,
    `"content-digest": ${digest}`,
    `"authorization": ${request.authorization}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  return {
    'content-digest': digest,
    'signature-input': `fieldgate=${parameters}`,
    signature: `fieldgate=:${base64(await sign(utf8(base)))}:`,
  };
}

function base64(bytes: ArrayBuffer | Uint8Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

/** Authentication of the client by an assertion (RFC 7523) that the keeper of the key signs. */
export function assertedBy({ kid, sign }: Signer, skew: number): oauth.ClientAuth {
  return async (as, { client_id: id }, body) => {
    const now = Math.floor(Date.now() / 1000) + skew;
    const claims = { iss: id, sub: id, aud: as.issuer, jti: crypto.randomUUID(), iat: now, exp: now + 60 };
    const text = [{ alg: 'ES256', kid }, claims].map((part) => url64(utf8(JSON.stringify(part)))).join('.');
    body.set('client_id', id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', `${text}.${url64(await sign(utf8(text)))}`);
  };
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const url64 = (bytes: Uint8Array) =>
  base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
