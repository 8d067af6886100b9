import {
  Acknowledgement,
  AlertsQuery,
  HeadsQuery,
  MarkDecoy,
  Reconciliation,
  Review,
  Revocation,
  StatsQuery,
} from '../../../shared/contract/routes/audit.ts';
import { QueueQuery, ReportRequest, Verdicts } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { App } from '../../http/app.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
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

/** Routes of reviews, alerts, decoys, counts and reconciliation. */
export function officerRoutes(app: App<SessionVariables>, deps: AuditDeps, auditing: Auditing): void {
  app.post('/v1/log/entries/:id/reviews', authenticate(deps, 'log.review'), async (c) => {
    const { verdict: outcome, ...more } = await readBody(c, Review);
    const about = c.req.param('id');
    const receipt = await review(auditing, c.get('session'), about, { ...more, outcome, alert: false });
    return c.json({ about, outcome, receipt });
  });

  app.post('/v1/log/reviews', authenticate(deps, 'log.review'), async (c) =>
    c.json(await reviewBatch(auditing, c.get('session'), await readBody(c, Verdicts))),
  );
  app.get('/v1/log/reviews/queue', authenticate(deps, 'log.read'), async (c) => {
    const asked = readQuery(c, QueueQuery);
    // The answer names officers and entries, so it is logged as a reading of the log.
    await logReading(auditing, c.get('session'), { asked });
    const span = spanOf(deps, asked);
    return c.json(await reviewQueue(auditing, c.get('session'), span));
  });
  app.get('/v1/log/reviews/coverage', authenticate(deps, 'log.read'), async (c) =>
    c.json(await reviewCoverage(auditing, spanOf(deps, readQuery(c, QueueQuery)))),
  );
  app.post('/v1/log/reports', authenticate(deps, 'log.review'), async (c) =>
    c.json(await makeReport(deps, auditing, c.get('session'), await readBody(c, ReportRequest))),
  );

  app.get('/v1/log/reports/:id', authenticate(deps, 'log.read'), async (c) =>
    c.json(await readReport(auditing, c.get('session'), c.req.param('id'))),
  );

  app.post('/v1/alerts/:id/acknowledge', authenticate(deps, 'alert.acknowledge'), async (c) => {
    const more = await readBody(c, Acknowledgement);
    const [about, outcome] = [c.req.param('id'), 'acknowledged'] as const;
    const receipt = await review(auditing, c.get('session'), about, { ...more, outcome, alert: true });
    return c.json({ about, outcome, receipt });
  });

  app.get('/v1/alerts', authenticate(deps, 'alert.read'), async (c) => {
    const query = readQuery(c, AlertsQuery);
    const pack = await auditing.pack();
    await requireKnown(deps, pack, { agency: query.agency });
    const alerts = await alertsOf(auditing, spanOf(deps, query));
    requireAlertCode(
      pack,
      query.code,
      alerts.map(({ code }) => String(code)),
    );
    return c.json(alertsPage(alerts, query));
  });

  app.post('/v1/decoys', authenticate(deps, 'decoy.mark'), async (c) =>
    c.json(await addDecoy(auditing, c.get('session'), await readBody(c, MarkDecoy))),
  );

  app.get('/v1/decoys', authenticate(deps, 'decoy.read'), async (c) =>
    c.json({ decoys: await decoys(auditing) }),
  );

  app.get('/v1/log/heads', authenticate(deps, 'log.read'), async (c) => {
    const { cursor } = readQuery(c, HeadsQuery);
    return c.json(await headsPage(deps, c.get('session').caller.clientId, cursor));
  });

  app.get('/v1/log/stats', authenticate(deps, 'log.read'), async (c) => {
    const query = readQuery(c, StatsQuery);
    await requireKnown(deps, await auditing.pack(), query);
    return c.json(await statsOf(auditing, spanOf(deps, query), query));
  });

  app.post('/v1/log/writers/:writer/revocation', authenticate(deps, 'log.revoke'), async (c) => {
    const body = await readBody(c, Revocation);
    const writer = c.req.param('writer');
    const answer = await revokeWriter(auditing, c.get('session'), writer, body);
    return c.json(answer, 'state' in answer ? 202 : 200);
  });

  app.get('/v1/log/revocations', authenticate(deps, 'log.read'), async (c) =>
    c.json({ revocations: await listRevocations(auditing, c.get('session')) }),
  );

  app.post('/v1/log/reconciliations', authenticate(deps, 'log.reconcile'), async (c) => {
    const { findings, ...result } = await reconcileRecords(
      auditing,
      c.get('session'),
      await readBody(c, Reconciliation),
    );
    const shown = findings.map(({ code, key, at, entry, unwrap }) => ({
      code,
      key,
      at: new Date(at).toISOString(),
      ...defined({ entry, event: unwrap?.event, principal: unwrap?.principal }),
    }));
    return c.json({ ...result, findings: shown });
  });
}
