import type { ProblemCode } from '../errors.ts';
import { texts } from './texts.ts';

/** What a caller can do about each code. */
export const codes = {
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
    'The person logs in again (`prompt=login`) and the same request is sent with the new token, under the same `Idempotency-Key` if it had one. `maxAge` says how many seconds a login may be old.',
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
  SECOND_OFFICER_REQUIRED: 'A second officer of the agency logs in and lends their token to the request.',
  BASIS_NOT_ALLOWED: 'Name a lawful basis that the purpose allows; GET /v1/catalogue lists them.',
  NO_IMMINENT_DANGER:
    'This access is for imminent danger, which the officer attests. Without danger, use another purpose.',
  BODY_UNLISTED:
    'The purpose is for bodies that the authorities designated. Ask the steward whether your body is one.',
  REASON_NEEDS_REVIEW:
    'The words of the reason point at a prohibited use. State the task itself; a person may weigh the reason.',
  CALENDAR_ENDED: 'The policy has no working days for this time. A steward publishes the new calendar.',
  TRAINING_EXPIRED: 'The training of the agency has expired. Two stewards register the new record.',
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
  KMS_UNAVAILABLE: 'Send the same request again after `Retry-After`.',
  STORE_UNAVAILABLE: 'Send the same request again after `Retry-After`.',
  ISSUER_UNAVAILABLE:
    'The issuer of the login does not answer. Send the same request again after `Retry-After`.',
  INTEGRITY_FAULT:
    'Stored data differs from what was written. Tell the operator at once, with the requestId; nothing was released.',
} as const satisfies Record<ProblemCode, string>;

export const codesTexts = texts(codes, (language) => import(`./${language}/codes.ts`));
