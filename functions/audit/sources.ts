/** Runs that keep the gateway equal to the databases of offices: each office reports its own, and sees its own. */
import { type SourceView, sourceRoutes } from '../../shared/contract/routes/sources.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { silenceOf } from '../../shared/policy/decide/alerts.ts';
import {
  MOST_SOURCES,
  readSources,
  type Source,
  silentSince,
  sourceKey,
  storeRun,
} from '../../shared/records/gateway/sources.ts';
import type { App } from '../http/app.ts';
import { mayAct, requireAct } from '../session/acts.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import type { AuditDeps, Auditing } from './deps.ts';

/** No entry of the log is written: neither a report nor the list is about a person. */
export function serveSources(app: App<SessionVariables>, deps: AuditDeps, auditing: Auditing): void {
  const { watchTable, now } = auditing;
  serveCalls(app, deps, sourceRoutes, {
    async reportRun({ caller: { clientId: agency, departments } }, { body }) {
      const at = now();
      if (!(await storeRun(watchTable, { agency, departments }, body, at)))
        throw new Problem('CONFLICT', { detail: auditTexts.manySources(MOST_SOURCES) });
      return { source: body.source, at: timeOf(at) };
    },
    async listSources(session, { query: { agency, cursor, limit } }) {
      const own = session.caller.clientId;
      const of = agency ?? (mayAct(session, { self: false }) ? undefined : own);
      requireAct(session, { self: of === own });
      const silence = silenceOf(await auditing.pack());
      const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
      const rest = (await readSources(watchTable, now(), of)).filter((one) => sourceKey(one) > after);
      const page = rest.slice(0, limit);
      const last = rest.length > limit ? page.at(-1) : undefined;
      const next = last && Buffer.from(sourceKey(last)).toString('base64url');
      const hours = silence?.hours ?? Number.POSITIVE_INFINITY;
      return { sources: page.map((one) => viewOf(one, hours, now())), ...defined({ cursor: next }) };
    },
  });
}

const timeOf = (at: number) => new Date(at).toISOString();

function viewOf(one: Source, hours: number, now: number): SourceView {
  const { agency, source, every, since, good, last } = one;
  const silent = silentSince(one, hours, now);
  return {
    agency,
    source,
    every: every || null,
    since: timeOf(since),
    good: good === null ? null : timeOf(good),
    silent: silent === null ? null : timeOf(silent),
    last: { ...last, at: timeOf(last.at) },
  };
}
