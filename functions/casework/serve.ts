import type { RouteContract } from '../../shared/contract/routes/route.ts';
import type { App } from '../http/app.ts';
import { type Group, type Handlers, serve } from '../http/serve.ts';
import { authenticate } from '../session/authenticate.ts';
import type { SessionVariables } from '../session/session.ts';
import { type Act, beginAct, beginRead } from './act.ts';
import type { CaseworkDeps } from './deps.ts';

/** @throws Error for a body of which this can't be known: an act would be taken for a reading */
function needsReason({ request, line }: RouteContract): boolean {
  const schema = request?.['application/json'] as { entries?: object } | undefined;
  if (schema && !schema.entries) throw new Error(`${line}: the body of an act is an object`);
  return 'reason' in (schema?.entries ?? {});
}

/** Serves routes as acts: where the body has words, the caller must give a reason and name an officer. */
export function serveActs<G extends Group>(
  app: App<SessionVariables>,
  deps: CaseworkDeps,
  group: G,
  handlers: Handlers<G, [Act]>,
): void {
  serve<G, [Act], SessionVariables>(
    app,
    group,
    {
      guards(route) {
        needsReason(route);
        return [authenticate(deps, route.act) as never];
      },
      async first(c, { route, body }) {
        const { officer, ...words } = (body ?? {}) as Parameters<typeof beginAct>[2];
        const session = c.get('session');
        if (needsReason(route)) return [await beginAct(deps, session, { officer, ...words })];
        return [await beginRead(deps, session, officer)];
      },
    },
    handlers,
  );
}
