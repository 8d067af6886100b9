import { expect, it } from 'vitest';
import { readClassKeyVersions } from '../../shared/env.ts';
import { DECOY_LOG } from '../../shared/ids.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { allItems, entriesOf, keyItem, makeChild, put, release, runJob, subjectOf } from './rig.ts';

const FIELDS = ['name', 'guardian_phone', 'household_profile', 'hardship_category'];
const read = async (gateway: TestGateway, ref: string) =>
  (await release(gateway, { ref }, FIELDS)).json.results[0].fields;

/** KMS keys by version, over all classes. */
const versions = (gateway: TestGateway, version: number) =>
  [...readClassKeyVersions(gateway.env.classKeys).values()].map((arns) => arns[version - 1] as string);

/** The KMS key versions that wrap the data keys of all key items. */
async function inUse(gateway: TestGateway, decoys = true): Promise<Set<string>> {
  const all = await allItems(gateway.dynamo, gateway.env.keysTable);
  const items = all.filter((item) => decoys || item['logId']?.S !== DECOY_LOG);
  const keys = items.flatMap((item) => Object.entries(item).filter(([name]) => name.startsWith('key.')));
  return new Set(keys.map(([, value]) => value.M?.['kms']?.N ?? '1'));
}

/** A gateway whose classes have a second KMS key since it was restarted, with children from before. */
async function rotated(count: number) {
  const folder = temporaryFolder();
  const first = await testGateway({ folder });
  const children = await Promise.all(Array.from({ length: count }, () => makeChild(first)));
  const held = await Promise.all(children.map(({ ref }) => read(first, ref)));
  for (const name of readClassKeyVersions(first.env.classKeys).keys()) {
    first.ring.ensure(`alias/fieldgate/class/${name}/2`, 'SYMMETRIC_DEFAULT');
  }
  await first.close();
  const gateway = await testGateway({ folder });
  return { gateway, children, held };
}

it('rewraps to the new KMS keys while releases and intakes continue; then the old ones are not needed', async () => {
  const { gateway, children, held } = await rotated(12);
  // The decoy has keys under both, as some person may have at any time.
  expect(await inUse(gateway)).toEqual(new Set(['1', '2']));
  expect(await inUse(gateway, false)).toEqual(new Set(['1']));
  const later = await makeChild(gateway);
  expect(await inUse(gateway, false)).toEqual(new Set(['1', '2']));
  const all = await allItems(gateway.dynamo, gateway.env.keysTable);
  const outdated = all.filter((item) =>
    Object.values(item).some(({ M }) => M?.['wrapped'] && !M['kms']),
  ).length;
  expect(outdated).toBeGreaterThanOrEqual(12);
  const before = await keyItem(gateway, await subjectOf(gateway, children[0]?.ref ?? ''));

  let running = true;
  let rounds = 0;
  const busy = children.slice(0, 6).map(async ({ ref }, i) => {
    while (running) {
      expect(await read(gateway, ref)).toMatchObject({ name: held[i].name });
      const household_profile = { members: 1, monthlyIncome: ++rounds };
      expect(
        (await put(gateway, 'mca-county', { ref, fields: { household_profile } })).problem,
      ).toBeUndefined();
      expect((await read(gateway, ref)).household_profile.value).toEqual(household_profile);
    }
  });
  const from = gateway.trail.length;
  const job = await runJob(gateway, 'rewrap');
  running = false;
  await Promise.all(busy);
  const done = { done: all.length, total: all.length, failed: 0, changed: outdated };
  expect(job).toMatchObject({ kind: 'rewrap', state: 'done', ...done });
  expect(rounds).toBeGreaterThanOrEqual(6);
  expect(await inUse(gateway)).toEqual(new Set(['2']));

  const mine = gateway.trail
    .slice(from)
    .filter((record) => record.userIdentity.accessKeyId === 'fieldgate-maintenance')
    .map((record) => record.eventName);
  expect(new Set(mine)).toEqual(
    new Set(['ReEncrypt', 'GetPublicKey', 'Sign', 'GenerateMac'].filter((name) => mine.includes(name))),
  );
  expect(mine.filter((name) => name === 'ReEncrypt').length).toBeGreaterThanOrEqual(12 * before.keys.size);

  for (const arn of versions(gateway, 1)) gateway.ring.setState(arn, 'Disabled');
  // An instance that still knows the decoy as it was reads it again after one answer.
  expect((await release(gateway, { ref: children[0]?.ref ?? '' }, FIELDS)).json.code).toBe(
    'CLASS_UNAVAILABLE',
  );
  for (const [i, { ref }] of children.entries()) {
    const fields = await read(gateway, ref);
    expect(fields.name).toEqual(held[i].name);
    if (i >= 6) expect(fields).toEqual(held[i]);
  }
  expect(await read(gateway, later.ref)).toMatchObject({ name: {} });
  const entries = await entriesOf(gateway, 'maintenance');
  expect(new Set(entries.map((entry) => entry.subject)).size).toBe(outdated);
  expect(entries[0]).toMatchObject({ outcome: 'rewrapped', keys: expect.any(Array), operation: 'process' });
  expect(await runJob(gateway, 'rewrap')).toMatchObject({ changed: 0 });
  await gateway.close();
});

