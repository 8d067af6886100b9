/** A permanent file of the archive: no end of retention and no two people destroy it before it was appraised and handed over. */
import { expect, it } from 'vitest';
import { retainSubject } from '../../functions/maintenance/jobs/retain.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { registerCase } from '../support/cases.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { freshNumber } from '../support/people.ts';
import { actor, depsOver } from './direct.ts';
import { beginErasure, casework, entriesOf, orderErasure, put, refAt, subjectOf } from './rig.ts';

liftStopLimits();

const DAY = 86_400_000;
const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });
const ARCHIVE = 'archive-county';

/** A person who is 21 and more, so that everything is over. @param more fields of civil affairs */
async function grown(more: object) {
  const birth = '2004-01-15';
  const match = { id_number: freshNumber(birth) };
  await put(gateway, 'mps-county', { match, fields: { ...match, name: '欧阳娜娜', birth_date: birth } });
  const { ref } = await put(gateway, 'mca-county', {
    match,
    fields: { division_code: '990001001', ...more },
  });
  return { ref, match, subject: asSubjectId(await subjectOf(gateway, ref)) };
}
const ADOPTED = { adoption_info: 'file:SY-1' };

const pass = (subject: ReturnType<typeof asSubjectId>) => {
  const deps = { ...depsOver(gateway, gateway.dynamo), now: () => clock.now };
  return retainSubject(
    { deps, job: { started: clock.now } as Job, actor: actor(gateway, 'retention') },
    subject,
  );
};
const state = async (subject: ReturnType<typeof asSubjectId>) =>
  (await readState(gateway.tables.keys, subject)).state;

const listed = async () =>
  (await gateway.call(ARCHIVE, casework('gu.yan'), 'GET', '/v1/tasks?kind=appraise&state=open')).json.tasks;
const done = (id: string, outcome: string, letter?: string) =>
  gateway.call(ARCHIVE, casework('gu.yan'), 'POST', `/v1/tasks/${id}/complete`, {
    outcome,
    ...(letter && { letter, delivery: 'in-person', day: new Date(clock.now).toISOString().slice(0, 10) }),
  });

const WORDS = { purpose: 'K1', case: 'ARC-2026-1', officer: 'gu.yan' };
/** The archive asks for the file, and its owner approves. @returns the answer that holds it */
async function handOver(ref: string) {
  const subject = { ref: await refAt(gateway, ref, ARCHIVE) };
  await registerCase(gateway, ARCHIVE, WORDS, [subject], clock.now);
  const ask = (context: object) =>
    gateway.call(
      ARCHIVE,
      { actions: ['release'], ...WORDS, reason: 'the file of an adoption is handed over' },
      ...(['POST', '/v1/releases'] as const),
      { collection: 'children', subjects: [subject], fields: ['adoption_info'], ...context },
    );
  const { json } = await ask({});
  const { id, entry } = { id: json.results?.[0]?.request ?? json.id, entry: json.entry };
  const approve = { entry };
  const approved = await gateway.call(
    'mca-county',
    casework('boss.mca'),
    'POST',
    `/v1/requests/${id}/approve`,
    approve,
  );
  expect([approved.status, approved.text]).toEqual([200, approved.text]);
  return ask({ context: { request: id } });
}

it('stays past its retention until the archive has approved and has it', async () => {
  const { ref, subject } = await grown(ADOPTED);
  expect(await pass(subject)).toBe(false);
  expect(await pass(subject)).toBe(false);
  const [task, ...more] = await listed();
  expect(more).toEqual([]);
  expect(task).toMatchObject({
    ref: await refAt(gateway, ref, ARCHIVE),
    outcomes: ['approved', 'kept'],
    details: {
      held: [
        {
          ...{ owner: 'MCA', field: 'adoption_info', written: '2026-03-02T01:00:00.000Z' },
          label: { en: 'Permanent, handed over before', zh: '永久保管，须先移交' },
        },
      ],
    },
  });
  expect(task.letters).toEqual(['appraisal']);
  const path = `/v1/tasks/${task.id}/letter?lang=zh`;
  const { letter } = (await gateway.call(ARCHIVE, casework('gu.yan'), 'GET', path)).json;
  expect(letter.parts[0].text).toBe('收养信息：永久保管，须先移交，民政，2026-03-02 09:00 (UTC+8)');
  const page = await gateway.call(ARCHIVE, casework('gu.yan'), 'GET', path, undefined, {
    accept: 'text/html',
  });
  expect([page.text.includes('档案鉴定销毁清册'), /欧阳|SY-1/.test(page.text)]).toEqual([true, false]);
  expect((await done(task.id, 'approved')).json.code).toBe('INVALID_REQUEST');
  expect((await done(task.id, 'approved', '0'.repeat(64))).json.code).toBe('CONFLICT');
  expect((await done(task.id, 'approved', letter.digest)).status).toBe(200);
  const [closed] = await entriesOf(gateway, 'task');
  expect(JSON.stringify(closed)).toContain(`letter appraisal zh ${letter.digest}`);
  expect(await pass(subject)).toBe(false);
  clock.now += DAY;
  const { status, text } = await handOver(ref);
  expect([status, text]).toEqual([200, text]);
  await gateway.sequencer.step();
  expect(await pass(subject)).toBe(true);
  expect(await state(subject)).toBe('erased');
});

it('is appraised again a year after the archive wanted it kept', async () => {
  const { subject } = await grown(ADOPTED);
  await pass(subject);
  const [task] = await listed();
  await done(task.id, 'kept');
  clock.now += 364 * DAY;
  expect(await pass(subject)).toBe(false);
  expect(await listed()).toEqual([]);
  clock.now += 2 * DAY;
  expect(await pass(subject)).toBe(false);
  const [again] = await listed();
  expect(again.id).not.toBe(task.id);
});

it('stops the erasure by two people, who learn no more than of any stop', async () => {
  const { ref, subject } = await grown(ADOPTED);
  clock.now += 31 * DAY;
  expect((await beginErasure(gateway, ref)).status).toBe(202);
  const before = (await listed()).length;
  expect((await orderErasure(gateway, ref)).json.code).toBe('CONFLICT');
  expect(await state(subject)).toBe('live');
  expect(await listed()).toHaveLength(before + 1);
  const [stopped] = (await entriesOf(gateway, 'request')) as { outcome: string }[];
  expect(stopped?.outcome).toBe('stopped');
});

it('is what the pack names alone: any other record goes without a question', async () => {
  const before = (await listed()).length;
  const { subject } = await grown({ guardianship_status: 'normal' });
  expect(await pass(subject)).toBe(true);
  expect(await listed()).toHaveLength(before);
});
