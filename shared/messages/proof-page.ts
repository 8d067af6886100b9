import { texts } from './texts.ts';

/** The meaning of each fault of a proof (`attestation/invalid.ts`), for the person who holds it. */
const faults = {
  MALFORMED: 'This is not a proof, or some of its bytes were changed.',
  TYPE: 'It is another kind of token.',
  SIGNATURE: 'The gateway did not sign it.',
  DISCLOSURE: 'The details shown with it are not part of it.',
  CLAIM:
    'It is from another issuer or for another programme, or it contains a claim that such a proof may not have.',
  EXPIRED: 'It has expired, or is not valid yet.',
  KEY_BINDING: 'Its holder binding is missing or not expected.',
  STATUS: 'The status list is not the one that the proof names.',
  REVOKED: 'It was revoked.',
};

/** Texts about a proof of eligibility: on the page that checks it, and in the command line. */
export const proofPage = {
  ...faults,
  eligible: 'Eligible, and still so',
  // Shown if the status was not checked.
  eligibleOnce: 'Eligible when it was issued; the check did not cover a later revocation',
  unconfirmed: 'The proof does not confirm anything',
  checking: 'Checking …',
  programme: 'Programme',
  issued: 'Issued',
  validUntil: 'Valid until',
  recipient: 'Recipient',
  notShown: 'not shown',
  notRevoked: 'Not revoked as of',
  checked: 'Checked',
  signature: 'signature by a key of the issuer',
  belongs: 'what is shown belongs to it',
  dates: 'kind, issuer and dates',
  list: 'not revoked, by the issuer’s list',
  notInPublic: 'The proof is for its recipient. It must not be quoted in public material.',
  invalid: (fault: string) => `Not valid: ${fault}`,
  unchecked: 'Could not be checked',
  unknown:
    'The issuer gave no keys or no status, or this browser cannot check such a signature. Nothing is known about the proof; try again later, or in a newer browser.',
};

export const proofPageTexts = texts(proofPage, (language) => import(`./${language}/proof-page.ts`));
