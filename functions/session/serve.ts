import type { Context, MiddlewareHandler } from 'hono';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import type { App } from '../http/app.ts';
import { type Group, type Handlers, serve } from '../http/serve.ts';
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
  handlers: Handlers<G, [Session], Context<{ Variables: SessionVariables }>>,
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
  serve(app, group, { guards, first: (c): [Session] => [c.get('session')] }, handlers);
}
