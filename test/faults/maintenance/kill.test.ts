import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ownAccounts } from '../../../infra/local/sample/parties.ts';
import { allItems, entriesOf, jobDone, runJob, viewJob } from '../../maintenance/rig.ts';
import { startChild } from '../../support/child.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { testGateway } from '../../support/gateway.ts';

const steward = { actions: ['steward'], officer: 'chen.jie', reason: 'yearly rotation of keys' };
const heads = (items: Awaited<ReturnType<typeof allItems>>) =>
  new Map(
    items.flatMap((item) =>
      Object.entries(item)
        .filter(([name]) => name.startsWith('head.'))
        .map(([name, { S }]) => [`${item['subject']?.S} ${name}`, Number(S?.split('.')[0])] as const),
    ),
  );

test('a job continues after kill -9 and does each subject once', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const first = await startChild(folder, ['--people', '20']);
  await first.end('SIGTERM');
  const look = async () => {
    const gateway = await testGateway({ folder: `${folder}/.fieldgate`, accounts: ownAccounts() });
    const items = await allItems(gateway.dynamo, gateway.env.keysTable);
    await gateway.close();
    return heads(items);
  };
  const before = await look();
  expect(before.size).toBeGreaterThan(50);

  let child = await startChild(folder);
  const { json } = await child.call('steward-office', steward, 'POST', '/v1/keys/rekey', {});
  let deaths = 0;
  for (let seen = 0; deaths < 2; ) {
    const { json: job } = await viewJob(child, json.id);
    if (job.state === 'done') break;
    if (job.done > seen) {
      seen = job.done;
      await child.end('SIGKILL');
      deaths++;
      child = await startChild(folder);
    } else await sleep(20);
  }
  expect(deaths).toBeGreaterThan(0);
  const job = await jobDone(child, json.id);
  expect(job).toMatchObject({ state: 'done', failed: 0 });
  expect(job.done).toBe(job.total);
  expect((await entriesOf(child, 'maintenance', 1000)).length).toBeGreaterThanOrEqual(before.size);
  // Everything opens, or a second rekey could not.
  expect(await runJob(child, 'rekey')).toMatchObject({ failed: 0, done: job.done });
  expect(await child.end('SIGTERM')).toBe(0);

  const after = await look();
  for (const [head, version] of before) expect([head, after.get(head)]).toEqual([head, version + 2]);
});
