/**
 * The closed list of error codes in answers of the gateway, each with its HTTP status and title. Codes are a
 * contract: they are never renamed, and tests assert them, never the wording.
 */
const PROBLEMS = {
  INVALID_REQUEST: [400, 'The request does not match the schema'],
  INVALID_JSON: [400, 'The body is not valid JSON'],
  SIGNATURE_INVALID: [400, 'The message signature is not valid'],
  TOKEN_INVALID: [401, 'The access token is missing or not valid'],
  DPOP_INVALID: [401, 'The DPoP proof is missing or not valid'],
  DPOP_REPLAYED: [401, 'The DPoP proof was used before'],
  PROHIBITED_PURPOSE: [403, 'This use is prohibited'],
  PURPOSE_UNKNOWN: [403, 'The policy knows no such purpose'],
  PURPOSE_NOT_FOR_ROLE: [403, 'This purpose is not open to the caller'],
  PURPOSE_ROUTE: [403, 'This purpose is served by another route'],
  ACTION_NOT_GRANTED: [403, 'The token does not grant this action'],
  ROLE_REQUIRED: [403, 'The caller lacks the role for this act'],
  AGENCY_SUSPENDED: [403, 'The agency is suspended'],
  AGENCY_FROZEN: [403, 'The agency is frozen'],
  OFFICER_FROZEN: [403, 'The officer is frozen'],
  PURPOSE_FROZEN: [403, 'The purpose is frozen'],
  CLASS_FROZEN: [403, 'A class of data that this request needs is frozen'],
  NOT_SUBJECT_OR_GUARDIAN: [403, 'Only the person or a guardian may inquire'],
  NO_SIGNATURE: [403, 'This act needs a message signature'],
  NO_CASE: [403, 'This purpose needs a case'],
  CASE_NOT_OPEN: [403, 'The case is not open to this officer'],
  NO_OFFICER: [403, 'This purpose needs a named officer'],
  NO_REASON: [403, 'This purpose needs a reason'],
  NO_INSTRUMENT: [403, 'This purpose needs a legal instrument'],
  NO_ACTIVITY: [403, 'This purpose needs a registered activity'],
  NO_APPROVAL: [403, 'This purpose needs an approval'],
  SECOND_OFFICER_REQUIRED: [403, 'This emergency access needs a second officer who has logged in'],
  BASIS_NOT_ALLOWED: [403, 'The purpose does not allow this lawful basis'],
  NO_IMMINENT_DANGER: [403, 'No imminent danger is attested'],
  BODY_UNLISTED: [403, 'This purpose is for designated bodies only'],
  REASON_NEEDS_REVIEW: [403, 'The stated reason needs a review by a person'],
  CALENDAR_ENDED: [403, 'The calendar of working days has ended'],
  TRAINING_EXPIRED: [403, 'The training record has expired'],
  VALIDITY_ENDED: [403, 'The period of validity has not begun or has ended'],
  NO_ENCRYPTION_KEY: [403, 'This answer is always sealed, and the agency has no encryption key'],
  BATCH_LIMIT: [403, 'The purpose allows fewer subjects'],
  BLANKET_CONSENT: [403, 'A consent is for one purpose, one recipient and fields by name'],
  APPROVER_IS_REQUESTER: [403, 'The approver must be another person'],
  PERSON_REQUIRED: [403, 'This act is for people who have logged in'],
  NOT_BUILT: [403, 'This part of the contract is not built yet'],
  REFUSED: [403, 'Refused'],
  OUT_OF_AREA: [403, 'The record lies outside the area of the caller'],
  TEXT_IDENTIFIES: [403, 'The text identifies the person it is about'],
  K_TOO_SMALL: [403, 'Too few people share this, or they were not counted'],
  FIELD_REFUSED: [403, 'A field was refused'],
  NOT_FOUND: [404, 'No such resource'],
  METHOD_NOT_ALLOWED: [405, 'The resource does not support this method'],
  CONFLICT: [409, 'The request conflicts with the present state'],
  DEPLOYMENT_NEEDED: [409, 'This change needs keys or grants that a deployment makes first'],
  VERSION_CONFLICT: [409, 'The sheet has another version than the request expects'],
  NOTICE_NOT_CURRENT: [409, 'The named notice is not the one in force for this purpose'],
  ASKED_AGAIN: [409, 'A new request after a refusal must wait'],
  MATCH_CONFLICT: [409, 'The match keys lead to different subjects'],
  TOO_LARGE: [413, 'The request is over a limit'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The media type is not supported'],
  RATE_LIMITED: [429, 'Too many requests'],
  BUDGET_SPENT: [429, 'The budget is spent'],
  INTERNAL: [500, 'The gateway failed; nothing was released'],
  LOG_UNAVAILABLE: [503, 'The log cannot be written; nothing was released'],
  KMS_UNAVAILABLE: [503, 'The key service cannot be reached; nothing was released'],
  STORE_UNAVAILABLE: [503, 'The store cannot be reached; nothing was released'],
  ISSUER_UNAVAILABLE: [503, 'The issuer of this token cannot be reached; nothing was released'],
  INTEGRITY_FAULT: [500, 'Stored data failed its integrity check; nothing was released'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES: readonly string[] = Object.keys(PROBLEMS);

/** A place in the input and its fault; never the value itself. */
export interface InputError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** A sentence for the caller. It must not repeat a submitted or stored value. */
  detail?: string;
  /** Id of the rule that caused the refusal, such as `A15.1`. */
  rule?: string;
  reason?: string;
  errors?: InputError[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one error type that apps turn into an RFC 9457 answer. Anything else becomes `INTERNAL`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    [this.status, this.title] = PROBLEMS[code];
    this.options = options;
  }
}

/**
 * INVALID_REQUEST about one place in the request.
 * @param path JSON Pointer. @param message the fault; it must not repeat a submitted value
 */
export function invalid(path: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}
