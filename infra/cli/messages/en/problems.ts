import type { ClientCode } from '../../../../shared/client/wire/errors.ts';
import type { ProblemCode } from '../../../../shared/errors.ts';

/** What a user of the command line does next, by code, if the message does not say all. */
export const hints = {
  INVALID_REQUEST: 'Correct the named places; the help of the command shows the forms.',
  INVALID_JSON: 'Check the file: it is not valid JSON.',
  SIGNATURE_INVALID: 'Check the signing key of the key file, and the clock of this machine.',
  TOKEN_INVALID: 'Did you log in at an earlier start of the gateway? Run fieldgate login again.',
  DPOP_INVALID: 'Check the clock of this machine.',
  DPOP_REPLAYED: 'Run the command again.',
  STEP_UP_REQUIRED: 'Log in again with fieldgate login --again, then run the command again.',
  PROHIBITED_PURPOSE: 'This use is prohibited for everyone. The attempt was logged and raised an alert.',
  PURPOSE_UNKNOWN: 'fieldgate whoami shows the purposes that are open to this agency.',
  PURPOSE_NOT_FOR_ROLE: 'fieldgate whoami shows the purposes that are open to this agency.',
  PURPOSE_ROUTE: 'This purpose is not served by a release.',
  ACTION_NOT_GRANTED: 'Another agency may do this: choose it with --as <client id>.',
  ROLE_REQUIRED:
    'Another agency or person may do this: choose them with --as <client id>, for the log audit-office, and fieldgate login.',
  AGENCY_SUSPENDED: 'Two stewards lift a suspension: fieldgate agency unsuspend.',
  AGENCY_FROZEN: 'The office that froze it lifts the freeze with a second person: fieldgate unfreeze.',
  OFFICER_FROZEN: 'The office that froze it lifts the freeze with a second person: fieldgate unfreeze.',
  PURPOSE_FROZEN: 'The office that froze it lifts the freeze with a second person: fieldgate unfreeze.',
  CLASS_FROZEN: 'The office that froze it lifts the freeze with a second person: fieldgate unfreeze.',
  NOT_SUBJECT_OR_GUARDIAN: 'Compare the document of the inquirer with the record.',
  NO_SIGNATURE: 'Sign the request: --signed.',
  NO_CASE: 'Name the case: --case <number>.',
  CASE_NOT_OPEN: 'fieldgate case list shows the cases of the office and who works on them.',
  NO_OFFICER: 'Log in with fieldgate login, or name the officer: --officer <name>.',
  NO_REASON: 'Give a reason: --reason <text>.',
  NO_INSTRUMENT: 'Name the legal instrument: --instrument <number>.',
  NO_ACTIVITY: 'Name the registered activity: --activity <number>.',
  NO_APPROVAL: 'Ask the owners: fieldgate request submit.',
  SECOND_OFFICER_REQUIRED:
    'A colleague runs release-second for you, and you give their ticket: --second. Reviews of earlier accesses make room.',
  TICKET_INVALID: 'The colleague makes another ticket, for just this officer, purpose and person.',
  NO_IMMINENT_DANGER: 'If there is an imminent danger, attest it: --imminent-danger.',
  BODY_UNLISTED: 'Only designated bodies may ask for this. The attempt raised an alert.',
  REASON_UNLISTED: 'fieldgate catalogue PURPOSE lists the reasons. Any other is weighed by a person.',
  REASON_NEEDS_REVIEW: 'A person of another department weighs it. Then ask again.',
  NO_CONTRACT: 'Two stewards enter the new contract: fieldgate agency change.',
  TRAINING_EXPIRED: 'Two stewards enter the new training date: fieldgate agency change.',
  BASIS_NOT_ALLOWED: 'Name a lawful basis that the purpose allows: --basis <name>.',
  NO_ENCRYPTION_KEY:
    'The agency registers an encryption key, and its private half is in the key file: "enc", or "hybrid" for a hybrid key.',
  BATCH_LIMIT: 'Request fewer people at a time.',
  BLANKET_CONSENT: 'Name one purpose, one recipient and each field.',
  NO_CONSENT:
    'Take the consent first: fieldgate consent give. fieldgate consent list shows what is on file, and what waits for a confirmation.',
  APPROVER_IS_REQUESTER: 'Another person has to do it: with --officer <name> of their own.',
  PERSON_REQUIRED: 'Log in first: fieldgate login.',
  REFUSED: 'The audit office can explain it by the log entry.',
  OUT_OF_AREA: 'An office of that area may do this.',
  TEXT_IDENTIFIES: 'Reword the text so that it does not identify the person.',
  K_TOO_SMALL: 'Ask for a wider group. A steward counts people with fieldgate keys cohorts.',
  CONFLICT: 'Read the present state, then decide again.',
  DEPLOYMENT_NEEDED: 'The operator deploys this policy first, then publish it again.',
  VERSION_CONFLICT: 'Read the present version, then write again.',
  NOTICE_NOT_CURRENT: 'fieldgate notice shows the notice in force.',
  MATCH_CONFLICT: 'Check the keys: they lead to different people.',
  TOO_LARGE: 'Send it in parts.',
  ADDRESS_BLOCKED: 'Call from another network, and tell the operator which address was refused.',
  RATE_LIMITED: 'fieldgate whoami shows the rest of the limits.',
  BUDGET_SPENT: 'fieldgate whoami shows the rest of the limits.',
  INTERNAL: 'Run the command again; report it with the request id if it fails again.',
  LOG_UNAVAILABLE: 'Run the command again later.',
  CLASS_UNAVAILABLE:
    'Name the other fields, or run the command again later. If it lasts, tell the operator of the gateway.',
  HELD_BY_OWNER: 'Name the other fields, or ask the department that has stopped the use of its data.',
  KMS_UNAVAILABLE: 'Run the command again later.',
  STORE_UNAVAILABLE: 'Run the command again later.',
  SIGNER_UNAVAILABLE: 'Run the command again later. The proof is valid without it.',
  ISSUER_UNAVAILABLE: 'Run the command again later.',
  MAINTENANCE: 'Run the command again later.',
  INTEGRITY_FAULT: 'Report it to the operator of the gateway with the request id.',
  UNREACHABLE: 'Is the gateway running? Start it with: npm start. Another address: --url <url>.',
  ANSWER_LOST: 'Check the log before repeating it: fieldgate log --as <auditor> --agency <client id>.',
  RECEIPT_INVALID: 'Keep the receipt, and report it to the operator of the gateway and an auditor.',
  PROOF_INVALID: 'Do not use the proof; ask the operator of the gateway.',
} satisfies Partial<Record<ProblemCode | ClientCode, string>>;

