import type { Hono } from 'hono';
import type { Labelled } from '../../../shared/contract/common.ts';
import { DeskListQuery } from '../../../shared/contract/routes/desk-lists.ts';
import {
  ObjectionQuery,
  ObjectionRequest,
  ResolveRequest,
} from '../../../shared/contract/routes/objections.ts';
import { asClientId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { objectionPage } from '../../../shared/pages/objection.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { requireAct } from '../../session/acts.ts';
import { agencyOf } from '../../session/agency.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { fileObjection } from './file.ts';
import { listObjections } from './list.ts';
import { resolveObjection } from './resolve.ts';
import { concernOf, findObjection, safetyOf, viewOf, wordsOf } from './stored.ts';

const PAGE = 50;

export function mountObjections(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/objections', authenticate(deps, 'objection.file'), async (c) => {
    const body = await readBody(c, ObjectionRequest);
    return c.json(await fileObjection(await beginAct(deps, c.get('session'), body), body));
  });

  app.get('/v1/objections', authenticate(deps, 'objection.list'), async (c) => {
    const { state, cursor, limit = PAGE } = readQuery(c, DeskListQuery);
    const read = await beginRead(deps, c.get('session'));
    const { items, next } = await listObjections(read, state, { before: readCursor(cursor), limit });
    return c.json({ objections: items, cursor: writeCursor(next) });
  });

  app.get('/v1/objections/:id', authenticate(deps, 'objection.read'), async (c) => {
    const read = await beginRead(deps, c.get('session'));
    const { objection, outline } = await findObjection(read, c.req.param('id'));
    const concern = concernOf(read, objection, outline);
    requireAct(read.session, concern);
    const words = await wordsOf(read, outline.subject, objection.id);
    const safety = await safetyOf(read, objection, outline, concern);
    const view = await viewOf(read, objection, words, safety);
    if (!accepts(c, 'text/html')) return c.json({ objection: view });
    const lang = await pageLanguage(c, readQuery(c, ObjectionQuery).lang);
    const { fields, casework, departments } = read.pack;
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
        desk: { label: read.session.agency.name },
      },
      { lang, zone: read.pack.calendar },
      casework?.pages.complaint,
    );
    return c.body(page, 200, { ...PAGE_HEADERS, ...languageHeaders([lang]) });
  });

  app.post('/v1/objections/:id/resolve', authenticate(deps, 'objection.resolve'), async (c) => {
    const body = await readBody(c, ResolveRequest);
    const act = await beginAct(deps, c.get('session'), body);
    return c.json(await resolveObjection(act, c.req.param('id'), body));
  });
}
