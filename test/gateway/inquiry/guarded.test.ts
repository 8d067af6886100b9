/** What an inquiry does not reveal to a guardian: the child's safety comes first. Over HTTP. */
import { describe, expect, it } from 'vitest';
import { SAMPLE_AGENCIES } from '../../../infra/local/sample/parties.ts';
import { defined } from '../../../shared/defined.ts';
import { put } from '../../maintenance/rig.ts';
import { type Answer, fileGateway } from '../../support/gateway.ts';
import { GUARDIAN, GUARDIANS, MOTHER } from '../../support/guardians.ts';
import { reasonFor } from '../../support/reasons.ts';
import { inquire, makePerson, secondClerk } from './world.ts';

const gateway = await fileGateway();

type Use = { purpose: { code: string }; agency: { id: string; name: string } };
const purposesIn = ({ json }: Answer) => json.uses.map(({ purpose }: Use) => purpose.code);

/** A release of the name. */
async function use(agency: string, purpose: string, match: object, words: object, context: object = {}) {
  const reason = reasonFor(purpose, 'missing since noon');
  const details = { actions: ['release'], purpose, officer: 'zhou', reason, ...words };
  const asked = { collection: 'children', subjects: [{ match }], fields: ['name'], context };
  const { json, text } = await gateway.call(agency, details, 'POST', '/v1/releases', asked);
  expect(json.results?.[0].fields?.name.value, text).toBe('欧阳娜娜');
}
const emergency = (match: object) =>
  use('health-hospital', 'E1', match, {}, { imminentDangerAttested: true });
const report = (match: object) => use('mps-county', 'R1', match, { case: 'MR-7' });

/** Closes every open task of the agency of one kind. */
async function tell(agency: string, kind: string, evidence?: string): Promise<number[]> {
  await gateway.casework.pass();
  const details = { actions: ['casework'], officer: 'zhou', reason: 'the guardian was told' };
  const { json } = await gateway.call(agency, details, 'GET', '/v1/tasks?limit=200');
  const tasks = json.tasks.filter((task: { kind: string }) => task.kind === kind);
  const all: number[] = [];
  for (const { id } of tasks) {
    const body = { outcome: 'told', ...(evidence && { evidence, delivery: 'post', day: '2026-01-05' }) };
    all.push((await gateway.call(agency, details, 'POST', `/v1/tasks/${id}/complete`, body)).status);
  }
  return all;
}

describe('an emergency', () => {
  it('is shown to a guardian once the recipient has proven the notice, and to the child at once', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    await emergency(match);
    expect(purposesIn(await inquire(gateway, match, 'guardian'))).not.toContain('E1');
    expect(purposesIn(await inquire(gateway, match, 'child'))).toContain('E1');
    expect(await tell('health-hospital', 'notice-deferred')).toEqual([400]);
    expect(purposesIn(await inquire(gateway, match, 'guardian'))).not.toContain('E1');
    expect(await tell('health-hospital', 'notice-deferred', 'd'.repeat(64))).toEqual([200]);
    const uses = (await inquire(gateway, match, 'guardian')).json.uses;
    // A hospital could reveal the child's place, so only its department is shown.
    expect(uses.find(({ purpose }: Use) => purpose.code === 'E1').agency).toMatchObject({ id: 'HEALTH' });
  });

  it('is never shown to a guardian in conflict', async () => {
    const { match } = await makePerson(gateway, { years: 9, conflict: true });
    await emergency(match);
    await tell('health-hospital', 'notice-deferred', 'd'.repeat(64));
    expect(purposesIn(await inquire(gateway, match, 'guardian'))).toEqual(['X1']);
  });
});

it('the place of a child in temporary care of the state is told to a guardian only if the department says so', async () => {
  const { match } = await makePerson(gateway, { years: 9, guardianship: 'temporary-state' });
  const places = ['residence_address', 'visit_notes', 'school_name', 'placement_site'];
  const shown = async () => {
    const { held } = (await inquire(gateway, match, 'guardian')).json;
    expect(held).toHaveProperty('name');
    return places.filter((field) => Object.hasOwn(held, field));
  };
  const site = { institution: 'SH-990001-02', address: '避风路9号' };
  expect(await shown()).toEqual([]);
  await put(gateway, 'mca-county', { match, fields: { placement_site: site } });
  expect(await shown()).toEqual([]);
  await put(gateway, 'mca-county', { match, fields: { placement_site: { ...site, secret: false } } });
  expect(await shown()).toEqual(places);
});

