import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { reviewRoutes } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import { listRecusals } from '../../../shared/records/gateway/recusals.ts';
import type { App } from '../../http/app.ts';
import { serveCalls } from '../../session/serve.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { AuditDeps, Auditing } from '../deps.ts';
import { requireAlertCode, requireKnown } from '../known.ts';
import { headsPage } from '../proofs.ts';
import { spanOf } from '../queries.ts';
import { logReading } from '../readings.ts';
import { alertsOf, alertsPage } from './alerts.ts';
import { reviewBatch } from './batch.ts';
import { reviewCoverage } from './coverage.ts';
import { reviewQueue } from './queue.ts';
import { reconcileRecords } from './reconciliations.ts';
import { makeReport, readReport } from './report.ts';
import { addDecoy, decoys, review } from './reviews.ts';
import { listRevocations, revokeWriter } from './revocations.ts';
import { statsOf } from './stats.ts';
import { deliverAgain, undelivered } from './undelivered.ts';

/** Routes of reviews, alerts, decoys, counts and reconciliation. */
export function officerRoutes(app: App<SessionVariables>, deps: AuditDeps, auditing: Auditing): void {
  serveCalls(app, deps, auditRoutes, {
    async reviewEntry(session, { id: about, body: { verdict: outcome, ...more } }) {
      const receipt = await review(auditing, session, about, { ...more, outcome, alert: false });
      return { about, outcome, receipt };
    },
    async countEntries(session, { query }) {
      await requireKnown(deps, await auditing.pack(), query);
      // Counts of people say who was looked at, by whom and when, as the list does.
      if (query.by.includes('person')) await logReading(auditing, session, { asked: query });
      return statsOf(auditing, spanOf(deps, query), query);
    },
    async listAlerts(_session, { query }) {
      const pack = await auditing.pack();
      await requireKnown(deps, pack, { agency: query.agency });
      const alerts = await alertsOf(auditing, spanOf(deps, query));
      requireAlertCode(
        pack,
        query.code,
        alerts.map(({ code }) => String(code)),
      );
      return alertsPage(alerts, query);
    },
    async acknowledgeAlert(session, { id: about, body }) {
      const outcome = 'acknowledged';
      const receipt = await review(auditing, session, about, { ...body, outcome, alert: true });
      return { about, outcome, receipt };
    },
    markDecoy: (session, { body }) => addDecoy({ ...auditing, tables: deps.tables }, session, body),
    listDecoys: async () => ({ decoys: await decoys(auditing) }),
    listRecusals: async () => ({
      recusals: (await listRecusals(auditing.watchTable, auditing.now())).map(
        ({ agency, of, since, until, entry }) => ({ agency, of, since, until, entry }),
      ),
    }),
    listHeads: ({ caller }, { query: { cursor } }) => headsPage(deps, caller.clientId, cursor),
    revokeWriter: (session, { writer, body }) => revokeWriter(auditing, session, writer, body),
    listRevocations: async (session) => ({ revocations: await listRevocations(auditing, session) }),
    listUndelivered: async () => ({ undelivered: await undelivered(auditing) }),
    deliverAgain: async (_session, { body: { channel } }) => ({
      again: await deliverAgain(auditing, channel),
    }),
    async reconcileLog(session, { body }) {
      const { findings, ...result } = await reconcileRecords(auditing, session, body);
      const shown = findings.map(({ code, key, at, entry, unwrap }) => ({
        code,
        key,
        at: new Date(at).toISOString(),
        ...defined({ entry, event: unwrap?.event, principal: unwrap?.principal }),
      }));
      return { ...result, findings: shown };
    },
  });
  serveCalls(app, deps, reviewRoutes, {
    reviewEntries: (session, { body }) => reviewBatch(auditing, session, body),
    async readReviewQueue(session, { query: asked }) {
      // The answer names officers and entries, so it is logged as a reading of the log.
      await logReading(auditing, session, { asked });
      return reviewQueue(auditing, session, spanOf(deps, asked));
    },
    readReviewCoverage: (_session, { query }) => reviewCoverage(auditing, spanOf(deps, query)),
    makeReviewReport: (session, { body }) => makeReport(deps, auditing, session, body),
    readReviewReport: (session, { id }) => readReport(auditing, session, id),
  });
}
