import { agencyRoutes } from '../../../shared/contract/routes/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { App } from '../../http/app.ts';
import type { wordsOf } from '../../session/actor.ts';
import { serveCalls } from '../../session/serve.ts';
import type { Session, SessionVariables } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { changeAgency, registerAgency, replaceKeys, suspendAgency } from './agencies.ts';
import { actOf, confirmChange } from './change.ts';
import { rotateKeys } from './rotate-keys.ts';
import { agenciesPage, showAgency } from './view.ts';

type Words = Parameters<typeof wordsOf>[1];

/** The routes under `/v1/agencies`. */
export function mountAgencies(app: App<SessionVariables>, deps: StewardDeps): void {
  const acting = (session: Session, id: string, body: Words) => actOf(deps, session, id, body);
  serveCalls(app, deps, agencyRoutes, {
    rotateOwnKeys: { raw: async (c) => c.json(await rotateKeys(deps, c)) },
    listAgencies: (_session, { query }) => agenciesPage(deps, query.cursor),
    registerAgency: (session, { body }) => registerAgency(acting(session, body.clientId, body), body),
    readAgency: (_session, { id }) => showAgency(deps, asClientId(id)),
    changeAgency: (session, { id, body }) => changeAgency(acting(session, id, body), body),
    replaceAgencyKeys: (session, { id, body }) => replaceKeys(acting(session, id, body), body),
    confirmAgency: (session, { id, body }) => confirmChange(acting(session, id, body), body.entry),
    async suspendAgency(session, { id, body }) {
      const answer = await suspendAgency(acting(session, id, body), true);
      if (!('agency' in answer)) throw new Error('a suspension needs no second person');
      return answer;
    },
    unsuspendAgency: (session, { id, body }) => suspendAgency(acting(session, id, body), false),
  });
}
