/** The reasons for rejecting an attestation that its holder may learn. */
export type Fault =
  /** Not in the expected form: encoding, JSON, length, a repeated member. */
  | 'MALFORMED'
  /** Another kind of token. */
  | 'TYPE'
  /** Not signed by the issuer's key. */
  | 'SIGNATURE'
  /** A disclosure without a commitment, a repeated one, or one with a forbidden name. */
  | 'DISCLOSURE'
  /** A claim that is missing, unknown or unexpected. */
  | 'CLAIM'
  /** Not valid yet, or expired. */
  | 'EXPIRED'
  /** Key binding is missing although required, or present although not allowed. */
  | 'KEY_BINDING'
  /** The status list is not the named one, or is itself invalid. */
  | 'STATUS'
  | 'REVOKED';

/** The only error class of this folder. */
export class AttestationInvalid extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault);
    this.name = 'AttestationInvalid';
    this.fault = fault;
  }
}

export function reject(fault: Fault): never {
  throw new AttestationInvalid(fault);
}
