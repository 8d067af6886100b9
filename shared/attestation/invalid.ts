/** Why something is not accepted, as far as its holder is told. */
export type Fault =
  /** Not what it claims to be: encoding, JSON, length, a member twice. */
  | 'MALFORMED'
  /** Another kind of token. */
  | 'TYPE'
  /** Not signed by the issuer's key. */
  | 'SIGNATURE'
  /** A disclosure that is not committed to, stands twice, or says what it may not. */
  | 'DISCLOSURE'
  /** A claim that is missing, unknown, or not what was expected. */
  | 'CLAIM'
  /** Not valid yet, or no more. */
  | 'EXPIRED'
  /** Nobody proves to be its holder, or somebody does who was not asked to. */
  | 'KEY_BINDING'
  /** The status list is not the one named, or not valid itself. */
  | 'STATUS'
  | 'REVOKED';

/** The one error of this folder. */
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
