/** `fieldgate pack versions` and `publish`: the policy in force. */

import type { Why } from '../../../shared/client/maintenance.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { pairs, table } from '../terminal/table.ts';
import { minute, timeOf, zoneHere } from '../terminal/times.ts';
import { readCompiled } from './files.ts';

const { publish: t } = await texts('policy');
const { words: w } = await texts('words');

export async function versions(options: GlobalOptions): Promise<void> {
  const { gate } = await open(options);
  const all = await gate.policyVersions.list();
  print(options, all, () =>
    table(
      [w.version, w.hash, t.publishedIn(zoneHere()), ''],
      all.map(({ version, hash, publishedAt, inForce, shipped }) => [
        version,
        hash,
        publishedAt ? minute(publishedAt) : '–',
        [inForce && t.inForce, shipped && t.shipped].filter((word) => word !== false).join(', '),
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
          [w.state, t.pending],
          [w.until, timeOf(answer.expiresAt)],
        ])
      : pairs([
          [w.version, answer.version],
          [w.hash, answer.hash],
          [t.inForceBy, timeOf(answer.inForceBy)],
          [w.entry, answer.receipt.entry],
        ]),
  );
}
