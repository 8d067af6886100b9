/**
 * The one error type of the client. `code` is a code of the gateway's closed list, or one of the client's own
 * codes below. Branch on the code, never on the message. No message contains a field's value or a token.
 */

import type { ProblemBody } from '../../contract/common.ts';
import type { ApprovalRequest } from '../../contract/requests.ts';
import { defined } from '../../defined.ts';
import type { ProblemCode } from '../../errors.ts';
import type { Fork } from '../../witness/fork.ts';
import type { ReleaseAnswer } from './types.ts';

/**
 * `UNREACHABLE`: no answer, and nothing was done. `ANSWER_LOST`: a release was sent and its answer did not
 * arrive, so it may have been carried out and logged. `ANSWER_INVALID`: the answer violates the contract.
 * `ANSWER_REPLAYED`: a sealed answer is the gateway's, but to another request or of another time.
 * `TOKEN_REFUSED`: the token endpoint refused; `oauth` holds its error. `NO_ENCRYPTION_KEY`: the answer is
 * sealed and the connection has no `enc` key. `RECEIPT_INVALID`: a receipt is not signed by a writer that the
 * log certifies, or the log does not contain its entry. `PROOF_INVALID`: the proof of a verification is not
 * the gateway's, or differs from the answer. `APPROVAL_PENDING`: nothing was released; `filed` is the request
 * that was filed with the owners, and a later release that names its id collects the fields.
 */
export type ClientCode =
  | 'UNREACHABLE'
  | 'ANSWER_LOST'
  | 'ANSWER_INVALID'
  | 'ANSWER_REPLAYED'
  | 'TOKEN_REFUSED'
  | 'NO_ENCRYPTION_KEY'
  | 'RECEIPT_INVALID'
  | 'PROOF_INVALID'
  | 'APPROVAL_PENDING';

/** What lies in the way of an `UNREACHABLE`, by a word that is the same in each client; each with the codes of Node. */
const OBSTACLES = {
  NO_SUCH_HOST: /^(ENOTFOUND|EAI_)/,
  REFUSED: /^ECONNREFUSED$/,
  SILENT: /^(TIMEOUT|ETIMEDOUT|E(HOST|NET)UNREACH|UND_ERR_\w+_TIMEOUT)$/,
  UNKNOWN_AUTHORITY: /SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED/,
  NOT_VALID_NOW: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
  OTHER_HOST: /ALTNAME/,
  NO_TLS: /^(EPROTO|ERR_SSL_(WRONG_VERSION|PACKET))/,
  // Servers that got no client certificate end the connection, and not all of them say why.
  ENDED: /^ERR_SSL_.*ALERT|^ECONNRESET$|^UND_ERR_SOCKET$/,
};

export type Obstacle = keyof typeof OBSTACLES;

export interface FieldgateErrorInit extends Omit<ProblemBody, 'code' | 'status'> {
  status?: number | null;
  oauth?: string;
  /** Seconds to wait before a repeat, from the gateway. */
  retryAfter?: number;
  /** Intake only: the number of records acknowledged before this error. */
  acknowledged?: number;
  /** The request that was filed instead of a release. */
  filed?: ApprovalRequest;
  /** Two histories that the log has signed, as anyone can check offline: `fieldgate witness evidence`. */
  fork?: Fork;
  /** Scheme, host and port that gave no answer. */
  address?: string;
  obstacle?: Obstacle;
  /** Why there was none: `ECONNREFUSED`, `CERT_HAS_EXPIRED` … as Node has it, or `TIMEOUT`. */
  why?: string;
  cause?: unknown;
}

export class FieldgateError extends Error {
  readonly code: ProblemCode | ClientCode;
  /** HTTP status; `null` without an answer. */
  readonly status: number | null;
  readonly rule: string | undefined;
  /** Of a `CONFLICT` with a second person's word: the entry of the request that waits. */
  readonly waits: string | undefined;
  readonly reason: string | undefined;
  /** For inquiries to the gateway's operator. */
  readonly requestId: string | undefined;
  readonly errors: { path: string; message: string }[];
  readonly oauth: string | undefined;
  readonly retryAfter: number | undefined;
  readonly filed: ApprovalRequest | undefined;
  readonly address: string | undefined;
  readonly obstacle: Obstacle | undefined;
  readonly why: string | undefined;
  readonly fork: Fork | undefined;
  acknowledged: number | undefined;
  /** Of a release in several requests: what was answered before this error. */
  partial: ReleaseAnswer | undefined;

