import type { Text } from './language.ts';

/**
 * The closed list of error codes in answers of the gateway, each with its HTTP status. Codes are a contract: they
 * are never renamed, and tests assert them, never the wording. `messages/problems.ts` says what each means and what to do.
 */
const STATUS = {
  INVALID_REQUEST: 400,
  INVALID_JSON: 400,
  SIGNATURE_INVALID: 400,
  TOKEN_INVALID: 401,
  DPOP_INVALID: 401,
  DPOP_REPLAYED: 401,
  STEP_UP_REQUIRED: 401,
  PROHIBITED_PURPOSE: 403,
  PURPOSE_UNKNOWN: 403,
  PURPOSE_NOT_FOR_ROLE: 403,
  PURPOSE_ROUTE: 403,
  ACTION_NOT_GRANTED: 403,
  ROLE_REQUIRED: 403,
  AGENCY_SUSPENDED: 403,
  AGENCY_FROZEN: 403,
  OFFICER_FROZEN: 403,
  PURPOSE_FROZEN: 403,
  CLASS_FROZEN: 403,
  NOT_SUBJECT_OR_GUARDIAN: 403,
  NO_SIGNATURE: 403,
  NO_CASE: 403,
  CASE_NOT_OPEN: 403,
  NO_OFFICER: 403,
  NO_REASON: 403,
  NO_INSTRUMENT: 403,
  NO_ACTIVITY: 403,
  NO_APPROVAL: 403,
  SECOND_OFFICER_REQUIRED: 403,
  TICKET_INVALID: 403,
  BASIS_NOT_ALLOWED: 403,
  NO_IMMINENT_DANGER: 403,
  BODY_UNLISTED: 403,
  ADDRESS_BLOCKED: 403,
  REASON_NEEDS_REVIEW: 403,
  TRAINING_EXPIRED: 403,
  VALIDITY_ENDED: 403,
  NO_ENCRYPTION_KEY: 403,
  BATCH_LIMIT: 403,
  BLANKET_CONSENT: 403,
  NO_CONSENT: 403,
  APPROVER_IS_REQUESTER: 403,
  PERSON_REQUIRED: 403,
  NOT_BUILT: 403,
  REFUSED: 403,
  OUT_OF_AREA: 403,
  TEXT_IDENTIFIES: 403,
  K_TOO_SMALL: 403,
  FIELD_REFUSED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  DEPLOYMENT_NEEDED: 409,
  VERSION_CONFLICT: 409,
  NOTICE_NOT_CURRENT: 409,
  ASKED_AGAIN: 409,
  MATCH_CONFLICT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  BUDGET_SPENT: 429,
  INTERNAL: 500,
  LOG_UNAVAILABLE: 503,
  KMS_UNAVAILABLE: 503,
  CLASS_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  ISSUER_UNAVAILABLE: 503,
  MAINTENANCE: 503,
  INTEGRITY_FAULT: 500,
} as const satisfies Record<string, number>;

export type ProblemCode = keyof typeof STATUS;
export const PROBLEM_CODES = Object.keys(STATUS) as readonly ProblemCode[];
export const statusOf = (code: ProblemCode): number => STATUS[code];

/** A refused request that may be sent again once it is changed, once a person granted or lifted something, or later. */
type Retry = 'changed' | 'granted' | 'later';

/** When to send a refused request again; a code that is not listed never succeeds. Apart from the status, because few functions tell it. */
const RETRY: Partial<Record<ProblemCode, Retry>> = {
  INVALID_REQUEST: 'changed',
  INVALID_JSON: 'changed',
  SIGNATURE_INVALID: 'changed',
  TOKEN_INVALID: 'changed',
  DPOP_INVALID: 'changed',
  DPOP_REPLAYED: 'changed',
  STEP_UP_REQUIRED: 'changed',
  PURPOSE_UNKNOWN: 'changed',
  PURPOSE_NOT_FOR_ROLE: 'granted',
  PURPOSE_ROUTE: 'changed',
  ACTION_NOT_GRANTED: 'changed',
  ROLE_REQUIRED: 'granted',
  AGENCY_SUSPENDED: 'granted',
  AGENCY_FROZEN: 'granted',
  OFFICER_FROZEN: 'granted',
  PURPOSE_FROZEN: 'granted',
  CLASS_FROZEN: 'granted',
  NO_SIGNATURE: 'changed',
  NO_CASE: 'changed',
  CASE_NOT_OPEN: 'granted',
  NO_OFFICER: 'changed',
  NO_REASON: 'changed',
  NO_INSTRUMENT: 'changed',
  NO_ACTIVITY: 'granted',
  NO_APPROVAL: 'granted',
  SECOND_OFFICER_REQUIRED: 'changed',
  TICKET_INVALID: 'changed',
  BASIS_NOT_ALLOWED: 'changed',
  NO_IMMINENT_DANGER: 'changed',
  ADDRESS_BLOCKED: 'granted',
  REASON_NEEDS_REVIEW: 'changed',
  TRAINING_EXPIRED: 'granted',
  VALIDITY_ENDED: 'granted',
  NO_ENCRYPTION_KEY: 'granted',
  BATCH_LIMIT: 'changed',
  BLANKET_CONSENT: 'changed',
  NO_CONSENT: 'granted',
  APPROVER_IS_REQUESTER: 'changed',
  PERSON_REQUIRED: 'changed',
  TEXT_IDENTIFIES: 'changed',
  K_TOO_SMALL: 'changed',
  FIELD_REFUSED: 'changed',
  NOT_FOUND: 'changed',
  METHOD_NOT_ALLOWED: 'changed',
  CONFLICT: 'changed',
  DEPLOYMENT_NEEDED: 'granted',
  VERSION_CONFLICT: 'changed',
  NOTICE_NOT_CURRENT: 'changed',
  ASKED_AGAIN: 'later',
  MATCH_CONFLICT: 'changed',
  TOO_LARGE: 'changed',
  UNSUPPORTED_MEDIA_TYPE: 'changed',
  RATE_LIMITED: 'later',
  BUDGET_SPENT: 'later',
  INTERNAL: 'later',
  LOG_UNAVAILABLE: 'later',
  KMS_UNAVAILABLE: 'later',
  CLASS_UNAVAILABLE: 'later',
  STORE_UNAVAILABLE: 'later',
  ISSUER_UNAVAILABLE: 'later',
  MAINTENANCE: 'later',
};
export const retryOf = (code: ProblemCode): Retry | 'never' => RETRY[code] ?? 'never';

/** A place in the input and its fault; never the value itself. */
export interface InputError {
  path: string;
  message: Text;
}

export interface ProblemOptions {
  /** A sentence for the caller. It must not repeat a submitted or stored value. */
  detail?: Text;
  /** Id of the rule that caused the refusal, such as `A15.1`. */
  rule?: string;
  /** Why, in the languages of the pack. */
  reason?: Text;
  errors?: InputError[];
  /** Seconds that a person's login may be old for this act. */
  maxAge?: number;
  /** Of a second person's word: the entry that it named, and that of the request that waits. */
  seen?: string | undefined;
  waits?: string | undefined;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one error type that apps turn into an RFC 9457 answer. Anything else becomes `INTERNAL`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = statusOf(code);
    this.options = options;
  }
}

/**
 * INVALID_REQUEST about one place in the request.
 * @param path JSON Pointer. @param message the fault; it must not repeat a submitted value
 */
export function invalid(path: string, message: Text): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}
