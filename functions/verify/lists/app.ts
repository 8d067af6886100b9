/** The routes of lists, and the work on them. */

import type { MiddlewareHandler } from 'hono';
import { LIST_ID, LIST_PART, verifyListRoutes } from '../../../shared/contract/routes/verify-lists.ts';
import { Problem } from '../../../shared/errors.ts';
import type { App } from '../../http/app.ts';
import { wantedBy } from '../../http/language.ts';
import { serveCalls } from '../../session/serve.ts';
import type { Session, SessionVariables } from '../../session/session.ts';
import type { VerifyDeps } from '../deps.ts';
import { listOf, removeList, resultOf, viewList } from './list.ts';
import { putPart, submitList } from './submit.ts';
import { type Lane, lanesOf, workOn } from './work.ts';

export function listRoutes(app: App<SessionVariables>, deps: VerifyDeps, prepare: MiddlewareHandler): void {
  const found = (session: Session, place: { id: string; part?: string }) =>
    listOf(deps, session, placeOf(place).id);
  serveCalls(
    app,
    deps,
    verifyListRoutes,
    {
      async putListRows(session, { body, ...place }) {
        await putPart(await found(session, place), place.part, body);
        return { rows: body.rows.length };
      },
      submitList: (session, { body, c, ...place }) =>
        submitList(deps, session, placeOf(place).id, body, wantedBy(c)),
      readList: async (session, place) => viewList(await found(session, place)),
      async readListResults(session, { c, ...place }) {
        const sealed = await resultOf(await found(session, place), place.part);
        // A JWE has dots, and what is sealed to a hybrid key has none.
        const type = sealed.includes('.') ? 'jose' : 'fieldgate-sealed';
        return c.body(sealed, 200, { 'content-type': `application/${type}` });
      },
      async removeList(session, place) {
        await removeList(await found(session, place));
        return { state: 'removed' as const };
      },
    },
    () => ({ before: [prepare] }),
  );
}

/** @throws Problem NOT_FOUND for what no list, or part, can be called */
function placeOf({ id, part = '0' }: { id: string; part?: string }): { id: string; part: string } {
  if (!LIST_ID.test(id) || !LIST_PART.test(part)) throw new Problem('NOT_FOUND');
  return { id, part };
}

/** What a state machine, or the local gateway, does with a list. */
export interface ListWork {
  lanes(marker: string, most: number): Promise<Lane[]>;
  work(lane: Lane, goOn: () => boolean): Promise<{ again: boolean }>;
}

export function listWork(deps: VerifyDeps): ListWork {
  return {
    lanes: (marker, most) => lanesOf(deps, marker, most),
    work: (lane, goOn) => workOn(deps, lane, goOn),
  };
}
