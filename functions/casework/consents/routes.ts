import { consentRoutes } from '../../../shared/contract/routes/consents.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { App } from '../../http/app.ts';
import { accepted } from '../../http/serve.ts';
import { registered } from '../../session/agency.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { confirmConsent, makeConsentCode } from './confirm.ts';
import { setConflict } from './conflicts.ts';
import { fileConsent } from './file.ts';
import { listConsents } from './list.ts';
import { viewOf } from './stored.ts';
import { withdrawConsent } from './withdraw.ts';

export function mountConsents(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, consentRoutes, {
    async fileConsent(act, { body }) {
      const recipient = await registered(deps, asClientId(body.recipient));
      const { consent, informed, receipt } = await fileConsent(act, body, recipient);
      return { consent: viewOf(consent), informed: informed && viewOf(informed), receipt };
    },
    listConsents: async (act, { query }) => ({ consents: await listConsents(act, { ref: query.ref }) }),
    searchConsents: async (act, { body }) => ({ consents: await listConsents(act, body.subject) }),
    async confirmConsent(act, { id, body }) {
      const { consent, receipt } = await confirmConsent(act, id, body);
      return { consent: viewOf(consent), receipt };
    },
    makeConsentCode: (act, { id, body }) => makeConsentCode(act, id, body),
    async withdrawConsent(act, { id, body }) {
      const { consent, receipt } = await withdrawConsent(act, id, body);
      return { consent: viewOf(consent), receipt };
    },
    async setConflict(act, { body }) {
      const answer = await setConflict(act, body);
      return answer.state === 'pending' ? accepted(answer) : answer;
    },
  });
}
