import { getCiphers, getHashes } from 'node:crypto';

/**
 * A suite fixes every algorithm and every length that a sealed field, its data key, its manifest and its sheet depend on. Its id
 * is part of the ciphertext, and everything that is derived or authenticated covers it.
 */
export interface Suite {
  id: number;
  /** Of commitments and digests, which name their suite by it. That of suite 1 is empty, because it is older. */
  prefix: string;
  /**
   * AEAD; or encrypt-then-MAC with counter mode, whose tag is the HMAC of AAD, nonce and ciphertext under a key of its own and is
   * checked before anything is deciphered.
   */
  cipher: 'aes-256-gcm' | 'sm4-ctr';
  /** HMAC, HKDF and digests, each of 32 bytes. */
  hash: 'sha256' | 'sm3';
  /** Of the data key, as KMS makes it, and of the key of the cipher. */
  keyBytes: 16 | 32;
  nonceBytes: number;
  tagBytes: number;
}

export const AES_256_GCM_HKDF_SHA256: Suite = {
  id: 1,
  prefix: '',
  cipher: 'aes-256-gcm',
  hash: 'sha256',
  keyBytes: 32,
  nonceBytes: 12,
  tagBytes: 16,
};

export const SM4_CTR_HMAC_SM3: Suite = {
  id: 2,
  prefix: 's2.',
  cipher: 'sm4-ctr',
  hash: 'sm3',
  keyBytes: 16,
  nonceBytes: 16,
  tagBytes: 32,
};

/** A new suite is a new row; the id 3 is kept for SM4-GCM. */
export const SUITES: readonly Suite[] = [AES_256_GCM_HKDF_SHA256, SM4_CTR_HMAC_SM3];

/** Exact lookup: what names an unknown suite can't be opened. */
export const suiteNamed = (by: 'id' | 'prefix', name: unknown): Suite | undefined =>
  SUITES.find((suite) => suite[by] === name);

/**
 * The suite under which a function seals, by the setting `cryptography`. What was sealed under another one opens as before.
 * @throws Error for another word, and if this process lacks an algorithm: no other suite takes its place
 */
export function suiteFor(cryptography: string): Suite {
  const suite = SUITES[['standard', 'national'].indexOf(cryptography)];
  if (suite && getCiphers().includes(suite.cipher) && getHashes().includes(suite.hash)) return suite;
  throw new Error(`this Node can't seal by the cryptography "${cryptography}"`);
}
