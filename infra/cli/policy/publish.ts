/** `fieldgate pack versions` and `publish`: the policy in force. */

import type { Second } from '../../../shared/client/wire/types.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { listed, show } from '../derive/derive.ts';
import { readCompiled } from './files.ts';

export async function versions(options: GlobalOptions): Promise<void> {
  const { gate } = await open(options);
  const all = (await gate.call('GET /v1/policy/versions', {})).versions;
  const columns = ['version', 'hash', 'publishedAt', 'inForce', 'shipped'];
  print(options, all, () => listed(versionRoutes.listVersions, 'versions', all, columns));
}

export async function publish(path: string, options: GlobalOptions & Second): Promise<void> {
  const pack = readCompiled(path) as Json;
  const { officer, reason, entry } = options;
  const { gate } = await open(options);
  const answer = await gate.call('POST /v1/policy/versions', {
    body: { pack, ...defined({ officer, reason, entry }) },
  });
  await show({ gate, options }, versionRoutes.publishPolicy, answer as unknown as Record<string, Json>);
}
