import { texts } from './texts.ts';
/** Codes of the client: what no answer of the gateway says. */
export const clientCodes = {
  UNREACHABLE: 'No answer came, and nothing was done. `obstacle` says what lies in the way. Send it again later.',
  ANSWER_LOST: 'A release was sent and its answer did not arrive. It may have been carried out: look in the log before you send it again.',
  ANSWER_INVALID: 'The answer violates the contract, or a sealed one is not the gateway’s. Compare the address, and report it.',
  ANSWER_REPLAYED: 'A sealed answer is the gateway’s, but to another request or of another time. Report it, and send the request again.',
  TOKEN_REFUSED: 'The token endpoint refused; `oauth` holds its error.',
  NO_ENCRYPTION_KEY: 'The answer is sealed, and the connection has no key that opens it: `enc`, or `hybrid` once that is registered.',
  RECEIPT_INVALID: 'No writer of this log signed the receipt, or the log does not contain its entry. Keep both, and tell the audit office.',
  PROOF_INVALID: 'The proof of a verification is not from this gateway for this agency, or differs from the answer. Do not act on it.',
  APPROVAL_PENDING: 'Nothing was released: the owners have been asked. `filed` is the request; a release that names it collects the fields.',
};

export const clientCodesTexts = texts(clientCodes, (language) => import(`./${language}/client-codes.ts`));
