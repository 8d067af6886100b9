import type { Context, Hono } from 'hono';
import { type EntriesQuery, logRoutes, usageRoutes } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { readCertifiers } from '../../shared/log/check/certifiers.ts';
import {
  type LogQuery,
  readEntries,
  readEntriesById,
  readEntry,
  type StoredEntry,
} from '../../shared/log/read/read.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import { accepts } from '../http/headers.ts';
import { contractApp } from '../http/serve.ts';
import { requireAct } from '../session/acts.ts';
import { currentPack } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { logIdsOf, logStore, logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { aroundOf } from './around.ts';
import type { AuditDeps, Auditing } from './deps.ts';
import { entriesSince } from './in-order.ts';
import { keyUses } from './key-uses.ts';
import { requireKnown } from './known.ts';
import { ocsfEvent } from './ocsf.ts';
import { answering } from './officer/answers.ts';
import { officerRoutes } from './officer/routes.ts';
import { indexOf } from './proofs.ts';
import { auditQuery, usageQuery } from './queries.ts';
import { inOwnArea, logReading } from './readings.ts';
import { reviewedAmong, withVerdict } from './reviewed.ts';
import { serveSources } from './sources.ts';
import { logVerifier, mountTree } from './tree-routes.ts';
import { openUse } from './use.ts';
import { type Entry, entryView, provenView, receiptView, rowView, usageView } from './views.ts';

/** Entries of a page, and of an answer of an export. */
const PAGE = 50;
const EXPORT = 1000;

const NDJSON = 'application/x-ndjson';

/** The log for security officers and owners of data. Acts of officers on it are logged too. */
export function auditApp(deps: AuditDeps): Hono {
  const { env } = deps;
  const store = logStore(deps);
  const auditing: Auditing = {
    store,
    log: logWriter(deps, 'audit'),
    now: deps.now,
    watchTable: deps.tables.watch,
    treeTable: deps.tables.tree,
    unwrapRoles: env.unwrapRoles.split(' '),
    pack: () => currentPack(deps),
    certifiers: async () =>
      (await readCertifiers((path) => deps.tree.read(path), await logVerifier(deps))) ?? [],
    logIds: (subjects) => logIdsOf(deps, subjects),
  };
  const app = contractApp<SessionVariables>('audit', deps);
  app.use(alertRefusals(auditing.log, auditing.pack));

  serveCalls(app, deps, logRoutes, {
    async listEntries(session, { query: asked, c }) {
      const limit = wantsLines(c) ? EXPORT : PAGE;
      const since = asked.since ?? (asked.order === 'asc' ? 0 : undefined);
      refuseMixed(asked, since);
      await requireKnown(deps, await auditing.pack(), asked);
      const query = await auditQuery(deps, session, asked, limit);
      await logReading(auditing, session, {
        asked,
        ...(query?.filter.subject && { subject: query.filter.subject.logId }),
      });
      const { reviewed } = asked;
      const visible = (entries: readonly StoredEntry[]) =>
        reviewed === undefined ? Promise.resolve(entries) : withVerdict(auditing, entries, reviewed);
      if (since !== undefined) {
        const { filter, limit: most } = query as LogQuery;
        const found = await entriesSince(deps, auditing, await logVerifier(deps), {
          since,
          filter,
          limit: most,
        });
        const shown = new Set(await visible(found.entries.map(({ stored }) => stored)));
        const view = await viewOf(auditing, asked, [...shown]);
        const entries = found.entries
          .filter(({ stored }) => shown.has(stored))
          .map(({ stored, index }) => ({ ...view(stored), index }));
        return { entries, since: found.since, more: found.more };
      }
      const page =
        asked.ids === undefined
          ? query
            ? await readEntries(store, { ...query, ...(reviewed !== undefined && { visible }) })
            : { entries: [], cursor: null }
          : { entries: await readEntriesById(store, asked.ids.split(',').slice(0, 100)), cursor: null };
      if (asked.view) return answer(c, env.publicUrl, page, await viewOf(auditing, asked, page.entries));
      if (asked.openings) return answer(c, env.publicUrl, page, provenView);
      if (!wantsOcsf(c)) return answer(c, env.publicUrl, page, entryView);
      const pack = await auditing.pack();
      const { isSettlement } = answering(auditing);
      const ends = await Promise.all(page.entries.map(isSettlement));
      const over = new Set(page.entries.filter((_, i) => ends[i]));
      return answer(c, env.publicUrl, page, (stored) => ocsfEvent(pack, stored, over.has(stored)));
    },
    async readEntry(session, { id }) {
      const stored = await readEntry(store, id);
      if (!stored) throw new Problem('NOT_FOUND');
      await logReading(auditing, session, {
        about: stored.id,
        ...defined({ subject: stored.entry?.subject }),
      });
      const [index, around] = await Promise.all([
        indexOf(deps, await logVerifier(deps), stored.id),
        aroundOf(auditing, stored),
      ]);
      return { ...provenView(stored), ...defined({ index: index ?? undefined }), ...around } as Entry;
    },
  });
  serveCalls(app, deps, usageRoutes, {
    async listUses(session, { query: asked, c }) {
      const departments = spokenFor(session.act.pack, session.caller);
      const query = usageQuery(deps, departments, asked, wantsLines(c) ? EXPORT : PAGE);
      const visible = (entries: readonly StoredEntry[]) => inOwnArea(deps, session, entries);
      const page = await readEntries(store, { ...query, visible });
      return answer(c, env.publicUrl, page, (one) => usageView(one, departments, asked.openings === 'yes'));
    },
    findKeyUses: (session, { body }) => keyUses(deps, auditing, session, body),
    readUse: (session, { id }) => openUse(deps, auditing, session, id),
    async readReceipt(session, { id }) {
      const stored = await readEntry(store, id);
      const { kind, handler } = stored?.entry ?? {};
      // Ids follow one another: an alert about the caller must look like another office's entry.
      const requester = kind !== 'alert' && handler?.agency === session.caller.clientId;
      requireAct(session, { requester });
      return receiptView(stored as StoredEntry);
    },
  });
  officerRoutes(app, deps, auditing);
  serveSources(app, deps, auditing);
  mountTree(app, deps);
  return app as unknown as Hono;
}

/** How an entry of a list is shown. */
async function viewOf(auditing: Auditing, asked: EntriesQuery, entries: readonly StoredEntry[]) {
  if (!asked.view) return asked.openings ? provenView : entryView;
  // A list of those with a verdict, or without one, has been looked up already.
  if (asked.reviewed !== undefined) return (stored: StoredEntry) => rowView(stored, asked.reviewed === 'yes');
  const reviewed = await reviewedAmong(auditing, entries);
  return (stored: StoredEntry) => rowView(stored, reviewed.has(stored.id));
}

/** In the order of the tree there is no time to begin or end with, and a page is named by its leaf. */
function refuseMixed(asked: EntriesQuery, since: number | undefined): void {
  const alone = since === undefined ? [] : (['from', 'to', 'ref', 'cursor', 'ids'] as const);
  for (const name of alone) if (asked[name] !== undefined) throw invalid(`/${name}`, auditTexts.notWithSince);
}

interface Page {
  entries: StoredEntry[];
  cursor: string | null;
}

/** A page as JSON, or as lines with the next page in `Link` (RFC 8288). */
function answer(c: Context, publicUrl: string, page: Page, view: (stored: StoredEntry) => object): Response {
  const entries = page.entries.map(view);
  const { cursor } = page;
  if (!wantsLines(c)) return c.json({ entries, cursor: cursor ?? undefined });
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return c.body(lines, 200, {
    'content-type': NDJSON,
    ...(cursor !== null && nextLink(c, publicUrl, cursor)),
  });
}

function nextLink(c: Context, publicUrl: string, cursor: string): { link: string } {
  const query = new URLSearchParams({ ...c.req.query(), cursor });
  return { link: `<${publicUrl}${c.req.path}?${query}>; rel="next"` };
}

/** `Accept: application/x-ndjson; profile=ocsf` */
function wantsOcsf(c: Context): boolean {
  return wantsLines(c) && /profile="?ocsf"?/i.test(c.req.header('accept') ?? '');
}

const wantsLines = (c: Context) => accepts(c, NDJSON);
