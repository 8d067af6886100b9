import type { Pending } from '../../../shared/contract/common.ts';
import { agencyRoutes } from '../../../shared/contract/routes/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { App } from '../../http/app.ts';
import { accepted } from '../../http/serve.ts';
import type { wordsOf } from '../../session/actor.ts';
import { serveCalls } from '../../session/serve.ts';
import type { Session, SessionVariables } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { changeAgency, registerAgency, replaceKeys, suspendAgency } from './agencies.ts';
import { type ChangedAgency, confirmChange } from './change.ts';
import { rotateKeys } from './rotate-keys.ts';
import { agenciesPage, showAgency } from './view.ts';

/** The routes under `/v1/agencies`. */
export function mountAgencies(app: App<SessionVariables>, deps: StewardDeps): void {
  const answered = (answer: ChangedAgency | Pending) => ('state' in answer ? accepted(answer) : answer);
  const suspend = async (
    session: Session,
    id: string,
    suspended: boolean,
    words: Parameters<typeof wordsOf>[1],
  ) => answered(await suspendAgency(deps, session, asClientId(id), { suspended, words }));
  serveCalls(app, deps, agencyRoutes, {
    rotateOwnKeys: { raw: async (c) => c.json(await rotateKeys(deps, c)) },
    listAgencies: (_session, { query }) => agenciesPage(deps, query.cursor),
    registerAgency: async (session, { body }) => answered(await registerAgency(deps, session, body)),
    readAgency: (_session, { id }) => showAgency(deps, asClientId(id)),
    changeAgency: async (session, { id, body }) =>
      answered(await changeAgency(deps, session, asClientId(id), body)),
    replaceAgencyKeys: async (session, { id, body }) =>
      answered(await replaceKeys(deps, session, asClientId(id), body)),
    confirmAgency: async (session, { id, body }) =>
      answered(await confirmChange(deps, session, asClientId(id), body)),
    async suspendAgency(session, { id, body }) {
      const answer = await suspend(session, id, true, body);
      if (!('agency' in answer)) throw new Error('a suspension needs no second person');
      return answer;
    },
    unsuspendAgency: (session, { id, body }) => suspend(session, id, false, body),
  });
}
