/** What CloudTrail delivers of an unwrap, and what the log says of it. */

import { logStore } from '../../functions/steps/log.ts';
import { asClientId, asKeyId, asLogId } from '../../shared/ids.ts';
import { readEntries } from '../../shared/log/read/read.ts';
import type { Rig } from '../audit/rig.ts';

let count = 0;
/** A Decrypt as CloudTrail records it. */
export function unwrap(
  at: number,
  change: { key?: string; subject?: string; role?: string; errorCode?: string } = {},
) {
  const { key = 'key-1', subject = 'subject-1', role = 'fieldgate-verify', errorCode } = change;
  return {
    eventName: 'Decrypt',
    eventSource: 'kms.amazonaws.com',
    eventID: `event-${count++}`,
    eventTime: new Date(at).toISOString().replace(/\.\d+/, ''),
    userIdentity: { arn: `arn:aws:sts::111122223333:assumed-role/${role}/S1@edu-county` },
    requestParameters: {
      encryptionContext: {
        collection: 'children',
        class: 'identity-name',
        owner: 'MPS',
        subject,
        keyId: key,
      },
    },
    ...(errorCode && { errorCode }),
  };
}

/** The name of a file that CloudTrail delivered at an instant. @param nth makes it differ from others */
export function nameAt(prefix: string, at: number, nth: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]|\d\d\.\d+/g, '');
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${prefix}${day}/111122223333_CloudTrail_eu-west-1_${stamp}_${nth}abc.json.gz`;
}

/** A release that unwrapped these keys. */
export async function decide(rig: Rig, at: number, keys: string[]): Promise<void> {
  rig.clock.now = at;
  await rig.log.append([
    {
      kind: 'decision',
      operation: 'provide',
      owners: ['MPS'],
      purpose: 'S1',
      collection: 'children',
      handler: { departments: ['EDU'], agency: asClientId('edu-county') },
      ...{
        subject: asLogId('log-id-1'),
        fields: { MPS: { name: 'plain' } },
        outcome: 'released',
        keys: keys.map(asKeyId),
      },
    },
  ]);
}

/** Alerts since an instant, with what they found. */
export async function told(rig: Rig, since: number): Promise<string[]> {
  const span = { from: since, to: rig.clock.now + 1 };
  const page = await readEntries(logStore(rig.deps), {
    ...span,
    filter: { kind: 'alert' },
    limit: 99,
    asked: {},
  });
  return page.entries.map(({ entry, words }) => `${entry?.code}: ${words.finding}`);
}
