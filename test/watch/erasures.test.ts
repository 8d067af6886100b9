/** What the alarm on many erasures counts: entries that the watch reads, not what the erasing function says. */
import { expect, test, vi } from 'vitest';
import { retainSubject } from '../../functions/maintenance/jobs/retain.ts';
import { reportRun, runWatch } from '../../functions/watch/run.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { actor, depsOver } from '../maintenance/direct.ts';
import { entriesOf, eraseByTwo, makeChild, orderErasure, put, subjectOf } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();

/** Metrics of a run of the watch over all that was appended. */
async function watched(): Promise<Record<string, number>> {
  await gateway.sequencer.step();
  // The comparison with KMS's record would write entries of its own.
  const watcher = { scan: gateway.watcher.scan, reconcile: async () => ({ faults: 0, behind: 0 }) };
  const run = await runWatch(watcher as never, { now: () => 1, until: 1 });
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  reportRun(run, 1);
  const line = JSON.parse(String(write.mock.lastCall?.[0]));
  write.mockRestore();
  return line;
}

async function settle(): Promise<number> {
  let erasures = 0;
  for (let leaves = 2; leaves > 1; ) {
    const line = await watched();
    erasures += line['Erasures'] ?? 0;
    leaves = line['leaves'] ?? 0;
  }
  return erasures;
}

/** The end of the retention of a record, whose child has been grown for some years. */
async function endOfRetention(): Promise<void> {
  const birth_date = '2003-05-06';
  const match = { id_number: freshNumber(birth_date) };
  const { ref } = await put(gateway, 'mps-county', { match, fields: { ...match, birth_date } });
  const subject = asSubjectId(await subjectOf(gateway, ref, 'mps-county'));
  const deps = depsOver(gateway, gateway.dynamo);
  const run = { deps, job: { started: deps.now() } as Job, actor: actor(gateway, 'retention') };
  expect(await retainSubject(run, subject)).toBe(true);
}

test('erasures by people are counted once each, and neither the end of a retention nor a repeat', async () => {
  expect(await settle()).toBe(0);
  const children = [await makeChild(gateway), await makeChild(gateway)];
  for (const { ref } of children) expect((await eraseByTwo(gateway, ref)).status).toBe(200);
  expect((await orderErasure(gateway, children[0]?.ref ?? '')).status).toBe(200);
  await endOfRetention();
  const erased = (await entriesOf(gateway, 'erasure')).filter(({ outcome }) => outcome === 'erased');
  expect(erased).toHaveLength(3);
  expect(await settle()).toBe(2);
  expect(await settle()).toBe(0);
});
