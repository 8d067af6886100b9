import { texts } from './texts.ts';

/** The meaning of each fault of a proof (`attestation/invalid.ts`), for the person who holds it. */
const faults = {
  MALFORMED: 'This is not a proof, or some of its bytes were changed.',
  TYPE: 'It is another kind of token.',
  SIGNATURE: 'The gateway did not sign it.',
  DISCLOSURE: 'The details shown with it are not part of it.',
  CLAIM: 'It is from another issuer or for another programme, or it contains a claim that such a proof may not have.',
  EXPIRED: 'It has expired, or is not valid yet.',
  KEY_BINDING: 'Its holder binding is missing or not expected.',
  STATUS: 'The status list is not the one that the proof names.',
  REVOKED: 'It was revoked.',
};

/** Texts about a proof of eligibility: on the page that checks it, and in the command line. */
export const proofPage = {
  ...faults,
  eligible: 'Eligible when it was issued, and not ended before the date below',
  // Shown if no list covers a time after the issue.
  eligibleLately: 'Eligible when it was issued; what ended since then is in no list yet',
  // Shown if the status was not checked.
  eligibleOnce: 'Eligible when it was issued; whether it has ended since was not checked',
  unconfirmed: 'The proof does not confirm anything',
  checking: 'Checking …',
  programme: 'Programme',
  issued: 'Issued',
  validUntil: 'Valid until',
  recipient: 'Recipient',
  notShown: 'not shown',
  endsKnown: 'Ends are known up to',
  askFirst: 'Before you pay or act on it, ask the gateway: it tells what ended before today.',
  ask: 'Ask the gateway about this proof',
  asked: 'The gateway was asked. What ends today, it tells tomorrow.',
  checked: 'Checked',
  signature: 'signature by a key of the issuer',
  belongs: 'what is shown belongs to it',
  dates: 'kind, issuer and dates',
  list: 'the issuer’s list of ended proofs',
  notInPublic: 'The proof is for its recipient. It must not be quoted in public material.',
  invalid: (fault: string) => `Not valid: ${fault}`,
  unchecked: 'Could not be checked',
  unknown: 'The issuer gave no keys or no status, or this browser cannot check such a signature. Nothing is known about the proof; try again later, or in a newer browser.',
};

export const proofPageTexts = texts(proofPage, (language) => import(`./${language}/proof-page.ts`));
