/** The help for a person ends by two people: purposes of help stop, recipients delete, terms run; and it is taken up again. */
import { expect, it } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import { querySheets } from '../../shared/records/subject/sheets.ts';
import { crashAt } from '../support/crash.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { casework, entriesOf, makeChild, put, refAt, release, runJob, subjectOf } from './rig.ts';

liftStopLimits();

const DAY = 86_400_000;
const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });

type Child = Awaited<ReturnType<typeof makeChild>>;
const call = (method: string, officer: string, { ref }: Child, body: object = {}) =>
  gateway.call('mca-county', casework(officer), method, `/v1/subjects/${ref}/end`, body);

/** What the school office gets under S1, and civil affairs under W1. */
async function reads(child: Child): Promise<unknown[]> {
  const S1 = { actions: ['release'], purpose: 'S1', case: 'E-1', officer: 'zhang.wei', reason: 'subsidy' };
  const body = { collection: 'children', subjects: [{ match: child.match }], fields: ['sex'] };
  const school = await gateway.call('edu-county', S1, 'POST', '/v1/releases', body);
  const own = await release(gateway, { ref: child.ref }, ['sex']);
  return [school, own].map(({ json }) => json.results[0].refused?.code ?? json.results[0].fields.sex.value);
}
const tasks = async (agency: string, child: Child) => {
  const { json } = await gateway.call(agency, casework('an.reader'), 'GET', '/v1/tasks?limit=200');
  const own = await refAt(gateway, child.ref, agency);
  return json.tasks.filter(({ ref }: { ref?: string }) => ref === own);
};
const kinds = async (agency: string, child: Child) =>
  (await tasks(agency, child)).map(({ kind }: { kind: string }) => kind).sort();

async function asked() {
  const child = await makeChild(gateway);
  expect(await reads(child)).toEqual(['1', '1']);
  await gateway.sequencer.step();
  const first = await call('POST', 'li.na', child);
  expect(first.json.state, first.text).toBe('pending');
  return { ...child, entry: first.json.receipt.entry as string };
}

it('stops purposes of help alone, by two people, and asks their recipients to delete', async () => {
  const child = await asked();
  expect(await reads(child)).toEqual(['1', '1']);
  expect((await call('POST', 'li.na', child, { entry: child.entry })).json.code).toBe(
    'APPROVER_IS_REQUESTER',
  );
  const done = await call('POST', 'wang.fang', child, { entry: child.entry });
  expect(done.json.endedAt, done.text).toBeDefined();
  expect((await call('POST', 'wang.fang', child, { entry: child.entry })).json).toEqual(done.json);
  expect((await call('POST', 'li.na', child)).json).toEqual(done.json);
  expect(await reads(child)).toEqual(['REFUSED', '1']);
  const [denial] = await entriesOf(gateway, 'denial', 5);
  expect(denial.words?.finding ?? denial.finding).toBe('HELP_ENDED');
  await gateway.sequencer.step();
  await runJob(gateway, 'retention');
  expect(await kinds('edu-county', child)).toEqual(['delete-left']);
  const [own] = await tasks('mca-county', child);
  expect([own.kind, own.letters]).toEqual(['help-ended', ['help-ended']]);
  expect((await call('POST', 'zhao.min', child)).json.code).toBe('CONFLICT');

  const again = await call('DELETE', 'wang.fang', child);
  expect(again.json.resumedAt, again.text).toBeDefined();
  expect(await reads(child)).toEqual(['1', '1']);
  // No letter goes out any more that says the opposite.
  expect(await kinds('mca-county', child)).not.toContain('help-ended');
  // The person who has not heard the answer asks again; another one finds that the help goes on.
  expect((await call('DELETE', 'wang.fang', child)).json).toEqual(again.json);
  expect((await call('DELETE', 'li.na', child)).json.code).toBe('CONFLICT');
  const next = await call('POST', 'li.na', child);
  expect(next.json.state, next.text).toBe('pending');
  expect(
    (await call('POST', 'wang.fang', child, { entry: next.json.receipt.entry })).json.endedAt,
  ).toBeDefined();
  expect(await reads(child)).toEqual(['REFUSED', '1']);
});

it('ends also for a child with a file of the archive: nothing is destroyed', async () => {
  const child = await asked();
  await put(gateway, 'mca-county', { match: child.match, fields: { adoption_info: 'file:1' } });
  const done = await call('POST', 'wang.fang', child, { entry: child.entry });
  expect(done.json.endedAt, done.text).toBeDefined();
  expect(await kinds('archive-county', child)).toEqual([]);
});

it.each(['before', 'after'] as const)(
  'after a crash %s any write the second word completes it',
  async (when) => {
    const { tasksTable, jobsTable, caseworkTable } = gateway.env;
    const ended: Child[] = [];
    let at = 1;
    for (; ; at++) {
      const child = await asked();
      const crash = crashAt(at, when, [tasksTable, jobsTable, caseworkTable]);
      await call('POST', 'wang.fang', child, { entry: child.entry });
      crash.end();
      if (!crash.hit()) break;
      const again = await call('POST', 'wang.fang', child, { entry: child.entry });
      expect(again.json.endedAt, `write ${at}: ${again.text}`).toBeDefined();
      expect([await reads(child), at]).toEqual([['REFUSED', '1'], at]);
      ended.push(child);
    }
    await gateway.sequencer.step();
    await runJob(gateway, 'retention');
    for (const child of ended) expect(await kinds('edu-county', child)).toEqual(['delete-left']);
    expect(at).toBeGreaterThan(4);
  },
);

it('lets the terms of the help run from then on, and not of a child whose help goes on', async () => {
  const [ended, goesOn] = [await asked(), await asked()];
  await call('POST', 'wang.fang', ended, { entry: ended.entry });
  const held = async ({ ref }: Child) => {
    const subject = asSubjectId(await subjectOf(gateway, ref));
    const head = (await readKeyItem(gateway.tables.keys, subject))?.heads.get('MCA');
    const sheets = await querySheets(gateway.tables.sheets, subject);
    const sheet = [...sheets.values()].flat().find((one) => one.head.digest === head?.digest);
    return sheet?.fields.has('household_profile');
  };
  clock.now += 700 * DAY;
  await runJob(gateway, 'retention');
  expect([await held(ended), await held(goesOn)]).toEqual([true, true]);
  clock.now += 35 * DAY;
  await runJob(gateway, 'retention');
  expect([await held(ended), await held(goesOn)]).toEqual([false, true]);
});
