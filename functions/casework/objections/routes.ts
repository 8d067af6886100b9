import type { Labelled } from '../../../shared/contract/common.ts';
import { objectionRoutes } from '../../../shared/contract/routes/objections.ts';
import { asClientId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { objectionPage } from '../../../shared/pages/objection.ts';
import type { App } from '../../http/app.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { requireAct } from '../../session/acts.ts';
import { agencyOf } from '../../session/agency.ts';
import type { SessionVariables } from '../../session/session.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { fileObjection } from './file.ts';
import { listObjections } from './list.ts';
import { resolveObjection } from './resolve.ts';
import { concernOf, findObjection, safetyOf, viewOf, wordsOf } from './stored.ts';

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
