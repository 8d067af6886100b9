/** A stored task that is no document of one: the others go on, and it is told without its text. */

import { expect, it, vi } from 'vitest';
import { putItem, tablesOf } from '../../shared/store/table.ts';
import { DAY, fileRig } from './rig.ts';

const NAME = '王小明 990001201305061234';
const rig = await fileRig();

it('stops no alert about another, and its text reaches neither the error nor the log', async () => {
  const child = await rig.child();
  await rig.decide(child);
  await rig.gateway.casework.pass();
  const [task] = await rig.tasks('mca-county');
  const { dynamo, env } = rig.gateway;
  const { tasks } = tablesOf<'tasksTable'>(dynamo, env);
  await putItem(tasks, {
    task: { S: 'broken' },
    inbox: { S: 'agency:mca-county' },
    due: { S: '2020-01-01T00:00:00.000Z#broken' },
    document: { S: NAME },
  });
  rig.later(60 * DAY);
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const thrown = await rig.gateway.casework.pass().catch((one: Error) => one);
  expect(thrown).toMatchObject({ name: 'UnreadTask', message: 'tasks failed: see the lines before' });
  expect(error.mock.calls.map(([{ work, error }]) => [work, error])).toEqual([
    ['tasks', 'UnreadTask'],
    ['tasks', 'UnreadTask'],
  ]);
  expect(JSON.stringify([error.mock.calls, String(thrown)])).not.toContain('990001201305061234');
  const alerts = await rig.entries('&kind=alert');
  expect(alerts.map(({ code }) => code)).toContain('TASK_OVERDUE');
  // The list of the office goes on as well.
  const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200');
  expect(json.tasks.map(({ id }: { id: string }) => id)).toContain(task?.id);
});
