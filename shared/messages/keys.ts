import { texts } from './texts.ts';
/** Texts about public keys that an agency registers. */
export const keys = {
  keyNoObject: 'a key is no object',
  kidMissing: 'a key has no kid of 1 to 128 characters',
  kidTwice: 'two keys have one kid',
  keyTwice: 'one key stands twice; signing and encryption need a key each',
  noSigningKey: 'no key has "use": "sig"',
  useMissing: 'every key says "use": "sig" or "enc"',
  algNoText: 'alg is no text',
  keyInvalid: 'a key is neither P-256, Ed25519, RSA nor X-Wing, is not valid, or holds a private part',
  algNotServed: 'a signing key names an algorithm that is not served',
  notEcdh: 'an encryption key is P-256 for ECDH-ES, or X-Wing',
  hybridStays: 'a hybrid key is replaced by a hybrid key; only two stewards take it away',
  keyCount: (most: number) => `keys must be a list of 1 to ${most} JWKs`,
};

export const keysTexts = texts(keys, (language) => import(`./${language}/keys.ts`));
