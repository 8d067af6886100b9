import type { App } from '../http/app.ts';
import { type Group, type Handlers, serve } from '../http/serve.ts';
import { authenticate } from '../session/authenticate.ts';
import { needsReason, oneAtATime } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { type Act, beginAct, beginRead } from './act.ts';
import type { CaseworkDeps } from './deps.ts';

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
        if (!needsReason(route)) return [await beginRead(deps, session, officer)];
        const act = await beginAct(deps, session, { officer, ...words });
        await oneAtATime(c, route, body);
        return [act];
      },
    },
    handlers,
  );
}
