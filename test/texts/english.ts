/** English words that may stand in a Chinese text: protocols, formats and names of members. */
const NAMES = new Set(
  [
    'JSON UTF ASCII HTTP URL RFC SHA DPoP KMS OAuth OpenID Connect JWK JWKs JWKS RSA P Ed25519 ECDH ES C2SP S1',
    'Fieldgate API Accept Language Idempotency Key Retry After nonce scope client assertion actor token type',
    'client_assertion client_assertion_type actor_token actor_token_type authorization_details fieldgate officer',
    'private_key_jwt client_credentials grant ref match code jwks jwksUri kid alg use sig enc from until',
    'subjects ticket consent purpose agency facts fields base64url id policy check cohorts requestId release verify',
    'casework steward audit text html csv vkey tlog checkpoint tiles signed note method KB MB IAM POST GET x',
    'jwt intake keys pack https UTC Nonce CSV application problem json oauth message ndjson MALFORMED Schema',
  ]
    .join(' ')
    .split(/\s+/),
);

/** The English words of a text, apart from names, codes, addresses, and what stands in quotation marks or backticks. */
export function englishIn(text: string): string[] {
  const bare = text
    .replaceAll(/`[^`]*`|"[^"]*"/g, ' ')
    .replaceAll(/\/[\w./{}:*-]+/g, ' ')
    .replaceAll(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g, ' ');
  return (bare.match(/[A-Za-z][\w]*/g) ?? []).filter((word) => !NAMES.has(word));
}
