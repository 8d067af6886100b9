/** Signs a request by the agency's registered key (RFC 9421), so that the gateway can show later who asked. */
import type { CryptoKey } from 'jose';

/** The agency's signing key, and the name under which it is registered. */
export interface Signer {
  key: CryptoKey;
  kid: string;
}

/**
 * @param request as it will be sent; `authorization` is the header's value, `body` its text or `null`.
 * @param created epoch seconds by the gateway's clock.
 * @returns `Content-Digest`, `Signature-Input` and `Signature`.
 */
export async function signRequest(
  { key, kid }: Signer,
  request: { method: string; url: URL; authorization: string; body: string | null },
  created: number,
): Promise<Record<string, string>> {
  const bytes = new TextEncoder().encode(request.body ?? '');
  const digest = `sha-256=:${base64(await crypto.subtle.digest('SHA-256', bytes))}:`;
  const edwards = key.algorithm.name === 'Ed25519';
  const alg = edwards ? 'ed25519' : 'ecdsa-p256-sha256';
  const parameters =
    '("@method" "@target-uri" "content-digest" "authorization")' +
    `;created=${created};keyid="${kid}";alg="${alg}"`;
  const base = [
    `"@method": ${request.method}`,
    `"@target-uri": ${request.url.href}`,
    `"content-digest": ${digest}`,
    `"authorization": ${request.authorization}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const how = edwards ? 'Ed25519' : { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(how, key as never, new TextEncoder().encode(base));
  return {
    'content-digest': digest,
    'signature-input': `fieldgate=${parameters}`,
    signature: `fieldgate=:${base64(signature)}:`,
  };
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
