import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { allItems, entriesOf, makeChild, put, release, runJob } from './rig.ts';

it('moves match keys to the new index key while lookups continue; then the old one is not needed', async () => {
  const folder = temporaryFolder();
  const first = await testGateway({ folder });
  const children = await Promise.all(Array.from({ length: 6 }, () => makeChild(first)));
  for (const use of ['index', 'leak']) first.ring.ensure(`alias/fieldgate/${use}/2`, 'HMAC_256');
  await first.close();

  const gateway = await testGateway({ folder });
  const [old = '', present = ''] = gateway.env.indexKey.split(' ');
  const versions = async () =>
    new Set(
      (await allItems(gateway.dynamo, gateway.env.indexTable)).map(
        ({ index }) => index?.S?.replace('leak.', '').split('.')[0],
      ),
    );
  const find = async (id: string) =>
    (await release(gateway, { match: { id_number: id } }, ['name'])).json.results[0].fields?.name;
  expect(present).not.toBe('');
  expect(await versions()).toEqual(new Set(['1']));

  let running = true;
  let found = 0;
  const busy = (async () => {
    for (let i = 0; running; i = (i + 1) % children.length) {
      expect(await find(children[i]?.id ?? '')).toMatchObject({ value: '欧阳娜娜' });
      found++;
    }
  })();
  const job = await runJob(gateway, 'reindex');
  running = false;
  await busy;
  expect(job).toMatchObject({ kind: 'reindex', state: 'done', failed: 0 });
  expect(job.changed).toBeGreaterThanOrEqual(children.length);
  expect(found).toBeGreaterThan(0);
  expect(await versions()).toEqual(new Set(['2']));
  expect((await entriesOf(gateway, 'maintenance'))[0]).toMatchObject({ outcome: 'reindexed' });
  expect(await runJob(gateway, 'reindex')).toMatchObject({ changed: 0 });

  // Each further version is a MAC over the one before, so the first key stays in use; the table no longer needs it.
  for (const { id } of children) expect(await find(id)).toMatchObject({ value: '欧阳娜娜' });
  expect(
    (await put(gateway, 'mps-county', { match: { id_number: children[0]?.id }, fields: { sex: '1' } }))
      .created,
  ).toBe(false);
  gateway.ring.setState(old, 'Disabled');
  const unknown = { match: { id_number: freshNumber() } };
  const { json } = await release(gateway, unknown, ['name'], { unregistered: true });
  expect(json.code).toBe('KMS_UNAVAILABLE');
  await gateway.close();
}, 60_000);
