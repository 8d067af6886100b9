import { createHmac } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import type { App } from '../http/app.ts';
import { type Group, type Handlers, serve } from '../http/serve.ts';
import { loggedInAs } from './actor.ts';
import { type AuthDeps, type AuthOptions, authenticate } from './authenticate.ts';
import type { Session, SessionVariables } from './session.ts';

export interface CallOptions extends AuthOptions {
  before?: readonly MiddlewareHandler[];
  after?: readonly MiddlewareHandler[];
}

/**
 * Serves routes to callers whom the act of each lets in.
 * @param options of a route, by its name
 */
export function serveCalls<G extends Group>(
  app: App<SessionVariables>,
  deps: AuthDeps,
  group: G,
  handlers: Handlers<G, [Session], Called>,
  options: (name: keyof G) => CallOptions = () => ({}),
): void {
  const guards = ({ act, readsOnly }: RouteContract, name: keyof G) => {
    const { before = [], after = [], ...more } = options(name);
    return [
      ...before,
      authenticate(deps, act, { ...more, ...(readsOnly && { readsOnly }) }) as MiddlewareHandler,
      ...after,
    ];
  };
  const first = async (c: Called, { route, body }: { route: RouteContract; body: unknown }) => {
    const session = c.get('session');
    if (needsReason(route)) await oneAtATime(c, route, body);
    return [session] as [Session];
  };
  serve(app, group, { guards, first }, handlers);
}

type Called = Context<{ Variables: SessionVariables }>;

/**
 * Whether the route serves an act of a person, who gives a reason for it.
 * @throws Error for a body of which this can't be known: an act would be taken for a reading
 */
export function needsReason({ body, line }: RouteContract): boolean {
  const schema = body as { entries?: object } | undefined;
  if (schema && !schema.entries) throw new Error(`${line}: the body of an act is an object`);
  return 'reason' in (schema?.entries ?? {});
}

/**
 * The same call of one person goes on alone: if it arrives several times at once, one leaves an entry. What two people do at
 * once, or one in other words or with another token, the act itself holds by `alone`. The name that is stored is keyed by the
 * token, which no table holds: a body names people by numbers that a plain digest would let guess.
 * @throws Problem CONFLICT while another such call goes on
 */
export async function oneAtATime(c: Called, { method }: RouteContract, body: unknown): Promise<void> {
  const session = c.get('session');
  const { officer, reason: _, ...content } = (body ?? {}) as Record<string, unknown>;
  const by = loggedInAs(session) ?? session.grant.officer ?? officer;
  const name = JSON.stringify([session.caller.clientId, by, method, c.req.path, content]);
  const token = c.req.header('authorization') ?? '';
  await session.replay.oneAtATime(createHmac('sha256', token).update(name).digest('base64url'));
}
