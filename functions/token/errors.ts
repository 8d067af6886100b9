import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import { reportFault, toProblem } from '../http/problem.ts';

/** The closed list of errors of RFC 6749, 9396 and 9449 that the token endpoint answers, each with its HTTP status. */
const ERRORS = {
  invalid_request: 400,
  invalid_client: 401,
  unauthorized_client: 400,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  invalid_authorization_details: 400,
  server_error: 500,
  temporarily_unavailable: 503,
} as const;

export type OAuthErrorCode = keyof typeof ERRORS;

/** A refusal of the token endpoint. The description never repeats the input. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly description: string;
  readonly headers: Record<string, string>;
  readonly status: (typeof ERRORS)[OAuthErrorCode] | 405 | 429;

  /** @param status HTTP status, if it is more specific than the OAuth code. */
  constructor(
    code: OAuthErrorCode,
    description: string,
    { headers = {}, status = ERRORS[code] }: Partial<Pick<OAuthError, 'headers' | 'status'>> = {},
  ) {
    super(code);
    this.name = 'OAuthError';
    this.code = code;
    this.description = description;
    this.headers = headers;
    this.status = status;
  }
}

/** Answers any thrown value as an RFC 6749 error. */
export function answerOAuthError(c: Context, thrown: unknown): Response {
  const { code, description, headers, status } = toOAuthError(c, thrown);
  c.header('pragma', 'no-cache');
  if (code === 'temporarily_unavailable') c.header('retry-after', '1');
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return c.json({ error: code, error_description: description }, status);
}

function toOAuthError(c: Context, thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown;
  const problem = thrown instanceof Problem ? thrown : toProblem(thrown);
  if (problem.code === 'RATE_LIMITED') {
    const { headers = {} } = problem.options;
    return new OAuthError('temporarily_unavailable', 'too many requests', { headers, status: 429 });
  }
  // A refusal of the body reader (type, size, encoding) is a malformed request here.
  if (problem.status < 500) {
    return new OAuthError('invalid_request', problem.options.detail ?? problem.title);
  }
  reportFault(c.get('requestId'), problem);
  const code = problem.status === 503 ? 'temporarily_unavailable' : 'server_error';
  return new OAuthError(code, 'no token was issued');
}
