import { subjectRoutes } from '../../../shared/contract/routes/subjects.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import type { App } from '../../http/app.ts';
import { ruleOf } from '../../session/acts.ts';
import type { SessionVariables } from '../../session/session.ts';
import { record } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { findHeld } from '../speaks.ts';

/** The caller's reference of a person whose number it has, for acts that take a reference and for questions to the log. */
export function mountSubjects(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, subjectRoutes, {
    async findSubject(act, { body }) {
      const { caller } = act.session;
      const { logId, subject } = await findHeld(act, body.subject, 'use', 'holder');
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
