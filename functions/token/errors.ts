import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import type { Text } from '../../shared/language.ts';
import { problemsTexts } from '../../shared/messages/problems.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import { languageHeaders, sayTo } from '../http/language.ts';
import { countFault } from '../http/metrics.ts';
import { answering, reportFault, toProblem } from '../http/problem.ts';

/** Explains the errors of the token endpoint. */
const OAUTH_PAGE = '/docs/problems/oauth';

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

type OAuthErrorCode = keyof typeof ERRORS;

/** A refusal of the token endpoint. The description never repeats the input. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly description: Text;
  readonly headers: Record<string, string>;
  readonly status: (typeof ERRORS)[OAuthErrorCode] | 405 | 429;

  /** @param status HTTP status, if it is more specific than the OAuth code. */
  constructor(
    code: OAuthErrorCode,
    description: Text,
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
  const { wanted, base } = answering(c);
  for (const [name, value] of Object.entries(languageHeaders(wanted))) c.header(name, value);
  const english = description['en'] ?? '';
  // RFC 6749 allows no other characters than ASCII in a description, so another language has a member of its own.
  const message = sayTo(wanted, description);
  const body = { error: code, error_description: english, error_uri: `${base}${OAUTH_PAGE}` };
  return c.json(message === english ? body : { ...body, message }, status);
}

function toOAuthError(c: Context, thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown;
  const problem = thrown instanceof Problem ? thrown : toProblem(thrown);
  if (problem.code === 'RATE_LIMITED') {
    const { headers = {} } = problem.options;
    return new OAuthError('temporarily_unavailable', tokenTexts.tooMany, { headers, status: 429 });
  }
  // A refusal of the body reader (type, size, encoding) is a malformed request here.
  if (problem.status < 500) {
    return new OAuthError('invalid_request', problem.options.detail ?? problemsTexts[problem.code]);
  }
  reportFault({ requestId: c.get('requestId') }, problem);
  countFault(problem.code);
  const code = problem.status === 503 ? 'temporarily_unavailable' : 'server_error';
  return new OAuthError(code, tokenTexts.noToken);
}
