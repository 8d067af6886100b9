import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hex, of the canonical JSON (RFC 8785) of a compiled pack without its hash. */
export function hashOf(pack: object): string {
  const { hash: _, ...rest } = pack as { hash?: string };
  return createHash('sha256')
    .update(canonicalize(rest) ?? '')
    .digest('hex');
}
