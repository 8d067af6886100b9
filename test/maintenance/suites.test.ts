/** From one suite to the other, and back, while calls go on. */
import { expect, it } from 'vitest';
import { suiteOf } from '../../shared/crypto/field-format.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { allItems, keyItem, makeChild, put, release, runJob, subjectOf } from './rig.ts';

const FIELDS = ['name', 'guardian_phone', 'household_profile', 'hardship_category'];
const read = async (gateway: TestGateway, ref: string) =>
  (await release(gateway, { ref }, FIELDS)).json.results[0].fields;

/** What the tables name: suites of fields, forms of heads, lengths of data keys' commitments. */
async function inUse(gateway: TestGateway) {
  const [sheets, keys] = [
    await allItems(gateway.dynamo, gateway.env.sheetsTable),
    await allItems(gateway.dynamo, gateway.env.keysTable),
  ];
  const sealed = sheets.flatMap((item) => Object.values(item['fields']?.M ?? {}));
  // Objects of files have one suite, whatever that of the fields is.
  const stored = keys.flatMap((item) => Object.entries(item)).filter(([, { M }]) => !M?.['file']);
  return {
    fields: new Set(sealed.map(({ B }) => suiteOf(B ?? new Uint8Array())?.id)),
    heads: new Set(
      stored.flatMap(([name, { S = '' }]) => (name.startsWith('head.') ? [/\.s2\./.test(S)] : [])),
    ),
    commitments: new Set(stored.flatMap(([, { M }]) => M?.['commitment']?.B?.length ?? [])),
    wraps: new Set(stored.flatMap(([, { M }]) => M?.['wrapped']?.B?.[0] ?? [])),
  };
}

it.each([
  { from: 'standard', to: 'national', suite: 2, commitment: 35 },
  { from: 'national', to: 'standard', suite: 1, commitment: 32 },
])('rekey moves all from $from to $to while releases and intakes continue', async ({ from, to, ...ends }) => {
  const folder = temporaryFolder();
  const first = await testGateway({ folder, cryptography: from });
  const children = await Promise.all(Array.from({ length: 6 }, () => makeChild(first)));
  const held = await Promise.all(children.map(({ ref }) => read(first, ref)));
  expect((await inUse(first)).fields.size).toBe(1);
  await first.close();

  const gateway = await testGateway({ folder, cryptography: to });
  // What the other suite sealed opens as before, and one sheet holds both.
  expect(await Promise.all(children.map(({ ref }) => read(gateway, ref)))).toEqual(held);
  const [one] = children as [(typeof children)[0]];
  const changed = { ref: one.ref, fields: { guardian_phone: '13900000002' } };
  expect((await put(gateway, 'mca-county', changed)).problem).toBeUndefined();
  expect((await read(gateway, one.ref)).guardian_phone.value).toBe('13900000002');
  expect((await read(gateway, one.ref)).name).toEqual(held[0].name);
  const both = await inUse(gateway);
  expect([both.fields, both.commitments]).toEqual([new Set([1, 2]), new Set([32, 35])]);

  // A sweep says what a rekey has still to move, and of which classes.
  const suites = async (): Promise<Record<string, number>> => (await runJob(gateway, 'sweep')).suites;
  const { [ends.suite]: present, ...old } = await suites();
  expect([present, old[`${3 - ends.suite} identity-name`]]).toEqual([1, expect.any(Number)]);
  expect(Object.keys(old).every((of) => of.startsWith(`${3 - ends.suite} `))).toBe(true);
  const subject = await subjectOf(gateway, children[1]?.ref ?? '');
  const [name = ''] = [...(await keyItem(gateway, subject)).keys.values()].map((key) => key.class);
  expect(await runJob(gateway, 'rekey', { class: name })).toMatchObject({ state: 'done', failed: 0 });
  expect(await suites()).not.toHaveProperty(`${3 - ends.suite} ${name}`);
  for (const key of (await keyItem(gateway, subject)).keys.values())
    expect(key.commitment.length === ends.commitment).toBe(key.class === name);

  let [running, rounds] = [true, 0];
  const busy = children.slice(2).map(async ({ ref }, i) => {
    while (running) {
      expect((await read(gateway, ref)).name).toEqual(held[i + 2].name);
      const fields = { household_profile: { members: 1, monthlyIncome: ++rounds } };
      expect((await put(gateway, 'mca-county', { ref, fields })).problem).toBeUndefined();
      expect((await read(gateway, ref)).household_profile.value).toEqual(fields.household_profile);
    }
  });
  const job = await runJob(gateway, 'rekey');
  running = false;
  await Promise.all(busy);
  expect(job).toMatchObject({ kind: 'rekey', state: 'done', failed: 0, done: job.total });
  expect(job.changed).toBeGreaterThanOrEqual(children.length);
  expect(await suites()).toEqual({ [ends.suite]: expect.any(Number) });
  expect(await inUse(gateway)).toEqual({
    fields: new Set([ends.suite]),
    heads: new Set([ends.suite === 2]),
    commitments: new Set([ends.commitment]),
    wraps: new Set([ends.suite]),
  });
  expect((await read(gateway, children[1]?.ref ?? '')).name).toEqual(held[1].name);
  await gateway.close();
});
