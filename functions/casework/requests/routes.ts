import { requestRoutes } from '../../../shared/contract/routes/requests.ts';
import { invalid } from '../../../shared/errors.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { App } from '../../http/app.ts';
import { created } from '../../http/serve.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { answerRequest, withdrawRequest } from './answer.ts';
import type { AnsweredRequest } from './change.ts';
import { disputeRefusal } from './dispute.ts';
import { countOf, listOf, viewOne, viewRequest } from './list.ts';
import { askForMaterial, supplyFor } from './material.ts';
import { submitRequest } from './submit.ts';

const PAGE = 50;

export function mountRequests(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, requestRoutes, {
    async fileRequest({ pack, session }, { body }) {
      if (body.collection !== undefined && body.collection !== pack.collection) {
        throw invalid('/collection', commonTexts.noSuchCollection);
      }
      const { request, ...rest } = await submitRequest(deps, session, body);
      const answer = { ...request, ...rest };
      return rest.receipt ? created(answer) : answer;
    },
    async listRequests(act, { query }) {
      const { cursor, limit = PAGE, counts, ...wanted } = query;
      const [page, counted] = await Promise.all([
        listOf(act, { ...wanted, before: readCursor(cursor), limit }),
        counts && countOf(act, wanted.box),
      ]);
      return { requests: page.requests, cursor: writeCursor(page.next), counts: counted };
    },
    readRequest: (act, { id }) => viewRequest(act, id),
    approveRequest: async (act, { id, body: { fields, why, entry: seen } }) =>
      shown(act, await answerRequest(act, id, { outcome: 'approved', why, seen }, fields)),
    refuseRequest: async (act, { id, body: { fields, why, entry: seen } }) =>
      shown(act, await answerRequest(act, id, { outcome: 'refused', why, seen }, fields)),
    askForMaterial: async (act, { id, body: { fields, missing } }) =>
      shown(act, await askForMaterial(act, id, missing, fields)),
    supplyMaterial: async (act, { id, body: { statement, documents } }) =>
      shown(act, await supplyFor(act, id, { statement, documents })),
    disputeRefusal: async (act, { id }) => shown(act, await disputeRefusal(act, id)),
    withdrawRequest: async (act, { id }) => shown(act, await withdrawRequest(act, id)),
  });
}

async function shown(act: Act, { record, receipt }: AnsweredRequest) {
  return { request: await viewOne(act, record), receipt };
}
