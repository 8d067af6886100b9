/** A suite fixes every algorithm of a field ciphertext. Its id is part of the ciphertext and of the AAD. */
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

/** Exact lookup: a field with an unknown id can't be opened. A new suite is a new row. */
export const SUITES: ReadonlyMap<number, Suite> = new Map([
  [AES_256_GCM_HKDF_SHA256.id, AES_256_GCM_HKDF_SHA256],
]);
