import { holdRoutes } from '../../../shared/contract/routes/holds.ts';
import type { App } from '../../http/app.ts';
import { accepted } from '../../http/serve.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { confirmHold, liftHold, listHolds, requestHold } from './holds.ts';

export function mountHolds(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, holdRoutes, {
    async setHold(act, { body }) {
      const answer = await requestHold(act, body);
      return 'hold' in answer ? answer : accepted(answer);
    },
    listHolds: async (act) => ({ holds: await listHolds(act) }),
    confirmHold: (act, { id, body }) => confirmHold(act, id, body.entry),
    async liftHold(act, { id, body }) {
      const answer = await liftHold(act, id, body.entry);
      return 'hold' in answer ? answer : accepted(answer);
    },
  });
}
