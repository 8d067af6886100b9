/** `fieldgate policy versions` and `publish`: the policy in force. */

import type { Why } from '../../../shared/client/maintenance.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { pairs, table } from '../terminal/table.ts';
import { readCompiled } from './files.ts';

export async function versions(options: GlobalOptions): Promise<void> {
  const { gate } = await open(options);
  const all = await gate.policyVersions.list();
  print(options, all, () =>
    table(
      ['version', 'hash', 'published', ''],
      all.map(({ version, hash, publishedAt, inForce, shipped }) => [
        version,
        hash,
        publishedAt ?? '–',
        [inForce && 'in force', shipped && 'shipped'].filter((word) => word !== false).join(', '),
      ]),
    ),
  );
}

export async function publish(path: string, options: GlobalOptions & Why): Promise<void> {
  const pack = readCompiled(path) as Json;
  const { officer, reason } = options;
  const why = { ...defined({ officer, reason }) };
  const { gate } = await open(options);
  const answer = await gate.policyVersions.publish(pack, why);
  print(options, answer, () =>
    'state' in answer
      ? pairs([
          ['state', 'pending: another steward has to publish the same'],
          ['until', answer.expiresAt],
        ])
      : pairs([
          ['version', answer.version],
          ['hash', answer.hash],
          ['in force by', answer.inForceBy],
          ['entry', answer.receipt.entry],
        ]),
  );
}
