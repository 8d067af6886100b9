import type { Text } from './language.ts';

/** A refused request may be sent again once it is changed, once a person granted or lifted something, or later. */
type Retry = 'changed' | 'granted' | 'later';

/**
 * The closed list of error codes in answers of the gateway, each with its HTTP status, and when to send the request again;
 * without a word it never succeeds. Codes are a contract: they are never renamed, and tests assert them, never the wording.
 * `messages/problems.ts` says what each means and what to do.
 */
const CODES = {
  INVALID_REQUEST: [400, 'changed'],
  INVALID_JSON: [400, 'changed'],
  SIGNATURE_INVALID: [400, 'changed'],
  TOKEN_INVALID: [401, 'changed'],
  DPOP_INVALID: [401, 'changed'],
  DPOP_REPLAYED: [401, 'changed'],
  STEP_UP_REQUIRED: [401, 'changed'],
  PROHIBITED_PURPOSE: [403],
  PURPOSE_UNKNOWN: [403, 'changed'],
  PURPOSE_NOT_FOR_ROLE: [403, 'granted'],
  PURPOSE_ROUTE: [403, 'changed'],
  ACTION_NOT_GRANTED: [403, 'changed'],
  ROLE_REQUIRED: [403, 'granted'],
  AGENCY_SUSPENDED: [403, 'granted'],
  AGENCY_FROZEN: [403, 'granted'],
  OFFICER_FROZEN: [403, 'granted'],
  PURPOSE_FROZEN: [403, 'granted'],
  CLASS_FROZEN: [403, 'granted'],
  NOT_SUBJECT_OR_GUARDIAN: [403],
  NO_SIGNATURE: [403, 'changed'],
  NO_CASE: [403, 'changed'],
  CASE_NOT_OPEN: [403, 'granted'],
  NO_OFFICER: [403, 'changed'],
  NO_REASON: [403, 'changed'],
  NO_INSTRUMENT: [403, 'changed'],
  NO_ACTIVITY: [403, 'granted'],
  NO_APPROVAL: [403, 'granted'],
  SECOND_OFFICER_REQUIRED: [403, 'changed'],
  TICKET_INVALID: [403, 'changed'],
  BASIS_NOT_ALLOWED: [403, 'changed'],
  NO_IMMINENT_DANGER: [403, 'changed'],
  BODY_UNLISTED: [403],
  ADDRESS_BLOCKED: [403, 'granted'],
  REASON_NEEDS_REVIEW: [403, 'changed'],
  REASON_UNLISTED: [403, 'changed'],
  TRAINING_EXPIRED: [403, 'granted'],
  NO_CONTRACT: [403, 'granted'],
  VALIDITY_ENDED: [403, 'granted'],
  NO_ENCRYPTION_KEY: [403, 'granted'],
  BATCH_LIMIT: [403, 'changed'],
  BLANKET_CONSENT: [403, 'changed'],
  NO_CONSENT: [403, 'granted'],
  APPROVER_IS_REQUESTER: [403, 'changed'],
  PERSON_REQUIRED: [403, 'changed'],
  NOT_BUILT: [403],
  REFUSED: [403],
  OUT_OF_AREA: [403],
  TEXT_IDENTIFIES: [403, 'changed'],
  K_TOO_SMALL: [403, 'changed'],
  FIELD_REFUSED: [403, 'changed'],
  NOT_FOUND: [404, 'changed'],
  METHOD_NOT_ALLOWED: [405, 'changed'],
  CONFLICT: [409, 'changed'],
  DEPLOYMENT_NEEDED: [409, 'granted'],
  VERSION_CONFLICT: [409, 'changed'],
  NOTICE_NOT_CURRENT: [409, 'changed'],
  ASKED_AGAIN: [409, 'later'],
  MATCH_CONFLICT: [409, 'changed'],
  TOO_LARGE: [413, 'changed'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'changed'],
  RATE_LIMITED: [429, 'later'],
  BUDGET_SPENT: [429, 'later'],
  INTERNAL: [500, 'later'],
  LOG_UNAVAILABLE: [503, 'later'],
  KMS_UNAVAILABLE: [503, 'later'],
  CLASS_UNAVAILABLE: [503, 'later'],
  HELD_BY_OWNER: [503, 'later'],
  STORE_UNAVAILABLE: [503, 'later'],
  ISSUER_UNAVAILABLE: [503, 'later'],
  SIGNER_UNAVAILABLE: [503, 'later'],
  MAINTENANCE: [503, 'later'],
  INTEGRITY_FAULT: [500],
} as const satisfies Record<string, readonly [status: number, retry?: Retry]>;

export type ProblemCode = keyof typeof CODES;
export const PROBLEM_CODES = Object.keys(CODES) as readonly ProblemCode[];
export const statusOf = (code: ProblemCode): number => CODES[code][0];
export const retryOf = (code: ProblemCode): Retry | 'never' => CODES[code][1] ?? 'never';

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

type Closed = 'CLASS_UNAVAILABLE' | 'HELD_BY_OWNER';
/** Whether the code is of what KMS opens for no caller: a class, or what a department has of it. */
export const isClosed = (code: string | undefined): code is Closed =>
  code === 'CLASS_UNAVAILABLE' || code === 'HELD_BY_OWNER';
