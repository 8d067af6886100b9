/** Three years of a record after the eighteenth birthday, with a moved clock: fields go first, then the record. */

import { describe, expect, it } from 'vitest';
import { startDaily, workOnJobs } from '../../functions/maintenance/jobs/jobs.ts';
import { retainSubject } from '../../functions/maintenance/jobs/retain.ts';
import { loadHolding } from '../../functions/steps/holding.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { dropCasework, FREEZE, putCasework } from '../../shared/records/casework/casework.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { faultsOf } from '../policy/changed-pack.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber, turning } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';
import { actor, depsOver } from './direct.ts';
import { casework, entriesOf, put, release, runJob, subjectOf } from './rig.ts';

/** The day after tomorrow the child is eighteen. */
const birth = (() => {
  const day = new Date(Date.now() + 2 * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
  return `${Number(day.slice(0, 4)) - 18}${day.slice(4)}`.replace('-02-29', '-03-01');
})();

const gateway = await fileGateway();

async function grownChild() {
  const id = freshNumber(birth);
  const match = { id_number: id };
  await put(gateway, 'mps-county', { match, fields: { id_number: id, name: '欧阳娜娜', birth_date: birth } });
  const care = { photo: 'file:1', visit_notes: 'calm', id_scan: 'file:2', guardian_phone: '13900000001' };
  const { ref } = await put(gateway, 'mca-county', {
    match,
    fields: { division_code: '990001001', ...care },
  });
  return { ref, subject: await subjectOf(gateway, ref) };
}

/** One pass over one record, so many days from now. */
function pass(subject: string, days: number): Promise<boolean> {
  const deps = { ...depsOver(gateway, gateway.dynamo), now: () => Date.now() + days * 86_400_000 };
  return retainSubject(
    { deps, job: { started: deps.now() } as Job, actor: actor(gateway, 'retention') },
    asSubjectId(subject),
  );
}

async function fieldsOf(subject: string): Promise<string[]> {
  const { sheets } = await loadHolding(depsOver(gateway, gateway.dynamo), asSubjectId(subject));
  return [...sheets.values()].flatMap(({ fields }) => [...fields.keys()]).sort();
}

const ALL = [
  ...[
    'birth_date',
    'division_code',
    'guardian_phone',
    'id_number',
    'id_scan',
    'name',
    'photo',
    'visit_notes',
  ],
];
const without = (...gone: string[]) => ALL.filter((field) => !gone.includes(field));

describe('a record', () => {
  it('loses fields when their time is over, and is erased in the end, in three years of passes by the clock', async () => {
    const { subject } = await grownChild();
    const state = async () => (await readState(gateway.tables.keys, asSubjectId(subject))).state;
    // On the birthday itself, day 2, the rules for children still hold. Then a pass each month.
    const days = [0, 2, 3, ...Array.from({ length: 37 }, (_, month) => 33 + month * 30)];
    const changes: [day: number, left: string[]][] = [];
    for (const day of days) {
      const before = await fieldsOf(subject);
      // The log keeps the true time, so that its entries can be read.
      const deps = {
        ...depsOver(gateway, gateway.dynamo),
        now: () => Date.now() + day * 86_400_000,
      };
      expect([day, await startDaily(deps, 'retention')]).toEqual([day, true]);
      expect(await workOnJobs(deps, () => true)).toBeNull();
      if ((await state()) === 'erased') {
        changes.push([day, []]);
        break;
      }
      const left = await fieldsOf(subject);
      if (left.length < before.length) changes.push([day, left]);
    }
    expect(changes).toEqual([
      [3, without('photo', 'visit_notes')],
      // Two years after its last write, and three years after the birthday.
      [753, without('photo', 'visit_notes', 'id_scan')],
      [1113, []],
    ]);
    const expired = (await entriesOf(gateway, 'maintenance')).filter(({ code }) => code === 'RETENTION');
    expect(expired.map(({ operation, rule, fields }) => [operation, rule, fields])).toEqual([
      ['delete', 'PIPL19', { MCA: { id_scan: 'deleted' } }],
      ['delete', 'PIPL19', { MCA: { photo: 'deleted', visit_notes: 'deleted' } }],
    ]);
    const [erasure] = (await entriesOf(gateway, 'erasure')) as {
      code: string;
      rule: string;
      operation: string;
    }[];
    expect(erasure).toMatchObject({ code: 'RETENTION', rule: 'PIPL19', operation: 'delete' });
  });

  it('opens only a date of birth, after an entry', async () => {
    const { subject } = await grownChild();
    const from = gateway.trail.length;
    await pass(subject, 0);
    const opened = gateway.trail
      .slice(from)
      .filter(({ eventName }) => eventName === 'Decrypt')
      .map(({ requestParameters }) => requestParameters?.['encryptionContext'] as Record<string, string>);
    expect(opened.map(({ owner, class: name }) => `${owner} ${name}`)).toEqual(['MPS facts']);
    const attempts = (await entriesOf(gateway, 'attempt')) as { code: string; keys: string[] }[];
    const said = attempts.filter(({ code }) => code === 'RETENTION').flatMap(({ keys }) => keys);
    expect(said).toContain(opened[0]?.['keyId']);
  });

  it('is not erased while it is frozen, and is erased after the freeze', async () => {
    const { subject } = await grownChild();
    const freeze = { kind: FREEZE, id: 'hold', document: { at: '', by: 'court-county', entry: '' } };
    await putCasework(gateway.tables.casework, asSubjectId(subject), freeze);
    expect(await pass(subject, 4 * 366)).toBe(false);
    expect(await fieldsOf(subject)).toEqual(ALL);
    await dropCasework(gateway.tables.casework, asSubjectId(subject), { kind: FREEZE, id: 'hold' });
    expect(await pass(subject, 4 * 366)).toBe(true);
  });

  it('without a date of birth loses only fields that are too old', async () => {
    const match = { local_id: 'FOUNDLING-1' };
    const fields = { division_code: '990001001', photo: 'file:1', id_scan: 'file:2' };
    const { ref } = await put(gateway, 'mca-county', { match, fields });
    const subject = await subjectOf(gateway, ref);
    await pass(subject, 30 * 366);
    expect(await fieldsOf(subject)).toEqual(['division_code', 'photo']);
  });
});

describe('the end of a hardship', () => {
  it('ends the papers of its help two years later, opening the category only then', async () => {
    const match = { local_id: 'ENDED-1' };
    const fields = { division_code: '990001001', hardship_category: [], photo: 'file:1' };
    const { ref } = await put(gateway, 'mca-county', { match, fields: { ...fields, benefits: [] } });
    const subject = await subjectOf(gateway, ref);
    const opened = async (days: number) => {
      const from = gateway.trail.length;
      const changed = await pass(subject, days);
      const keys = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt');
      return [changed, keys.length > 0];
    };
    expect(await opened(700)).toEqual([false, false]);
    expect(await opened(740)).toEqual([true, true]);
    expect(await fieldsOf(subject)).toEqual(['division_code', 'hardship_category', 'photo']);
  });
});

describe('the end of a case', () => {
  it('ends what is held about it three years later, if no owner knows an open one', async () => {
    const id = freshNumber();
    const closed = { number: 'A-1', stage: 'closed' };
    const { ref } = await put(gateway, 'mps-county', {
      match: { id_number: id },
      fields: { id_number: id, birth_date: turning(8), case_info: closed },
    });
    const subject = await subjectOf(gateway, ref, 'mps-county');
    await pass(subject, 2.9 * 366);
    expect(await fieldsOf(subject)).toContain('case_info');
    const trial = { case_info: { number: 'A-1', stage: 'trial' } };
    await put(gateway, 'court-county', { match: { id_number: id }, fields: trial });
    expect(await pass(subject, 3.1 * 366)).toBe(false);
    await put(gateway, 'court-county', { match: { id_number: id }, fields: { case_info: closed } });
    expect(await pass(subject, 3.1 * 366)).toBe(true);
    expect(await fieldsOf(subject)).toEqual(['birth_date', 'id_number']);
  });
});

describe('a recipient', () => {
  const inbox = async (agency = 'mca-county', wanted = 'delete-grown') => {
    const { json } = await gateway.call(agency, casework('li.na'), 'GET', '/v1/tasks?limit=200');
    return (json.tasks as { kind: string; ref?: string; opened: string; details: object }[]).filter(
      ({ kind }) => kind === wanted,
    );
  };

  it('is asked to delete once its duty no longer covers the child: the end of care, of enrolment', async () => {
    const id = freshNumber(turning(10, '01-06'));
    const match = { id_number: id };
    const school = (given: object) => put(gateway, 'edu-county', { match, fields: { school_name: given } });
    const care = (status: string, institution: string) =>
      put(gateway, 'mca-county', {
        match,
        fields: {
          division_code: '990001001',
          guardianship_status: { status, conflict: false },
          placement_site: { institution },
        },
      });
    await put(gateway, 'mps-county', { match, fields: { id_number: id, name: '欧阳娜娜' } });
    const { ref } = await care('long-term-state', 'WI-990001-01');
    await school({ school: '清河县第二小学' });
    const subject = await subjectOf(gateway, ref);
    const read = async (agency: string, purpose: string) => {
      const details = { actions: ['release'], purpose, officer: 'li.na', reason: reasonFor(purpose) };
      const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
      const { json, text } = await gateway.call(agency, details, 'POST', '/v1/releases', body);
      expect(json.results?.[0]?.fields?.name?.value, text).toBe('欧阳娜娜');
    };
    await read('welfare-home', 'W4');
    await read('mca-county', 'W4');
    await read('school-second', 'S1');
    await gateway.sequencer.step();
    const left = async (agency: string) =>
      (await inbox(agency, 'delete-left')).map(({ details, ref: of }) => [details, typeof of]);
    const told = (purpose: string, agency: string) => [
      { purposes: [purpose], agency, entries: [expect.any(String)] },
      'string',
    ];
    await pass(subject, 1);
    expect([await left('welfare-home'), await left('school-second')]).toEqual([[], []]);
    // To another home: civil affairs is still its guardian.
    await care('long-term-state', 'WI-990001-02');
    await pass(subject, 1);
    await pass(subject, 2);
    expect(await left('welfare-home')).toEqual([told('W4', 'welfare-home')]);
    expect(await left('mca-county')).toEqual([]);
    await care('normal', 'WI-990001-02');
    await pass(subject, 2);
    expect(await left('mca-county')).toEqual([told('W4', 'mca-county')]);
    // A school keeps it for 30 days after the transfer.
    const since = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await school({ school: '柳林镇中心小学', previous: '清河县第二小学', since });
    await pass(subject, 29);
    expect(await left('school-second')).toEqual([]);
    await pass(subject, 32);
    expect(await left('school-second')).toEqual([told('S1', 'school-second')]);
  });

  it('is asked to delete once the person is grown, from the first day of the next month', async () => {
    const { ref, subject } = await grownChild();
    expect((await release(gateway, { ref }, ['name'])).status).toBe(200);
    await gateway.sequencer.step();
    // The entry names the basis of the purpose.
    const [entry] = (await entriesOf(gateway, 'decision')) as { policy?: { basis?: string } }[];
    expect(entry?.policy?.basis).toContain('PIPL 13(3)');
    await pass(subject, 1);
    expect(await inbox()).toEqual([]);
    await pass(subject, 40);
    await pass(subject, 41);
    const [task, ...more] = (await inbox()).filter((one) => one.ref === ref);
    expect(more).toEqual([]);
    expect(task?.details).toEqual({ purpose: 'W1', agency: 'mca-county' });
    const opened = new Date(Date.parse(task?.opened ?? '') + 8 * 3_600_000).toISOString();
    expect(opened.slice(8, 19)).toBe('01T00:00:00');
  });
});

it('runs as a job over all records', async () => {
  await grownChild();
  expect(await runJob(gateway, 'retention')).toMatchObject({ kind: 'retention', state: 'done', failed: 0 });
});

it('starts once a day by the clock', async () => {
  const at = (days: number) => depsOver(gateway, gateway.dynamo, () => Date.now() + days * 86_400_000);
  expect(await startDaily(at(10), 'retention')).toBe(true);
  expect(await startDaily(at(10), 'retention')).toBe(false);
  expect(await startDaily(at(11), 'retention')).toBe(true);
  expect(await workOnJobs(at(11), () => true)).toBeNull();
});

it.each<[string, string, RegExp]>([
  ['fields: [id_scan]', 'fields: [id_number]', /"id_number" is erased only with the whole record/],
  ['fields: [id_scan]', 'fields: [birth_date]', /"birth_date" is erased only with the whole record/],
  ['fields: [id_scan]', 'fields: [no_such_field]', /there is no field/],
  ['fields: [id_scan], yearsAfterWrite: 2', 'fields: [id_scan]', /a period needs an end/],
])('a pack may not say %s → %s', (from, to, fault) => {
  expect(faultsOf('retention.yaml', from, to).join()).toMatch(fault);
});
