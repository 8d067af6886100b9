import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'hono';
import { isClosed, Problem, type ProblemCode } from '../../shared/errors.ts';
import { problemsTexts } from '../../shared/messages/problems.ts';
import { languageHeaders, sayTo, wantedBy } from './language.ts';

/** What the words of a problem depend on. */
export interface Answering {
  requestId: string;
  /** Language tags that the caller accepts, the preferred one first. */
  wanted: readonly string[];
  /** Base URL of the gateway, under which it explains its codes. */
  base: string;
}

/** The path under which the gateway explains a code: the problem's `type`. */
function problemPath(code: string): string {
  return `/docs/problems/${slugOf(code)}`;
}

export function slugOf(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}

/** Faults that one answer tells; more of them help no caller. */
export const MOST_ERRORS = 100;

/**
 * RFC 9457 problem details. Their content comes from this program, never from the request.
 * @param most faults that are told; the others are counted
 */
export function problemDetails(
  problem: Problem,
  { requestId, wanted, base }: Answering,
  most = MOST_ERRORS,
): object {
  const { detail, rule, reason, errors, maxAge, seen, waits } = problem.options;
  return {
    type: base + problemPath(problem.code),
    title: sayTo(wanted, problemsTexts[problem.code]),
    status: problem.status,
    detail: detail && sayTo(wanted, detail),
    code: problem.code,
    requestId,
    rule,
    reason: reason && sayTo(wanted, reason),
    maxAge,
    seen,
    waits,
    errors: errors?.slice(0, most).map(({ path, message }) => ({ path, message: sayTo(wanted, message) })),
    untold: errors && errors.length > most ? errors.length - most : undefined,
  };
}

export function answering(c: Context): Answering {
  return { requestId: c.get('requestId'), wanted: wantedBy(c), base: c.get('base') ?? '' };
}

export function answerProblem(c: Context, problem: Problem): Response {
  const about = answering(c);
  return c.body(JSON.stringify(problemDetails(problem, about)), problem.status as 400, {
    ...languageHeaders(about.wanted),
    ...challenge(problem),
    ...problem.options.headers,
    'content-type': 'application/problem+json',
  });
}

/** Signature algorithms that clients may use, as challenges and metadata list them. */
export const CLIENT_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256'] as const;

function challenge(problem: Problem): Record<string, string> {
  if (problem.status === 503) return { 'retry-after': isClosed(problem.code) ? '60' : '1' };
  if (problem.status !== 401) return {};
  const error = problem.code === 'TOKEN_INVALID' ? 'invalid_token' : 'invalid_dpop_proof';
  return { 'www-authenticate': dpopChallenge(error) };
}

/** The challenge of a 401 answer (RFC 9449, section 7.1). */
export function dpopChallenge(error: 'invalid_token' | 'invalid_dpop_proof'): string {
  return `DPoP error="${error}", algs="${CLIENT_ALGORITHMS.join(' ')}"`;
}

/**
 * Any thrown value as a problem. A failure of an SDK client that `nameFaults` marks becomes the 503 of its service, any
 * other error `INTERNAL`. The problem keeps the cause for `reportFault`; it must not reach the answer.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = (error instanceof Error && faults.get(error)) || 'INTERNAL';
  return new Problem(code, { cause: error });
}

const faults = new WeakMap<Error, ProblemCode>();

/**
 * Marks the errors of an SDK client with the code of its service. The error itself does not show it: timeouts and broken
 * connections name no service, and in a bundle classes lose their names.
 */
export function nameFaults(client: KMSClient | DynamoDBClient | S3Client, code: ProblemCode): void {
  const stack = client.middlewareStack as unknown as {
    add(middleware: (next: Next) => Next, options: object): void;
  };
  const middleware = (next: Next): Next => {
    return async (args) => {
      try {
        const result = await next(args);
        countRetries(code, (result as Answered).output?.$metadata);
        return result;
      } catch (error) {
        countRetries(code, (error as Answered['output'])?.$metadata);
        if (error instanceof Error) faults.set(error, isClassOff(error, args) ? 'CLASS_UNAVAILABLE' : code);
        throw error;
      }
    };
  };
  stack.add(middleware, { step: 'initialize', priority: 'high', name: 'fieldgateFaults', override: true });
}

/** Why KMS uses a key for no caller, until a person has changed it. */
const OFF: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DisabledException',
  'KeyUnavailableException',
  'KMSInvalidStateException',
  'NotFoundException',
]);

/**
 * Recognises the key of a class that is switched off, goes to be deleted or is not for this purpose. Only calls about data
 * keys have an encryption context; a missing key of the gateway itself is another fault.
 */
function isClassOff({ name }: Error, args: unknown): boolean {
  const { input } = args as { input?: { EncryptionContext?: unknown; SourceEncryptionContext?: unknown } };
  return OFF.has(name) && (input?.EncryptionContext ?? input?.SourceEncryptionContext) !== undefined;
}

type Next = (args: unknown) => Promise<unknown>;

interface Answered {
  output?: { $metadata?: { attempts?: number } };
}

const retries = { kms: 0, store: 0 };

/** A call that needed several attempts was throttled or met a fault, which is not visible otherwise. */
function countRetries(code: ProblemCode, metadata: { attempts?: number } | undefined): void {
  retries[code === 'KMS_UNAVAILABLE' ? 'kms' : 'store'] += Math.max(0, (metadata?.attempts ?? 1) - 1);
}

/** The number of attempts beyond the first, over all calls since the last `takeRetries`. */
export function takeRetries(): { kms: number; store: number } {
  const taken = { ...retries };
  Object.assign(retries, { kms: 0, store: 0 });
  return taken;
}

/**
 * Writes one line about a fault. It holds only names and code locations, because messages may contain values.
 * @param of the request, or the scheduled work, that it is a fault of
 */
export function reportFault(of: { requestId: string } | { work: string }, problem: Problem): void {
  const { cause } = problem.options;
  const error = cause instanceof Error ? cause : problem;
  const at = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  // An object, which Lambda's JSON log format encodes once. A text would be encoded again within a text.
  console.error({ ...of, code: problem.code, error: error.name, at: at.slice(0, 8) });
}

/** For work on many records or subjects at once: a failure becomes a value, so that it does not stop the others. */
export async function resultOf<T>(work: Promise<T>): Promise<T | Problem> {
  try {
    return await work;
  } catch (error) {
    return toProblem(error);
  }
}