it('without a rewrap, needs the old KMS keys', async () => {
  const { gateway, children } = await rotated(1);
  const { ref } = children[0] as { ref: string };
  expect((await release(gateway, { ref }, FIELDS)).status).toBe(200);
  for (const arn of versions(gateway, 1)) gateway.ring.setState(arn, 'Disabled');
  expect((await release(gateway, { ref }, FIELDS)).json.code).toBe('CLASS_UNAVAILABLE');
  await gateway.close();
});

it('rewraps only one class', async () => {
  const { gateway, children } = await rotated(1);
  const subject = await subjectOf(gateway, children[0]?.ref ?? '');
  expect(await runJob(gateway, 'rewrap', { class: 'facts' })).toMatchObject({ class: 'facts', failed: 0 });
  for (const key of (await keyItem(gateway, subject)).keys.values()) {
    expect([key.class, key.kms]).toEqual([key.class, key.class === 'facts' ? 2 : 1]);
  }
  await gateway.close();
});

const OFF = 'facts';

it('one class whose old key is off stops no other one; the job names it, and an alert', async () => {
  const { gateway, children } = await rotated(2);
  const usual = readClassKeyVersions(gateway.env.classKeys);
  const [old = ''] = usual.get(OFF) ?? [];
  gateway.ring.setState(old, 'Disabled');
  const people = children.length;
  const job = await runJob(gateway, 'rewrap');
  expect(job).toMatchObject({ state: 'done', left: [OFF], failed: people });
  const alerts = (await entriesOf(gateway, 'alert')).filter(
    ({ code }: { code: string }) => code === 'KEYS_LEFT',
  );
  expect(alerts).toMatchObject([{ words: { finding: expect.stringContaining(OFF) } }]);
  const versionsOf = async (decoys: boolean) => {
    const all = await allItems(gateway.dynamo, gateway.env.keysTable);
    const items = all.filter((item) => (item['logId']?.S === DECOY_LOG) === decoys);
    const keys = items.flatMap((item) => Object.entries(item).filter(([name]) => name.startsWith('key.')));
    return new Set(
      keys.map(([, { M }]) => `${usual.get(M?.['class']?.S ?? '')?.[0] === old} ${M?.['kms']?.N ?? '1'}`),
    );
  };
  expect(await versionsOf(false)).toEqual(new Set(['true 1', 'false 2']));
  // The decoy stays with those who stay.
  expect([...(await versionsOf(true))].includes('false 1')).toBe(false);
  gateway.ring.setState(old, 'Enabled');
  const again = await runJob(gateway, 'rewrap');
  expect(again).toMatchObject({ state: 'done', failed: 0 });
  expect(again).not.toHaveProperty('left');
  expect(await inUse(gateway)).toEqual(new Set(['2']));
  await gateway.close();
});