describe('a mandatory report', () => {
  it('opens no task of notice, and is shown to no guardian, but to the child', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    await report(match);
    for (const kind of ['notice', 'notice-deferred', 'notice-substitute'])
      expect(await tell('mps-county', kind, 'd'.repeat(64))).toEqual([]);
    expect(purposesIn(await inquire(gateway, match, 'guardian'))).not.toContain('R1');
    expect(purposesIn(await inquire(gateway, match, 'child'))).toContain('R1');
  });

  it('also opens no task if a guardian is in conflict or replaced', async () => {
    for (const person of [
      { years: 9, conflict: true },
      { years: 9, guardianship: 'revoked' },
    ]) {
      const { match } = await makePerson(gateway, person);
      await report(match);
      await gateway.casework.pass();
      for (const agency of ['mps-county', 'mca-county'])
        expect(await tell(agency, 'notice-deferred', 'd'.repeat(64))).toEqual([]);
    }
    expect(await tell('mca-county', 'notice-substitute')).toEqual([]);
  });

  it('is a field that no guardian gets: the reported harm', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    const harm = { type: 'abuse', date: '2026-03-01' };
    await put(gateway, 'mps-county', { match, fields: { harm_incident: harm } });
    const guardian = await inquire(gateway, match, 'guardian');
    expect(guardian.json.held).not.toHaveProperty('harm_incident');
    const seen = async (inquirer: string) => {
      const second = await secondClerk(gateway, match, inquirer);
      return (await inquire(gateway, match, inquirer, {}, '/v1/inquiries', { second })).json.held;
    };
    expect(await seen('guardian')).not.toHaveProperty('harm_incident');
    expect(await seen('child')).toHaveProperty('harm_incident');
  });
});

describe('the place of the child', () => {
  const PLACE = { institution: '向阳之家', address: '隐蔽巷1号' };
  const place = (match: object, secret: boolean) =>
    put(gateway, 'mca-county', { match, fields: { placement_site: { ...PLACE, secret } } });

  it('stays hidden from every guardian while the placement is secret', async () => {
    const [open, secret] = [await makePerson(gateway, { years: 9 }), await makePerson(gateway, { years: 9 })];
    await place(open.match, false);
    await place(secret.match, true);
    expect((await inquire(gateway, open.match, 'guardian')).text).toContain('隐蔽巷1号');
    const { json, text } = await inquire(gateway, secret.match, 'guardian');
    for (const trace of ['placement_site', '隐蔽巷', '向阳', 'school_name', '秘密小学', 'residence_address'])
      expect(text).not.toContain(trace);
    expect(json.held.name.value).toBe('欧阳娜娜');
    expect((await inquire(gateway, secret.match, 'child')).text).toContain('隐蔽巷1号');
  });

  it('is not revealed by an office to any guardian, but by a department', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    // The hospital writes, and thereby reveals where the child was treated.
    await put(gateway, 'health-hospital', { match, fields: { health_status: 'healthy' } });
    const offices = async (inquirer: string) =>
      (await inquire(gateway, match, inquirer)).json.writes.map(({ agency }: Use) => agency.id).sort();
    expect(await offices('guardian')).toEqual(['HEALTH', 'edu-county', 'mca-county', 'mps-county']);
    expect(await offices('child')).toContain('health-hospital');
  });
});

/** That such an answer reveals nothing of its reason: `silence/guarded.test.ts`. */
describe('a guardian in conflict', () => {
  it.each([[false], [true]])('gets what a stranger may know, second clerk: %s', async (withSecond) => {
    const { match } = await makePerson(gateway, { years: 9, conflict: true });
    const told = { illness: { code: 'C91.0' }, medical_record: '孩子说妈妈打她', hiv_status: 'affected' };
    const fields = { ...told, health_status: 'ill', mental_health: { code: 'F43' } };
    await put(gateway, 'health-hospital', { match, fields });
    const second = withSecond ? await secondClerk(gateway, match, 'guardian') : undefined;
    const { json, text } = await inquire(
      gateway,
      match,
      'guardian',
      {},
      '/v1/inquiries',
      defined({ second }),
    );
    expect(Object.keys(json.held).sort()).toEqual(
      ['birth_date', 'division_code', 'guardian_identity', 'id_number', 'name'].sort(),
    );
    expect(json.held.division_code.value).toBe('990001');
    expect(json.writes.map(({ department }: { department: string }) => department).sort()).toEqual([
      'MCA',
      'MPS',
    ]);
    for (const trace of ['HEALTH', 'EDU', '孩子说']) expect(text).not.toContain(trace);
  });

  it('sees the write that says so, as one that does not', async () => {
    const lines = async (conflict: boolean) => {
      const { match } = await makePerson(gateway, { years: 9, conflict: true });
      const status = { status: 'normal', conflict };
      const fields = { guardian_identity: [GUARDIAN], guardianship_status: status };
      await put(gateway, 'mca-county', {
        match,
        fields: { ...fields, guardianship_status: { ...status, conflict: false } },
      });
      await put(gateway, 'mca-county', { match, fields });
      const { writes } = (await inquire(gateway, match, 'guardian')).json;
      return writes.map((one: { fields: string[] }) => one.fields);
    };
    expect(await lines(true)).toEqual(await lines(false));
  });

  it('sees no other guardian', async () => {
    const { match } = await makePerson(gateway, { years: 9, conflict: true });
    const list = [GUARDIAN, { kind: 'welfare-institution', name: '院长', number: '12990001MB00000000' }];
    await put(gateway, 'mca-county', { match, fields: { guardian_identity: list } });
    const { json, text } = await inquire(gateway, match, 'guardian');
    expect(json.held.guardian_identity.value).toEqual([GUARDIAN]);
    expect(text).not.toContain('院长');
  });
});

