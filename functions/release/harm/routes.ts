import { openHarmRoutes } from '../../../shared/contract/routes/harm-reports.ts';
import type { App } from '../../http/app.ts';
import { serveCalls } from '../../session/serve.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { ReleaseDeps } from '../deps.ts';
import { checkSealable, sendAnswer } from '../seal-answer.ts';
import { openReport } from './open.ts';

export function mountHarmReports(app: App<SessionVariables>, deps: ReleaseDeps): void {
  serveCalls(app, deps, openHarmRoutes, {
    async openHarmReport(session, { id, body, c }) {
      checkSealable(c, session);
      const { opened, pending } = await openReport(deps, session, id, body);
      if (pending) return pending;
      return sendAnswer(deps, c, session, {
        text: JSON.stringify(opened),
        restricted: true,
        entry: opened.receipt.entry,
      });
    },
  });
}
