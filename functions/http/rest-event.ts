/**
 * Converts events of a REST API, the only events that reach the functions, to web requests. Hono's own adapter supports
 * four kinds of events, costs 5 KB at each cold start, and will be removed in Hono's next version.
 */
import { Problem } from '../../shared/errors.ts';
import { ANSWER_POLICY, requestIdOf } from './app.ts';
import { problemDetails } from './problem.ts';

/** The part of API Gateway's event that is read. */
export interface RestEvent {
  httpMethod: string;
  /** Without the stage, percent-encoded as the caller wrote it. */
  path: string;
  headers: Readonly<Record<string, string | undefined>> | null;
  multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  queryStringParameters: Readonly<Record<string, string | undefined>> | null;
  multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
  body: string | null;
  isBase64Encoded: boolean;
  requestContext: Readonly<Record<string, unknown>>;
}

interface RestAnswer {
  statusCode: number;
  multiValueHeaders: Record<string, string[]>;
  body: string;
  isBase64Encoded: boolean;
}

interface App {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

/** The app as a Lambda function; it finds the event's `requestContext` in its `env`. */
export function handle(app: App): (event: RestEvent, context?: unknown) => Promise<RestAnswer> {
  return async (event) => {
    const request = requestOf(event);
    return answerOf(
      request ? await app.fetch(request, { requestContext: event.requestContext }) : unreadable(event),
    );
  };
}

/**
 * @returns `null` if no web request can represent the event, for example a header with a line break or the
 * method TRACE
 */
function requestOf(event: RestEvent): Request | null {
  try {
    // The host is ignored; the apps take their own URL from the environment. The path ends where API Gateway's path ends.
    const path = event.path.replace(/[?#]/g, encodeURIComponent);
    const url = `https://gateway.invalid${path}${searchOf(event)}`;
    return new Request(url, { method: event.httpMethod, headers: headersOf(event), body: bodyOf(event) });
  } catch (error) {
    // `encodeURIComponent` throws URIError on a lone surrogate.
    if (error instanceof TypeError || error instanceof URIError) return null;
    throw error;
  }
}

function headersOf({ headers, multiValueHeaders }: RestEvent): Headers {
  const all = new Headers();
  for (const [name, values] of Object.entries(multiValueHeaders ?? {}))
    for (const value of values ?? []) all.append(name, inAscii(value));
  // A hand-made event may have only the single-value headers.
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== undefined && !all.has(name)) all.set(name, inAscii(value));
  return all;
}

function inAscii(value: string): string {
  return /^[\0-\x7f]*$/.test(value) ? value : encodeURIComponent(value);
}

/** The query with its question mark. API Gateway has decoded the values and grouped them by name. */
function searchOf({ queryStringParameters, multiValueQueryStringParameters }: RestEvent): string {
  const pairs = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {}).flatMap(
    ([name, values]) => [values ?? []].flat().map((value) => [name, value].map(encodeURIComponent).join('=')),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function bodyOf({ body, isBase64Encoded, httpMethod }: RestEvent): Uint8Array<ArrayBuffer> | null {
  // A body is dropped if the method cannot have one, as over HTTP.
  if (!body || httpMethod === 'GET' || httpMethod === 'HEAD') return null;
  return new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

const TEXT = /^text\/|[/+]json\s*(?:;|$)/i;

async function answerOf(response: Response): Promise<RestAnswer> {
  const multiValueHeaders: Record<string, string[]> = {};
  response.headers.forEach((value, name) => {
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value];
  });
  const type = response.headers.get('content-type');
  // Compressed data is binary, whatever its media type.
  const isBase64Encoded = response.headers.has('content-encoding') || (type !== null && !TEXT.test(type));
  const body = isBase64Encoded
    ? Buffer.from(await response.arrayBuffer()).toString('base64')
    : await response.text();
  return { statusCode: response.status, multiValueHeaders, body, isBase64Encoded };
}

function unreadable({ requestContext }: RestEvent): Response {
  const problem = new Problem('INVALID_REQUEST');
  const requestId = requestIdOf(requestContext);
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-security-policy': ANSWER_POLICY,
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  };
  return new Response(JSON.stringify(problemDetails(problem, { requestId, wanted: [], base: '' })), {
    status: problem.status,
    headers,
  });
}
