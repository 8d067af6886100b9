import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';

/** Answers RFC 9457 problem details. Everything in them comes from our own code, never from the request. */
export function answerProblem(c: Context, problem: Problem): Response {
  const { detail, rule, reason, errors, headers } = problem.options;
  const body = {
    type: `urn:fieldgate:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: problem.title,
    status: problem.status,
    detail,
    code: problem.code,
    requestId: c.get('requestId'),
    rule,
    reason,
    errors,
  };
  return c.body(JSON.stringify(body), problem.status as 400, {
    ...challenge(problem),
    ...headers,
    'content-type': 'application/problem+json',
  });
}

/** Signature algorithms that clients may use, as challenges and metadata tell them. */
export const CLIENT_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256'] as const;

function challenge(problem: Problem): Record<string, string> {
  if (problem.status !== 401) return problem.status === 503 ? { 'retry-after': '1' } : {};
  const error = problem.code === 'TOKEN_INVALID' ? 'invalid_token' : 'invalid_dpop_proof';
  return { 'www-authenticate': `DPoP error="${error}", algs="${CLIENT_ALGORITHMS.join(' ')}"` };
}

/**
 * Any thrown thing as a problem: AWS SDK failures become the 503 of their service, the rest `INTERNAL`.
 * The cause stays with the problem for `reportFault`; it must not reach the answer.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const service = serviceOf(error);
  if (service === 'KMSServiceException') return new Problem('KMS_UNAVAILABLE', { cause: error });
  if (service !== null) return new Problem('STORE_UNAVAILABLE', { cause: error });
  return new Problem('INTERNAL', { cause: error });
}

const SERVICES = ['KMSServiceException', 'DynamoDBServiceException'];

/**
 * The service class of an AWS SDK error, found by name so that apps need not load both clients;
 * `'unknown'` for transport failures, which carry no service; `null` for everything else.
 */
function serviceOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = Object.getPrototypeOf(at)) {
    if (SERVICES.includes(at.constructor.name)) return at.constructor.name;
  }
  return error instanceof Error && '$metadata' in error ? 'unknown' : null;
}

/** Writes one line about a fault: names and code places only, because messages may hold values. */
export function reportFault(requestId: string, problem: Problem): void {
  const { cause } = problem.options;
  const error = cause instanceof Error ? cause : problem;
  const at = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  console.error(JSON.stringify({ requestId, code: problem.code, error: error.name, at: at.slice(0, 8) }));
}
