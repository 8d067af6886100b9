import { hash } from 'node:crypto';

/** Digest of an officer whom an office names. Letters of other width or case and blanks make no other officer. */
export function officerDigest(agency: string, officer: string): string {
  const name = officer.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  return hash('sha256', JSON.stringify([agency, name]), 'base64url');
}
