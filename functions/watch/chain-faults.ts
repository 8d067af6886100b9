/** Chains that do not verify, as the sequencer writes them down, become alerts. */

import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { FAULTS } from '../../shared/log/registry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { GATEWAY } from '../http/handler-of.ts';
import type { Watch } from './look.ts';
import type { Alert } from './raise.ts';

/** One alert for each bad entry that stops a chain. */
export async function chainFaults(
  { state, treeTable }: Pick<Watch, 'state' | 'treeTable'>,
  pack: Pack,
): Promise<Alert[]> {
  const { Items = [] } = await state.dynamo.send(
    new QueryCommand({
      TableName: treeTable,
      KeyConditionExpression: '#part = :part',
      ExpressionAttributeNames: { '#part': 'part' },
      ExpressionAttributeValues: { ':part': { S: FAULTS } },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ item, fault }) => {
    const entry = item?.S ?? '';
    return {
      key: `CHAIN_FAULT ${entry}`,
      grave: true,
      entry: {
        kind: 'alert',
        handler: GATEWAY,
        outcome: 'raised',
        code: 'CHAIN_FAULT',
        rule: pack.alerts.get('CHAIN_FAULT')?.rule ?? pack.grounds.frozen,
        about: entry,
        words: { finding: `${fault?.S ?? 'fault'} at ${entry}` },
      },
    };
  });
}
