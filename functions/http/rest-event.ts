/**
 * Between the events of a REST API, the only ones that reach the functions, and web requests. Written by hand: the
 * adapter that comes with Hono knows four kinds of events, which is 5 KB at each cold start, and goes in its next version.
 */
import { Problem } from '../../shared/errors.ts';
import { requestIdOf } from './app.ts';
import { problemDetails } from './problem.ts';

/** What API Gateway hands a function, as far as it is looked at. */
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

export interface RestAnswer {
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

/** @returns `null` for what no web request can be, such as a header with a line break or the method TRACE */
function requestOf(event: RestEvent): Request | null {
  try {
    // The host is no matter of the apps: they know their own address. A path ends where API Gateway says that it does.
    const path = event.path.replace(/[?#]/g, encodeURIComponent);
    const url = `https://gateway.invalid${path}${searchOf(event)}`;
    return new Request(url, { method: event.httpMethod, headers: headersOf(event), body: bodyOf(event) });
  } catch (error) {
    // The latter of half a character, which has no encoding.
    if (error instanceof TypeError || error instanceof URIError) return null;
    throw error;
  }
}

function headersOf({ headers, multiValueHeaders }: RestEvent): Headers {
  const all = new Headers();
  for (const [name, values] of Object.entries(multiValueHeaders ?? {}))
    for (const value of values ?? []) all.append(name, inAscii(value));
  // An event that was made by hand may have the single ones alone.
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== undefined && !all.has(name)) all.set(name, inAscii(value));
  return all;
}

function inAscii(value: string): string {
  return /^[\0-\x7f]*$/.test(value) ? value : encodeURIComponent(value);
}

/** With its question mark; values come decoded, those of one name together. */
function searchOf({ queryStringParameters, multiValueQueryStringParameters }: RestEvent): string {
  const pairs = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {}).flatMap(
    ([name, values]) => [values ?? []].flat().map((value) => [name, value].map(encodeURIComponent).join('=')),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function bodyOf({ body, isBase64Encoded, httpMethod }: RestEvent): Uint8Array<ArrayBuffer> | null {
  // A request that can't have one loses it here, as it does over HTTP.
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
  // What is compressed is bytes, whatever it was before.
  const isBase64Encoded = response.headers.has('content-encoding') || (type !== null && !TEXT.test(type));
  const body = Buffer.from(await response.arrayBuffer()).toString(isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode: response.status, multiValueHeaders, body, isBase64Encoded };
}

function unreadable({ requestContext }: RestEvent): Response {
  const problem = new Problem('INVALID_REQUEST');
  const requestId = requestIdOf(requestContext);
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  };
  return new Response(JSON.stringify(problemDetails(problem, requestId)), {
    status: problem.status,
    headers,
  });
}
