import { consentRoutes } from '../../../shared/contract/routes/consents.ts';
import { asClientId } from '../../../shared/ids.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import type { App } from '../../http/app.ts';
import { mayAct, permitted, ruleOf } from '../../session/acts.ts';
import { registered } from '../../session/agency.ts';
import type { SessionVariables } from '../../session/session.ts';
import { decoyId } from '../../steps/holding.ts';
import { type Act, findSubject, record } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { confirmConsent, makeConsentCode } from './confirm.ts';
import { setConflict } from './conflicts.ts';
import { fileConsent } from './file.ts';
import { caseworkOf, consentsIn, type StoredConsent, viewOf } from './stored.ts';
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
    setConflict: (act, { body }) => setConflict(act, body),
  });
}

/**
 * What is on file about a subject, as far as the caller may see it, newest first. The reading is an entry of the log.
 * @throws Problem REFUSED: see `findSubject`
 */
async function listConsents(
  read: Act,
  name: Parameters<typeof findSubject>[1],
): Promise<ReturnType<typeof viewOf>[]> {
  const { deps } = read;
  const { clientId } = read.session.caller;
  let consents: StoredConsent[] = [];
  // An office that has no consent here learns as little as of a person that no record exists of.
  const { logId } = await findSubject(read, name, 'use', {}, async (found) => {
    const filed = consentsIn(await caseworkOf(deps, found?.subject ?? decoyId()));
    consents = permitted(read.session, filed, ({ filedBy, recipient }) => ({
      area: true,
      filer: filedBy === clientId,
      recipient: recipient === clientId,
    }));
    return consents.length > 0 || mayAct(read.session, { area: true });
  });
  await record(read, {
    kind: 'reading',
    operation: 'use',
    owners: allOwners(read.pack),
    subject: logId,
    consents: consents.map(({ id }) => id),
    outcome: 'read',
    rule: ruleOf(read.session),
  });
  return consents.sort((a, b) => (a.at < b.at ? 1 : -1)).map(viewOf);
}
