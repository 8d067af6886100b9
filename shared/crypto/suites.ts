/** A suite fixes every algorithm of a field ciphertext; its id stands in the ciphertext and in the AAD. */
export interface Suite {
  id: number;
  cipher: 'aes-256-gcm';
  keyBytes: number;
  nonceBytes: number;
  tagBytes: number;
  hash: 'sha256';
}

export const AES_256_GCM_HKDF_SHA256: Suite = {
  id: 1,
  cipher: 'aes-256-gcm',
  keyBytes: 32,
  nonceBytes: 12,
  tagBytes: 16,
  hash: 'sha256',
};

/** Exact look-up; an unknown id opens nothing. A further suite is a further row. */
export const SUITES: ReadonlyMap<number, Suite> = new Map([
  [AES_256_GCM_HKDF_SHA256.id, AES_256_GCM_HKDF_SHA256],
]);