it('names no office of a part of the county to any guardian, because the child may live there', async () => {
  const office = SAMPLE_AGENCIES.find(({ clientId }) => clientId === 'mca-county');
  if (!office) return expect.fail('no office');
  const township = { ...office, clientId: 'mca-township', areas: ['990001001'] };
  const other = await fileGateway({ agencies: [...SAMPLE_AGENCIES, township] });
  const { match } = await makePerson(other, { years: 9 });
  await put(other, 'mca-township', { match, fields: { benefits: [] } });
  const offices = async (inquirer: string) =>
    (await inquire(other, match, inquirer)).json.writes.map(({ agency }: Use) => agency.id);
  expect(await offices('guardian')).not.toContain('mca-township');
  expect(await offices('guardian')).toContain('MCA');
  expect(await offices('child')).toContain('mca-township');
});

describe('the situation of a parent', () => {
  const [FATHER] = GUARDIANS;
  const GRANDMOTHER = { kind: 'grandparent', name: '沈月', id_number: '990001195001010028' };
  const SAID = { father: 'compulsory-rehabilitation', mother: 'serving-sentence' };

  async function family(said: object | null = SAID, list: object[] = [...GUARDIANS, GRANDMOTHER]) {
    const { match } = await makePerson(gateway, { years: 9 });
    await put(gateway, 'mca-county', { match, fields: { guardian_identity: list } });
    if (said) await put(gateway, 'court-county', { match, fields: { parent_status: said } });
    return match;
  }
  const asks = (match: object, { name, number }: { name: string; number: string }, inquirer = 'guardian') =>
    inquire(gateway, match, inquirer, {}, '/v1/inquiries', { identity: { name, number } });
  const by = {
    father: { name: FATHER?.name ?? '', number: GUARDIAN.id_number },
    mother: { name: MOTHER.name, number: MOTHER.number },
    grandmother: { name: GRANDMOTHER.name, number: GRANDMOTHER.id_number },
  };

  it('is told to that parent alone', async () => {
    const match = await family();
    for (const who of ['father', 'mother'] as const) {
      const { json, text } = await asks(match, by[who]);
      expect(json.held.parent_status.value).toEqual({ [who]: SAID[who] });
      expect(text).not.toContain(SAID[who === 'father' ? 'mother' : 'father']);
      expect(json.writes.map(({ department }: { department: string }) => department)).toContain('COURT');
    }
  });

  it.each([
    ['a grandmother', by.grandmother, SAID, undefined],
    ['a father, of whom nothing is said', by.father, { mother: 'serving-sentence' }, undefined],
    ['a father whom the record does not name so', by.father, SAID, [GUARDIAN, GRANDMOTHER]],
  ])('looks to %s as if no office had written it', async (_, identity, said, list) => {
    const answers = [];
    for (const each of [said, null]) {
      const { json, text } = await asks(await family(each, list), identity);
      for (const trace of ['parent_status', 'COURT', 'serving']) expect(text).not.toContain(trace);
      answers.push([Object.keys(json.held), Object.keys(json.labels), json.uses[0].fields]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is told to no child, whose paper others read', async () => {
    const match = await family();
    const { json, text } = await inquire(gateway, match, 'child');
    expect(text).not.toContain('parent_status');
    const fields = json.proof.entries.flatMap(({ openings }: { openings?: { fields?: { text: string } } }) =>
      openings?.fields ? [openings.fields.text] : [],
    );
    expect(fields.join()).toContain('guardian_identity');
    expect(fields.join()).not.toContain('parent_status');
  });
});
