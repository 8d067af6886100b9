/** How often a function let KMS compute a MAC, against what the log says it did. */
import { beforeEach, describe, expect, test } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { logStore } from '../../functions/steps/log.ts';
import { countMacs, surplus } from '../../functions/watch/macs.ts';
import type { Trail } from '../../functions/watch/trail.ts';
import type { Writer } from '../../shared/env.ts';
import type { DataEntry } from '../../shared/log/entry/entry.ts';
import { openRig, type Rig } from '../audit/rig.ts';
import { decision } from '../log/log.ts';

const FROM = Date.parse('2026-11-25T02:10:00Z');
const SPAN = { from: FROM, to: FROM + 600_000 };
let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  rig.clock.now = FROM;
  return () => rig.close();
});

const mac = (role: string, at = FROM, more = {}) => ({
  ...{ eventName: 'GenerateMac', eventSource: 'kms.amazonaws.com' },
  eventTime: new Date(at).toISOString(),
  userIdentity: { arn: `arn:aws:sts::111122223333:assumed-role/${role}/session` },
  ...more,
});
/** The alerts of a span whose file has these records, read as often as the comparison reads it. */
async function alertsOf(records: object[], reads = 1) {
  const file = { name: 'file', at: FROM };
  const given: Trail = {
    late: null,
    files: async () => [file],
    async *read() {
      yield* records;
    },
  };
  const { counts, trail } = countMacs(given, SPAN);
  for (let read = 0; read < reads; read++)
    for await (const record of trail.read(file)) expect(record).toBeDefined();
  const alerts = await surplus(logStore(rig.deps), counts, SPAN, pack);
  return alerts.map(({ entry }) => `${entry.code}: ${entry.words?.finding}`);
}
const log = async (fn: Writer, count: number, more: Partial<DataEntry> = {}) => {
  const writer = rig.writerOf(fn);
  for (let left = count; left > 0; left -= 50)
    await writer.append(Array.from({ length: Math.min(50, left) }, () => decision(more as never)));
  await rig.sequencer.step();
};
const many = (role: string, count: number) => Array.from({ length: count }, () => mac(role));

describe('a function that tries values', () => {
  test.each(['fieldgate-insight', 'fieldgate-prod-keys-insightRole0A1B2C3D-XYZ'])(
    'raises an alert: %s',
    async (role) => {
      expect(await alertsOf(many(role, 5001))).toEqual([
        expect.stringMatching(/^MACS_WITHOUT_ENTRY: 5001 MACs by insight, .* 5000 at most/),
      ]);
    },
  );

  test('raises it although entries of other functions explain some', async () => {
    await log('intake', 10, { kind: 'intake', outcome: 'stored' });
    expect(await alertsOf(many('fieldgate-casework', 5500))).toHaveLength(1);
    expect(await alertsOf(many('fieldgate-intake', 5500))).toEqual([]);
    expect(await alertsOf(many('fieldgate-intake', 6001))).toHaveLength(1);
  });

  test('raises it although another function wrote entries of a kind that it may write, too', async () => {
    await log('release', 200);
    expect(await alertsOf(many('fieldgate-verify', 5100))).toHaveLength(1);
    expect(await alertsOf(many('fieldgate-release', 5100))).toEqual([]);
  });

  test('counts an entry by its kind: a decision explains less than a record that is written', async () => {
    await log('intake', 10, { kind: 'intake', outcome: 'stored' });
    await log('release', 10);
    expect(await alertsOf(many('fieldgate-intake', 6000))).toEqual([]);
    expect(await alertsOf(many('fieldgate-release', 5101))).toHaveLength(1);
    expect(await alertsOf(many('fieldgate-release', 5100))).toEqual([]);
  });

  test('explains an opening of a case by its people, each of whom has an entry', async () => {
    await log('casework', 30, { kind: 'request', outcome: 'opened' });
    expect(await alertsOf(many('fieldgate-casework', 5300))).toEqual([]);
    expect(await alertsOf(many('fieldgate-casework', 5301))).toHaveLength(1);
  });
});

describe('no alert is raised', () => {
  test('for a leak check of many texts, which its entry explains', async () => {
    await log('insight', 1, { purpose: 'N1' });
    expect(await alertsOf(many('fieldgate-insight', 25_000))).toEqual([]);
    expect(await alertsOf(many('fieldgate-release', 25_000))).toHaveLength(1);
  });

  test('for a file that is read again, another span, a call that failed, or a stranger of the account', async () => {
    expect(await alertsOf(many('fieldgate-verify', 4000), 3)).toEqual([]);
    const others = [mac('fieldgate-verify', SPAN.to), mac('fieldgate-verify', FROM - 1), mac('another')];
    const failed = mac('fieldgate-verify', FROM, { errorCode: 'AccessDenied' });
    expect(await alertsOf([...others, failed].flatMap((one) => Array<object>(6000).fill(one)))).toEqual([]);
  });
});
