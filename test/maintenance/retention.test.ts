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
import { freshNumber } from '../support/people.ts';
import { actor, depsOver } from './direct.ts';
import { casework, entriesOf, put, release, runJob, subjectOf } from './rig.ts';

const YEAR = 365.25 * 86_400_000;
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
  it('loses fields when their time is over, and is erased in the end, all of it in the log', async () => {
    const { subject } = await grownChild();
    for (const [days, left] of [
      // On the birthday itself the rules for children still hold.
      [0, ALL],
      [2, ALL],
      [3, without('photo', 'visit_notes')],
      [(1.9 * YEAR) / 86_400_000, without('photo', 'visit_notes')],
      [(2.1 * YEAR) / 86_400_000, without('photo', 'visit_notes', 'id_scan')],
      [(2.9 * YEAR) / 86_400_000, without('photo', 'visit_notes', 'id_scan')],
    ] as const) {
      const before = await fieldsOf(subject);
      expect([days, await pass(subject, days)]).toEqual([days, before.length !== left.length]);
      expect([days, await fieldsOf(subject)]).toEqual([days, left]);
    }
    const expired = (await entriesOf(gateway, 'maintenance')).filter(({ code }) => code === 'RETENTION');
    expect(expired.map(({ operation, rule, fields }) => [operation, rule, fields])).toEqual([
      ['delete', 'PIPL19', { MCA: { id_scan: 'deleted' } }],
      ['delete', 'PIPL19', { MCA: { photo: 'deleted', visit_notes: 'deleted' } }],
    ]);
    const item = (await readState(gateway.tables.keys, asSubjectId(subject))).state;
    expect(item).toBe('live');
    expect(await pass(subject, (3.1 * YEAR) / 86_400_000)).toBe(true);
    expect((await readState(gateway.tables.keys, asSubjectId(subject))).state).toBe('erased');
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

describe('a recipient', () => {
  const inbox = async () => {
    const { json } = await gateway.call('mca-county', casework('li.na'), 'GET', '/v1/tasks?limit=200');
    return (json.tasks as { kind: string; ref?: string; opened: string; details: object }[]).filter(
      ({ kind }) => kind === 'delete-grown',
    );
  };

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
