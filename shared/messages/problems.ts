import type { ProblemCode } from '../errors.ts';
import type { Language } from '../languages.ts';
import { texts } from './texts.ts';

/** The title of each problem. It says what happened, in the caller's view. */
export const problems = {
  INVALID_REQUEST: 'The request does not match the schema',
  INVALID_JSON: 'The body is not valid JSON',
  SIGNATURE_INVALID: 'The message signature is not valid',
  TOKEN_INVALID: 'The access token is missing or not valid',
  DPOP_INVALID: 'The DPoP proof is missing or not valid',
  DPOP_REPLAYED: 'The DPoP proof was used before',
  STEP_UP_REQUIRED: 'This act needs a login of the last minutes, or with a second factor; nothing was done',
  PROHIBITED_PURPOSE: 'This use is prohibited',
  PURPOSE_UNKNOWN: 'The policy knows no such purpose',
  PURPOSE_NOT_FOR_ROLE: 'This purpose is not open to the caller',
  PURPOSE_ROUTE: 'This purpose is served by another route',
  ACTION_NOT_GRANTED: 'The token does not grant this action',
  ROLE_REQUIRED: 'The caller lacks the role for this act',
  AGENCY_SUSPENDED: 'The agency is suspended',
  AGENCY_FROZEN: 'The agency is frozen',
  OFFICER_FROZEN: 'The officer is frozen',
  PURPOSE_FROZEN: 'The purpose is frozen',
  CLASS_FROZEN: 'A class of data that this request needs is frozen',
  NOT_SUBJECT_OR_GUARDIAN: 'Only the person, or one who may act for it, may inquire',
  NO_SIGNATURE: 'This act needs a message signature',
  NO_CASE: 'This purpose needs a case',
  CASE_NOT_OPEN: 'The case is not open to this officer',
  NO_OFFICER: 'This purpose needs a named officer',
  NO_REASON: 'A reason is required',
  NO_INSTRUMENT: 'This purpose needs a legal instrument',
  NO_ACTIVITY: 'This purpose needs a registered activity',
  NO_APPROVAL: 'This purpose needs an approval',
  SECOND_OFFICER_REQUIRED: 'This emergency access needs a second officer who has logged in',
  TICKET_INVALID: 'This is no ticket of a second person that holds here',
  BASIS_NOT_ALLOWED: 'The purpose does not allow this lawful basis',
  NO_IMMINENT_DANGER: 'No imminent danger is attested',
  BODY_UNLISTED: 'This purpose is for designated bodies only',
  REASON_NEEDS_REVIEW: 'The stated reason needs a review by a person',
  REASON_UNLISTED: 'The purpose does not list the stated reason',
  TRAINING_EXPIRED: 'The training record has expired',
  NO_CONTRACT: 'No contract is in force',
  VALIDITY_ENDED: 'The period of validity has not begun or has ended',
  NO_ENCRYPTION_KEY: 'This answer is always sealed, and the agency has no encryption key',
  BATCH_LIMIT: 'The purpose allows fewer subjects',
  BLANKET_CONSENT: 'A consent is for one purpose, one recipient and fields by name',
  NO_CONSENT: 'No consent to this use stands',
  APPROVER_IS_REQUESTER: 'The approver must be another person',
  PERSON_REQUIRED: 'This act is for people who have logged in',
  NOT_BUILT: 'This part of the contract is not built yet',
  REFUSED: 'Refused',
  OUT_OF_AREA: 'The record lies outside the area of the caller',
  TEXT_IDENTIFIES: 'The text identifies the person it is about',
  K_TOO_SMALL: 'Too few people share this, or they were not counted',
  FIELD_REFUSED: 'A field was refused',
  NOT_FOUND: 'No such resource',
  METHOD_NOT_ALLOWED: 'The resource does not support this method',
  CONFLICT: 'The request conflicts with the present state',
  DEPLOYMENT_NEEDED: 'This change needs keys or grants that a deployment makes first',
  VERSION_CONFLICT: 'The sheet has another version than the request expects',
  NOTICE_NOT_CURRENT: 'The named notice is not the one in force for this purpose',
  ASKED_AGAIN: 'A new request after a refusal must wait',
  MATCH_CONFLICT: 'The match keys lead to different subjects',
  TOO_LARGE: 'The request is over a limit',
  UNSUPPORTED_MEDIA_TYPE: 'The media type is not supported',
  ADDRESS_BLOCKED: 'The network address is blocked',
  RATE_LIMITED: 'Too many requests',
  BUDGET_SPENT: 'The budget is spent',
  INTERNAL: 'The gateway failed; nothing was released',
  LOG_UNAVAILABLE: 'The log cannot be written; nothing was released',
  CLASS_UNAVAILABLE:
    'A class of data that this request needs cannot be opened at present; nothing was released',
  HELD_BY_OWNER:
    'The department that has the keys of data that this request needs lets nothing be opened; nothing was released',
  KMS_UNAVAILABLE: 'The key service cannot be reached; nothing was released',
  STORE_UNAVAILABLE: 'The store cannot be reached; nothing was released',
  SIGNER_UNAVAILABLE: 'The service of the second signature gave none for this proof',
  ISSUER_UNAVAILABLE: 'The issuer of this token cannot be reached; nothing was released',
  MAINTENANCE: 'The gateway is closed for maintenance; nothing was released',
  INTEGRITY_FAULT: 'Stored data failed its integrity check; nothing was released',
} as const satisfies Record<ProblemCode, string>;

