import { subjectRoutes } from '../../../shared/contract/routes/subjects.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import type { App } from '../../http/app.ts';
import { mayAct, ruleOf } from '../../session/acts.ts';
import type { SessionVariables } from '../../session/session.ts';
import { decoyId } from '../../steps/holding.ts';
import { findSubject, isInReach, record } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';

/** The caller's reference of a person whose number it has, for acts that take a reference and for questions to the log. */
export function mountSubjects(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, subjectRoutes, {
    async findSubject(act, { body }) {
      const { caller } = act.session;
      const { logId, subject } = await findSubject(act, body.subject, 'use', {}, async (found) => {
        // The same read, whether or not a record exists.
        const id = found?.subject ?? decoyId();
        const own = await readOutline(deps.tables.keys, id, caller.departments);
        return mayAct(act.session, {
          area: found !== null && isInReach(act.pack, caller, found),
          holder: found !== null && (own?.holders.length ?? 0) > 0,
        });
      });
      const receipt = await record(act, {
        ...{
          kind: 'reading',
          operation: 'use',
          owners: allOwners(act.pack),
          subject: logId,
          outcome: 'read',
        },
        rule: ruleOf(act.session),
      });
      const references = await referencesOf(deps.kms, deps.env.referenceKey, caller.clientId);
      return { ref: references.toRef(subject), receipt };
    },
  });
}
