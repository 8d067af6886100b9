/** What an attestation needs of the platform on which it is made or checked. */
export interface Platform {
  /** Unpadded base64url. */
  toBase64url(bytes: Uint8Array): string;
  /** @returns the bytes, or `null` if `text` is not their one canonical encoding. */
  fromBase64url(text: string): Uint8Array<ArrayBuffer> | null;
  /** @returns the digest of the UTF-8 of `text` in base64url */
  sha256(text: string): string | Promise<string>;
  /**
   * @returns whether the key made the signature; `false` also for a point that is not on the curve
   * @throws DOMException if the platform can't check such a signature
   */
  verify(
    key: PublicMembers,
    signature: Uint8Array<ArrayBuffer>,
    signed: Uint8Array<ArrayBuffer>,
  ): boolean | Promise<boolean>;
}

/** The members that define a public key of P-256 or Ed25519. */
export type PublicMembers =
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string }
  | { kty: 'OKP'; crv: 'Ed25519'; x: string };