/** What a caller can do about each code. */
export const remedies = {
  INVALID_REQUEST:
    'The body, a parameter or a header is not as the contract says. `errors` names each place and what is wrong with it.',
  INVALID_JSON: 'Send one JSON value in UTF-8. No member may occur twice.',
  SIGNATURE_INVALID:
    'Sign the request again (RFC 9421) with a key that is registered for the agency; the signature covers method, address and body.',
  TOKEN_INVALID: 'Get a new token at /oauth/token and send it with a proof. A person logs in again.',
  DPOP_INVALID:
    'Make a new DPoP proof for this method and this address, with the key that the token is bound to and a correct clock.',
  DPOP_REPLAYED:
    'Each request needs a proof of its own. If you did not send this request twice, tell the security officer.',
  STEP_UP_REQUIRED:
    'The person logs in again (`prompt=login`) and the same request is sent with the new token, under the same `Idempotency-Key` if it had one. `maxAge` says how many seconds a login may be old. If the reason is `SECOND_FACTOR`, the login is asked for with the `acr_values` of `WWW-Authenticate`.',
  PROHIBITED_PURPOSE:
    'The law prohibits this use for everyone. The attempt is on record, and a second one within a day stops the agency.',
  PURPOSE_UNKNOWN: 'GET /v1/catalogue lists the purposes that are open to you.',
  PURPOSE_NOT_FOR_ROLE:
    'Choose a purpose that the agency is registered for. A new one is registered by two stewards.',
  PURPOSE_ROUTE: 'Send the request to the route that serves this purpose; the reference names it.',
  ACTION_NOT_GRANTED:
    'Get a token whose authorization_details name the action in `detail`. The agency must be registered for it.',
  ROLE_REQUIRED: 'The act is for another role. Ask a colleague who has it, or have the role registered.',
  AGENCY_SUSPENDED:
    '`detail` says who suspended the agency and what still works. Two stewards lift the suspension.',
  AGENCY_FROZEN: 'A freeze stops the releases of the agency. Ask the office that ordered it.',
  OFFICER_FROZEN: 'A freeze stops the releases of this officer. Ask the office that ordered it.',
  PURPOSE_FROZEN: 'A freeze stops this purpose for every agency. Ask the office that ordered it.',
  CLASS_FROZEN: 'A freeze stops a class of data. Ask for the other fields, or wait until it is lifted.',
  NOT_SUBJECT_OR_GUARDIAN:
    'Only the person, or a giver of consents whom the record names, may inquire. Any other person needs another purpose.',
  NO_SIGNATURE: 'Sign the request with a registered key (RFC 9421).',
  NO_CASE: 'Name the case for which the data is needed, in the token or in `context`.',
  CASE_NOT_OPEN:
    'The case must be open, about this person, and assigned to the officer. A supervisor assigns it.',
  NO_OFFICER: 'Name the officer, in the token or in `context`.',
  NO_REASON: 'Say in `context` why the data is needed.',
  NO_INSTRUMENT: 'Name the legal instrument in `context`, as the purpose demands.',
  NO_ACTIVITY: 'Name a registered activity that has not ended. A steward registers activities.',
  NO_APPROVAL: 'File a request at POST /v1/requests, and release with it once its owners approved it.',
  SECOND_OFFICER_REQUIRED:
    'A second officer of the agency logs in and makes a ticket for you, the purpose and the person: POST /v1/releases/seconds.',
  TICKET_INVALID:
    'A ticket serves once, for a short time, and for the first person, purpose and person that it names. The colleague makes another one; an access token is never a ticket.',
  BASIS_NOT_ALLOWED: 'Name a lawful basis that the purpose allows; GET /v1/catalogue lists them.',
  NO_IMMINENT_DANGER:
    'This access is for imminent danger, which the officer attests. Without danger, use another purpose.',
  BODY_UNLISTED:
    'The purpose is for bodies that the authorities designated. Ask the steward whether your body is one.',
  REASON_NEEDS_REVIEW:
    'The words of the reason point at a prohibited use. State the task itself; a person may weigh the reason.',
  REASON_UNLISTED:
    'Begin the reason with one that GET /v1/catalogue lists for the purpose, or wait until a person has weighed it.',
  TRAINING_EXPIRED: 'The training of the agency has expired. Two stewards register the new record.',
  NO_CONTRACT:
    'The pack demands a contract of this kind of agency, and none is in force. Two stewards register the new one.',
  VALIDITY_ENDED:
    'Something that the request rests on has not begun or has ended: a registration, an activity, a case, an approval. Have it renewed.',
  NO_ENCRYPTION_KEY: 'Register a P-256 key with "use": "enc"; the answer is sealed to it.',
  BATCH_LIMIT: 'Send fewer people in a request; GET /v1/catalogue has the limit of the purpose.',
  BLANKET_CONSENT: 'Name one purpose, one recipient and each field. A consent for everything is none.',
  NO_CONSENT:
    'File the consent that `detail` describes at POST /v1/consents, then make the code. One that waits must be confirmed first.',
  APPROVER_IS_REQUESTER:
    'A second person decides: another one, logged in, and of another line if the act demands it.',
  PERSON_REQUIRED: 'Log in as a person. A machine key can’t do this act.',
  NOT_BUILT: 'This gateway does not offer the route yet.',
  REFUSED:
    'The answer gives no reason, because a reason could reveal something about a person. The owner departments may ask the auditor.',
  OUT_OF_AREA: 'The office that covers the area of the record does this act.',
  TEXT_IDENTIFIES: 'Remove from the text what leads to the person, and check it again.',
  K_TOO_SMALL: 'Ask for a larger area or group, or run the count first as `detail` says.',
  FIELD_REFUSED:
    '`errors` names each field that this office may not write, or whose value has the wrong form.',
  NOT_FOUND: 'There is no such thing, or none that the caller may see. Check the address and the number.',
  METHOD_NOT_ALLOWED: 'Use a method of the `Allow` header.',
  CONFLICT: 'Read the present state, and decide again. If `detail` says so, send the same request again.',
  DEPLOYMENT_NEEDED: 'The operator deploys the stack with this pack first; then it can be published.',
  VERSION_CONFLICT:
    'Another writer changed the sheet. Read its version again, and send the change for that one.',
  NOTICE_NOT_CURRENT: 'Read the notice in force (GET /v1/notices) to the person, and send its hash.',
  ASKED_AGAIN: '`detail` says how many days are left after the refusal.',
  MATCH_CONFLICT:
    'The keys of the record belong to several people. Check them; two records of one person are merged first.',
  TOO_LARGE: 'Send it in parts. `detail` names the limit.',
  UNSUPPORTED_MEDIA_TYPE: 'Send one of the media types in `detail`, in UTF-8 and not compressed.',
  ADDRESS_BLOCKED:
    'The network address is on a list of known attackers. Call from another one, and tell the operator the address that your office calls from.',
  RATE_LIMITED: 'Wait for the seconds of `Retry-After`.',
  BUDGET_SPENT:
    'The number of people for this day or case is spent. GET /v1/whoami shows what is left and when it begins again.',
  INTERNAL: 'Send the same request again. If it fails again, give the operator the requestId.',
  LOG_UNAVAILABLE: 'Without a log nothing is released. Send the same request again after `Retry-After`.',
  CLASS_UNAVAILABLE:
    'The key of a class of data opens nothing at present, for anyone. Ask for the other fields, or again later. If it lasts, tell the operator of the gateway.',
  HELD_BY_OWNER:
    'A department has stopped the use of its data for this purpose, or of a class, by its own keys, for every person alike. Ask for the other fields, or ask the department.',
  KMS_UNAVAILABLE: 'Send the same request again after `Retry-After`.',
  STORE_UNAVAILABLE: 'Send the same request again after `Retry-After`.',
  SIGNER_UNAVAILABLE:
    'The proof is valid without the second signature. Send the same request again after `Retry-After`.',
  ISSUER_UNAVAILABLE:
    'The issuer of the login does not answer. Send the same request again after `Retry-After`.',
  MAINTENANCE: 'An operator has closed the gateway. Send the same request again after `Retry-After`.',
  INTEGRITY_FAULT:
    'Stored data differs from what was written. Tell the operator at once, with the requestId; nothing was released.',
} as const satisfies Record<ProblemCode, string>;

const load = (language: Language) => import(`./${language}/problems.ts`);
// The first export of the file, by name.
export const problemsTexts = texts(problems, load);
// Few functions say them; the others' bundles leave them out.
export const remediesTexts = /* @__PURE__ */ texts(remedies, async (language) => ({
  remedies: (await load(language)).remedies,
}));
