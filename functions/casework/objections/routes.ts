import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import type { Labelled } from '../../../shared/contract/common.ts';
import { objectionRoutes } from '../../../shared/contract/routes/objections.ts';
import { asClientId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { objectionPage } from '../../../shared/pages/objection.ts';
import { type ListedState, listDesk } from '../../../shared/records/casework/desk-lists.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import type { App } from '../../http/app.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { mayAct, requireAct } from '../../session/acts.ts';
import { agencyOf } from '../../session/agency.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { inboxesOf } from '../inboxes.ts';
import { newestOf, type Row } from '../newest.ts';
import { serveActs } from '../serve.ts';
import { fileObjection } from './file.ts';
import { resolveObjection } from './resolve.ts';
import { concernOf, findObjection, readObjection, safetyOf, viewOf, wordsOf } from './stored.ts';

const PAGE = 50;

export function mountObjections(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, objectionRoutes, {
    fileObjection: (act, { body }) => fileObjection(act, body),
    async listObjections(act, { query: { state, cursor, limit = PAGE } }) {
      const { items, next } = await listObjections(act, state, { before: readCursor(cursor), limit });
      return { objections: items, cursor: writeCursor(next) };
    },
    async readObjection(act, { id, query, c }) {
      const { objection, outline } = await findObjection(act, id);
      const concern = concernOf(act, objection, outline);
      requireAct(act.session, concern);
      const words = await wordsOf(act, outline.subject, objection.id);
      const safety = await safetyOf(act, objection, outline, concern);
      const view = await viewOf(act, objection, words, safety);
      if (!accepts(c, 'text/html')) return { objection: view };
      const lang = await pageLanguage(c, query.lang);
      const { fields, casework, departments } = act.pack;
      const answered = view.resolved && (await agencyOf(deps, asClientId(view.resolved.agency)));
      const named = (one: Labelled | undefined, code: string) => one ?? { label: codeText(code) };
      const page = objectionPage(
        {
          ...view,
          what: named(casework?.objections.rights[view.right], view.right),
          about: named(fields.get(view.field), view.field),
          office: answered
            ? { label: answered.name }
            : named(departments.get(view.department), view.department),
          desk: { label: act.session.agency.name },
        },
        { lang, zone: act.pack.calendar },
        casework?.pages.complaint,
      );
      return c.body(page, 200, { ...PAGE_HEADERS, ...languageHeaders([lang]) });
    },
    resolveObjection: (act, { id, body }) => resolveObjection(act, id, body),
  });
}

/** Those that the office filed or answers, without their words. @returns one page: see `newestOf` */
function listObjections(
  act: Act,
  state: ListedState,
  page: { before: string | undefined; limit: number },
): Promise<{ items: ObjectionView[]; next: string | null }> {
  const { deps, pack, session } = act;
  session.act.asked = true;
  return newestOf(
    {
      inboxes: inboxesOf(pack, session.caller),
      read: (inbox, rows) => listDesk(deps.tables.casework, { kind: 'objection', state, inbox }, rows),
      show: (rows) => Promise.all(rows.map((row) => shown(act, state, row))),
    },
    page,
  );
}

async function shown(act: Act, state: ListedState, row: Row): Promise<ObjectionView | null> {
  const objection = await readObjection(act, row.id);
  if (!objection || (objection.state === 'open') !== (state === 'open')) return null;
  // A repeat after a crash is listed by its own instant.
  if (row.key !== `${objection.at}#${row.id}`) return null;
  const outline = await readOutline(act.deps.tables.keys, objection.subject);
  if (!outline || !mayAct(act.session, concernOf(act, objection, outline))) return null;
  return viewOf(act, objection, null);
}
