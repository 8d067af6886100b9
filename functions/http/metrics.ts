/**
 * Metrics of a function's requests, in CloudWatch's embedded metric format. Each request writes one line, with numbers,
 * the name of the function and codes of the closed list, and without path, caller or value.
 */
import { defined } from '../../shared/defined.ts';
import type { ProblemCode } from '../../shared/errors.ts';
import { metricLine, writeLine } from '../metrics.ts';
import { requestIdOf } from './app.ts';
import { takeRetries } from './problem.ts';

interface Result {
  statusCode?: number;
  headers?: Record<string, unknown>;
  multiValueHeaders?: Record<string, unknown[]>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** Codes that have their own metric, in addition to the counts of all refusals and all faults. */
const OF_THEIR_OWN = new Map([
  ['PROHIBITED_PURPOSE', 'Prohibited'],
  ['INTEGRITY_FAULT', 'IntegrityFaults'],
  ['KMS_UNAVAILABLE', 'KmsUnavailable'],
  ['CLASS_UNAVAILABLE', 'KmsUnavailable'],
  // A department's wish, so no alarm counts it with the faults of KMS.
  ['HELD_BY_OWNER', 'HeldByOwner'],
  ['STORE_UNAVAILABLE', 'StoreUnavailable'],
  ['LOG_UNAVAILABLE', 'LogUnavailable'],
  ['MAINTENANCE', 'Maintenance'],
]);

let refused = 0;

/** Counts a refused subject in an answer with status 200, which is a refusal like one with status 403. */
export function countRefusal(): void {
  refused += 1;
}

let faulted = '';

/** Names the fault behind an answer that is no problem document, such as one of the token endpoint. */
export function countFault(code: ProblemCode): void {
  faulted = code;
}

/** Wraps a function's handler for REST events. @param write writes one line */
export function metered<Event, Context, Answer>(
  name: string,
  handler: (event: Event, context: Context) => Promise<Answer>,
  write: (line: string) => void = writeLine,
): (event: Event, context: Context) => Promise<Answer> {
  let asked = 0;
  return async (event, context) => {
    const started = performance.now();
    const nth = asked++;
    const answer = await handler(event, context);
    const milliseconds = performance.now() - started;
    write(lineOf(name, milliseconds, answer as Result, event, nth, started));
    return answer;
  };
}

/** Every so many requests of an instance the line tells its memory. */
const SAMPLE = 100;

/**
 * What helps to look closer, in lines that are looked at: the id of the request of one that was refused or failed, and of an instance's
 * first one how long the instance took to start (`cold`, milliseconds) and its memory, which each hundredth tells, too.
 */
function closer(
  event: unknown,
  status: number,
  nth: number,
  started: number,
): Record<string, string | number> {
  const isSample = nth % SAMPLE === 0;
  if (status < 400 && !isSample) return {};
  const { requestContext } = (event ?? {}) as { requestContext?: { requestId?: unknown } };
  return {
    requestId: requestIdOf(requestContext),
    ...(nth === 0 && { cold: Math.round(started) }),
    ...(isSample && { megabytes: Math.round(process.memoryUsage.rss() / 1_048_576) }),
  };
}

function lineOf(
  name: string,
  milliseconds: number,
  answer: Result,
  ...of: [event: unknown, nth: number, started: number]
): string {
  const status = answer.statusCode ?? 0;
  const code = codeOf(answer) || faulted;
  faulted = '';
  const values: Record<string, number> = {};
  const refusals = refused + (status === 403 ? 1 : 0);
  refused = 0;
  if (refusals > 0) values['Refusals'] = refusals;
  const own = OF_THEIR_OWN.get(code);
  if (own) values[own] = 1;
  const retries = takeRetries();
  if (retries.kms > 0) values['KmsRetries'] = retries.kms;
  if (retries.store > 0) values['StoreRetries'] = retries.store;
  const about = {
    function: name,
    status,
    milliseconds: Math.round(milliseconds),
    ...closer(of[0], status, of[1], of[2]),
    ...defined({ code: code || undefined }),
  };
  return metricLine(values, { now: Date.now(), about });
}

/** The code of a problem document. No other body is read, and only a code of the closed list is used. */
function codeOf({ headers, multiValueHeaders, body = '', isBase64Encoded }: Result): string {
  const type = headers?.['content-type'] ?? multiValueHeaders?.['content-type']?.[0];
  if (!String(type ?? '').startsWith('application/problem+json')) return '';
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  const { code } = JSON.parse(text) as { code?: string };
  return /^[A-Z_]{1,40}$/.test(code ?? '') ? String(code) : '';
}
