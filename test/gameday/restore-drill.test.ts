/**
 * `FIELDGATE_DRILL=300 npm run drill:restore`: the steps of docs/operate/runbook.md#restore with the local gateway's own backup, and how
 * long each took. It asserts what holds afterwards, and no time.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGateway } from '../../infra/local/gateway.ts';
import { backUp } from '../../infra/local/state/backup-ask.ts';
import { restore } from '../../infra/local/state/restore.ts';
import { statePaths } from '../../infra/local/state/state.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { eraseByTwo, makeChild, release, subjectOf } from '../maintenance/rig.ts';
import { temporaryFolder } from '../support/folder.ts';
import { callers, shortSteps, type TestGateway } from '../support/gateway.ts';

const CHILDREN = Number(process.env['FIELDGATE_DRILL'] ?? 6);

async function started(folder: string): Promise<TestGateway> {
  shortSteps();
  const options = { folder, port: 0, faults: false, people: 'tokens', sequenceEvery: null } as const;
  const gateway = await startGateway(options);
  return { ...gateway, trail: [], ...callers(gateway) };
}

it('a restore brings records back, erases again what was erased since, and says how long each step took', async () => {
  const took: [string, number][] = [];
  const timed = async <T>(step: string, act: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await act();
    took.push([step, performance.now() - from]);
    return result;
  };
  const folder = temporaryFolder();
  const paths = statePaths(folder);
  const to = join(temporaryFolder(), 'backup');
  const first = await started(folder);
  const children = await timed('children are put in', async () => {
    const all: Awaited<ReturnType<typeof makeChild>>[] = [];
    while (all.length < CHILDREN) all.push(await makeChild(first));
    return all;
  });
  while ((await first.sequencer.step()).sequenced > 0);
  await timed('a backup is made', () => backUp(paths, to));
  // A tenth is erased after the instant that the restore goes back to.
  const gone = children.slice(0, Math.ceil(CHILDREN / 10));
  const subjects: string[] = [];
  for (const child of gone) {
    subjects.push(await subjectOf(first, child.ref));
    expect((await eraseByTwo(first, child.ref)).status).toBe(200);
  }
  while ((await first.sequencer.step()).sequenced > 0);
  await first.close();

  const restored = await timed('tables go back, and the log is verified', () => restore(paths, to));
  expect(restored).toMatchObject({ what: 'records' });
  const second = await timed('the gateway starts and repeats the erasures', () => started(folder));
  for (const one of subjects)
    expect((await readState(second.tables.keys, asSubjectId(one))).state).toBe('erased');
  const { status } = await timed('the first release is answered', () =>
    release(second, { ref: children.at(-1)?.ref ?? '' }, ['name']),
  );
  expect(status).toBe(200);
  await second.close();

  const lines = took.map(([step, ms]) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${step}`);
  process.stdout.write(`${[`${CHILDREN} children, ${gone.length} erased since`, ...lines].join('\n')}\n`);
});
