/** `fieldgate pack versions` and `publish`: the policy in force. */

import type { Second } from '../../../shared/client/maintenance.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { listed, show } from '../derive/derive.ts';
import { readCompiled } from './files.ts';

export async function versions(options: GlobalOptions): Promise<void> {
  const { gate } = await open(options);
  const all = await gate.policyVersions.list();
  const columns = ['version', 'hash', 'publishedAt', 'inForce', 'shipped'];
  print(options, all, () => listed(versionRoutes.listVersions, 'versions', all, columns));
}

export async function publish(path: string, options: GlobalOptions & Second): Promise<void> {
  const pack = readCompiled(path) as Json;
  const { officer, reason, entry } = options;
  const why = defined({ officer, reason, entry });
  const { gate } = await open(options);
  const answer = await gate.policyVersions.publish(pack, why);
  await show({ gate, options }, versionRoutes.publishPolicy, answer as unknown as Record<string, Json>);
}
