/** `fieldgate pack publish`: another policy comes in force. */

import type { Second } from '../../../shared/client/wire/types.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { type GlobalOptions, open } from '../common.ts';
import { show } from '../derive/derive.ts';
import { readCompiled } from './files.ts';

export async function publish(path: string, options: GlobalOptions & Second): Promise<void> {
  const pack = readCompiled(path) as Json;
  const { officer, reason, entry } = options;
  const { gate } = await open(options);
  const answer = await gate.call('POST /v1/policy/versions', {
    body: { pack, ...defined({ officer, reason, entry }) },
  });
  await show({ gate, options }, versionRoutes.publishPolicy, answer as unknown as Record<string, Json>);
}
