import { holdRoutes } from '../../../shared/contract/routes/holds.ts';
import type { App } from '../../http/app.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { confirmHold, liftHold, listHolds, requestHold } from './holds.ts';

export function mountHolds(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, holdRoutes, {
    setHold: (act, { body }) => requestHold(act, body),
    listHolds: async (act) => ({ holds: await listHolds(act) }),
    confirmHold: (act, { id, body }) => confirmHold(act, id, body.entry),
    liftHold: (act, { id, body }) => liftHold(act, id, body.entry),
  });
}
