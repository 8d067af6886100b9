import { caseRoutes } from '../../../shared/contract/routes/cases.ts';
import type { App } from '../../http/app.ts';
import { created } from '../../http/serve.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { assignCase, type ChangedCase, close, confirmOpened } from './change.ts';
import { listCases, viewCase, viewer } from './list.ts';
import { openCase } from './open.ts';

export function mountCases(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, caseRoutes, {
    async openCase(act, { body }) {
      const opened = await openCase(act, body);
      const answer = await shown(act, opened);
      return opened.receipt ? created(answer) : answer;
    },
    listCases: async (act, { query }) => ({ cases: await listCases(act, query) }),
    readCase: (act, { id }) => viewCase(act, id),
    confirmCase: async (act, { id, body }) => shown(act, await confirmOpened(act, id, body.entry)),
    assignCase: async (act, { id, body }) => shown(act, await assignCase(act, id, body.officers)),
    closeCase: async (act, { id }) => shown(act, await close(act, id)),
  });
}

async function shown(act: Act, { record, receipt }: ChangedCase) {
  return { case: (await viewer(act))(record), receipt };
}