/** The client's own codes. `null`: its message, which names details, is in the language of this table. */
export const ownCodes: Record<ClientCode, string | null> = {
  UNREACHABLE: null,
  ANSWER_LOST: null,
  ANSWER_REPLAYED:
    'A kept answer to another request came: look at what lies between this machine and the gateway.',
  ANSWER_INVALID: null,
  TOKEN_REFUSED: null,
  NO_ENCRYPTION_KEY: null,
  RECEIPT_INVALID: null,
  PROOF_INVALID: null,
  APPROVAL_PENDING: null,
};

/** The meaning of the token endpoint's refusals. */
export const oauth = {
  actor: {
    what: 'The gateway does not accept the login of this person',
    hint: 'Log in again: fieldgate login. A local gateway forgets logins when it starts.',
  },
  invalid_authorization_details: {
    what: 'The gateway gives this agency no token for that',
    hint: 'fieldgate whoami shows its rights (with --purpose <code> for one that only verifies).',
  },
  invalid_client: {
    what: 'The gateway does not know this agency with this key',
    hint: 'Is the key file from an earlier start, or from another gateway? The agency may also be suspended.',
  },
};

/** What the client library says of a wrong use, by its English words; `{}` stands for a name. */
export const mistakes: readonly (readonly [english: string, translated: string])[] = [];