  constructor(code: ProblemCode | ClientCode, message: string, init: FieldgateErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'FieldgateError';
    this.code = code;
    this.status = init.status ?? null;
    this.rule = init.rule;
    this.waits = init.waits;
    this.reason = init.reason;
    this.requestId = init.requestId;
    this.errors = init.errors ?? [];
    this.oauth = init.oauth;
    this.retryAfter = init.retryAfter;
    this.filed = init.filed;
    this.acknowledged = init.acknowledged;
    this.address = init.address;
    this.obstacle = init.obstacle;
    this.why = init.why;
    this.fork = init.fork;
  }
}

/** @returns `null` unless the text is an absolute URL */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** @param url of the call. Of it the error names the origin alone: a path or a query may name a person */
export function unreachable(url: string, cause?: unknown): FieldgateError {
  const address = parseUrl(url)?.origin ?? '';
  const why = codesOf(cause).at(-1);
  const message = `The gateway at ${address} cannot be reached${why === undefined ? '' : ` (${why})`}`;
  const obstacle = obstacleIn(why, cause);
  return new FieldgateError('UNREACHABLE', message, { address, ...defined({ why, obstacle }), cause });
}

function obstacleIn(why: string | undefined, cause: unknown): Obstacle | undefined {
  const all = Object.entries(OBSTACLES) as [Obstacle, RegExp][];
  const [found] = all.find(([, codes]) => codes.test(why ?? '')) ?? [];
  return found ?? (codesOf(cause).some((code) => OBSTACLES.ENDED.test(code)) ? 'ENDED' : undefined);
}

/** Codes of an error and of its causes. Browsers give none. */
export function codesOf(failure: unknown): string[] {
  if (!(failure instanceof Error)) return [];
  const { code } = failure as { code?: unknown };
  const own = failure.name === 'TimeoutError' ? ['TIMEOUT'] : typeof code === 'string' ? [code] : [];
  return [...own, ...codesOf(failure.cause)];
}

/** Whether the token was refused because the agency lacks an action or a purpose. */
export function isNotGranted(error: unknown): boolean {
  return error instanceof FieldgateError && error.oauth === 'invalid_authorization_details';
}

/** An HTTP answer whose body has been read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Of a sealed answer: the request that was sent, as `askedOf` names it. */
  asked?: string;
}

/** The typed error for an answer that is not a success. */
export function errorOf(answer: Answer): FieldgateError {
  const requestId = answer.headers.get('x-request-id') ?? undefined;
  const retryAfter = retryAfterOf(answer.headers);
  const common = {
    status: answer.status,
    ...defined({ requestId, retryAfter }),
  };
  const problem = problemOf(answer);
  if (problem === null) {
    const message = `The answer has status ${answer.status} and is not a problem document`;
    return new FieldgateError('ANSWER_INVALID', message, common);
  }
  const message = problem.detail ?? problem.reason ?? problem.title ?? problem.code;
  return new FieldgateError(problem.code as ProblemCode, message, { ...problem, ...common });
}

/** @returns the problem document in the answer, or `null` if there is none. */
export function problemOf(answer: Answer): ProblemBody | null {
  const type = answer.headers.get('content-type') ?? '';
  const body = /^application\/(problem\+)?json/.test(type) ? parseObject(answer.text) : null;
  if (typeof body?.['code'] !== 'string') return null;
  // A firewall in front of the gateway can name no other type than JSON.
  const isTyped = type.startsWith('application/problem+json') || body['code'] === 'ADDRESS_BLOCKED';
  return isTyped ? (body as unknown as ProblemBody) : null;
}

/** @returns the JSON object in `text`, or `null` for anything else. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Seconds of a `Retry-After` header, in either of its two forms. */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
