import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { METHOD_NAME_ALL } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import { Problem } from '../../shared/errors.ts';
import { untilStep } from './deadline.ts';
import { prepareWords } from './language.ts';
import { answerProblem, reportFault, toProblem } from './problem.ts';

/** The context of every app. */
export interface RequestVariables {
  requestId: string;
  /** Base URL of the gateway; `''` in an app that reads no settings. */
  base: string;
  /** `performance.now()` when the request came. */
  started: number;
}

export type App<V extends object = object> = Hono<{ Variables: RequestVariables & V }>;

/** Of an answer that a browser was led to open: it runs and frames nothing. */
export const ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * A Hono app with the behaviour that all functions share: `x-request-id`, `no-store` unless a route sets another
 * policy, problem details for every error, `REFUSED` at a fixed time step, and 405 with `Allow`. An app may be mounted
 * into another such app with `route('/', app)`.
 * @param base base URL of the gateway, under which the codes of problems are explained
 */
export function createApp<V extends object = object>(base = ''): App<V> {
  // Hono's general router, without the two faster ones that it would try first, because there are few routes.
  const app: App<V> = new HonoBase({ router: new TrieRouter() });
  app.use(async (c, next) => {
    const context = c as unknown as Context<{ Variables: RequestVariables }>;
    const requestId = context.get('requestId') ?? requestIdOf((c as unknown as Context).env?.requestContext);
    context.set('requestId', requestId);
    context.set('base', base);
    context.set('started', context.get('started') ?? performance.now());
    await prepareWords(c as unknown as Context);
    await next();
    c.res.headers.set('x-request-id', requestId);
    c.res.headers.set('x-content-type-options', 'nosniff');
    // Pages have policies of their own.
    if (!c.res.headers.has('content-security-policy'))
      c.res.headers.set('content-security-policy', ANSWER_POLICY);
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.onError(async (error, c) => {
    const problem = toProblem(error);
    // This refusal depends on the subject. Its time must not reveal the reason.
    if (problem.code === 'REFUSED') await untilStep((c as unknown as Context).get('started'));
    // A closed gateway is no fault.
    if (problem.status >= 500 && problem.code !== 'MAINTENANCE')
      reportFault({ requestId: (c as unknown as Context).get('requestId') }, problem);
    return answerProblem(c as unknown as Context, problem);
  });
  app.notFound((c) => {
    const allow = allowedMethods(app, c.req.path);
    if (allow === null) return answerProblem(c as unknown as Context, new Problem('NOT_FOUND'));
    if (c.req.method === 'OPTIONS') return c.body(null, 204, { allow });
    return answerProblem(c as unknown as Context, new Problem('METHOD_NOT_ALLOWED', { headers: { allow } }));
  });
  return app;
}

/** The request id of API Gateway, so that its access log and this one agree; otherwise a random id. Never the caller's. */
export function requestIdOf(requestContext: { readonly requestId?: unknown } | undefined): string {
  const given = requestContext?.requestId;
  return typeof given === 'string' && /^[\w-]{8,64}={0,2}$/.test(given) ? given : randomUUID();
}

/** @returns the `Allow` header for a path that has routes, or `null` if it has none. */
function allowedMethods(app: { routes: { path: string; method: string }[] }, path: string): string | null {
  const methods = new Set<string>();
  for (const route of app.routes) {
    if (route.method !== METHOD_NAME_ALL && matches(route.path, path)) methods.add(route.method);
  }
  if (methods.size === 0) return null;
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods.add('OPTIONS')].sort().join(', ');
}

/** Route patterns of the gateway consist of plain segments, `:name`, and `*` as the last one. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  for (const [index, segment] of wanted.entries()) {
    if (segment === '*' && index === wanted.length - 1) return true;
    const value = given[index];
    if (value === undefined || (segment.startsWith(':') ? value === '' : value !== segment)) return false;
  }
  return wanted.length === given.length;
}
