import { freezeRoutes } from '../../../shared/contract/routes/freezes.ts';
import type { App } from '../../http/app.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { freeze, liftFreeze } from './freezes.ts';
import { listFreezes, viewFreeze } from './view.ts';

export function mountFreezes(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, freezeRoutes, {
    setFreeze: (act, { body }) => freeze(act, body),
    listFreezes: async (act) => ({ freezes: await listFreezes(act) }),
    readFreeze: async (act, { id }) => ({ freeze: await viewFreeze(act, id) }),
    liftFreeze: (act, { id, body }) => liftFreeze(act, id, body.entry),
  });
}
