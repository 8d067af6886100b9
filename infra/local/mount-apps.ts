/** The functions of the gateway on one origin. */

import { auditApp } from '../../functions/audit/app.ts';
import { AUDIT_ENV } from '../../functions/audit/deps.ts';
import { caseworkApp } from '../../functions/casework/app.ts';
import { CASEWORK_ENV } from '../../functions/casework/deps.ts';
import { consoleApp } from '../../functions/console/app.ts';
import type { Deps } from '../../functions/deps.ts';
import { insightApp } from '../../functions/insight/app.ts';
import { INSIGHT_ENV } from '../../functions/insight/deps.ts';
import { intakeApp } from '../../functions/intake/app.ts';
import { INTAKE_ENV } from '../../functions/intake/deps.ts';
import { releaseApp } from '../../functions/release/app.ts';
import { RELEASE_ENV } from '../../functions/release/deps.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { STEWARD_ENV } from '../../functions/steward/deps.ts';
import { TOKEN_ENV, tokenApp } from '../../functions/token/app.ts';
import { verifyApp } from '../../functions/verify/app.ts';
import { VERIFY_ENV } from '../../functions/verify/deps.ts';
import type { EnvName } from '../../shared/env.ts';
import type { TreeStore } from '../../shared/log/files/stores.ts';
import type { FileFolder } from './aws/file-folder.ts';
import type { LocalKms } from './aws/kms/local-kms.ts';
import type { ListFolder } from './aws/list-folder.ts';
import type { MountedApp } from './compose.ts';

export type MakeDeps = <Names extends EnvName>(role: string, names: readonly Names[]) => Deps<Names>;

interface Shared {
  tree: TreeStore;
  lists: ListFolder;
  files: FileFolder;
}

/** Every function with a role, clients and settings of its own, as in AWS. */
export function mountApps(
  deps: MakeDeps,
  { tree, lists, files }: Shared,
  kmsAs: LocalKms['clientAs'],
  now: () => number,
): MountedApp[] {
  return [
    tokenApp(deps('token', TOKEN_ENV)),
    intakeApp({ ...deps('intake', INTAKE_ENV), files }),
    releaseApp({ ...deps('release', RELEASE_ENV), kmsAs, files }),
    verifyApp({ ...deps('verify', VERIFY_ENV), lists }),
    insightApp(deps('insight', INSIGHT_ENV)),
    caseworkApp(deps('casework', CASEWORK_ENV)),
    auditApp({ ...deps('audit', AUDIT_ENV), tree: tree.files }),
    stewardApp(deps('steward', STEWARD_ENV)),
    consoleApp({ folder: async () => (await import('../package/console.ts')).builtConsole(), now }),
  ];
}
