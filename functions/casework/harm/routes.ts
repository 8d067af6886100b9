import { harmRoutes } from '../../../shared/contract/routes/harm-reports.ts';
import type { App } from '../../http/app.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { fileReport } from './file.ts';

export function mountHarmReports(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, harmRoutes, {
    reportHarm: (act, { body, c }) => fileReport(act, body, c.req.header('idempotency-key')),
  });
}
