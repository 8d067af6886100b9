/** A purpose opens no more than its duty covers: care, school, treatment, age. */
import { describe, expect, it } from 'vitest';
import { fileGateway } from '../../support/gateway.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { freshNumber, turning } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';

const HOME = 'WI-990001-01';
const SCHOOL = '清河县第二小学';
const DAY = 86_400_000;
const dayBefore = (days: number) =>
  new Date(Date.now() + 8 * 3_600_000 - days * DAY).toISOString().slice(0, 10);

const gateway = await fileGateway();

const NAMES = { officer: 'li.na' };

/** A child of ten in state care, in the home and at the school, except for the given changes. */
async function child(civil: object = {}, education: object = {}, birth = turning(10, '01-06')) {
  const id = freshNumber(birth);
  const match = { id_number: id };
  const police = { id_number: id, name: '欧阳娜娜', birth_date: birth };
  const care = {
    division_code: '990001001',
    guardianship_status: { status: 'long-term-state', conflict: false },
    placement_site: { institution: HOME },
    guardian_identity: GUARDIAN,
    ...civil,
  };
  await gateway.put('mps-county', { match, fields: police });
  await gateway.put('mca-county', { match, fields: care });
  await gateway.put('edu-county', { match, fields: { school_name: { school: SCHOOL }, ...education } });
  return { match };
}

async function ask(agency: string, purpose: string, subject: object, officer = NAMES.officer) {
  const details = { actions: ['release'], purpose, case: 'CASE-1', reason: reasonFor(purpose), officer };
  const body = { collection: 'children', subjects: [subject], fields: ['name'] };
  const { status, json, text } = await gateway.call(agency, details, 'POST', '/v1/releases', body);
  expect(status, text).toBe(200);
  return json.results[0];
}

const given = async (...call: Parameters<typeof ask>) => (await ask(...call)).fields?.name?.value;
const finding = async (entry: string) => {
  const path = `/v1/log/entries/${entry}`;
  return await gateway.audit(path);
};

describe('state guardianship', () => {
  it('is for the institution of a child in state care, and ends with the care or the placement', async () => {
    const one = await child();
    expect(await given('welfare-home', 'W4', one)).toBe('欧阳娜娜');
    const move = { placement_site: { institution: 'WI-990001-02' } };
    await gateway.put('mca-county', { ...one, fields: move });
    expect((await ask('welfare-home', 'W4', one)).refused).toEqual({ code: 'REFUSED' });
    // Civil affairs is the guardian wherever the child is placed.
    expect(await given('mca-county', 'W4', one)).toBe('欧阳娜娜');
    const home = { guardianship_status: { status: 'normal', conflict: false } };
    await gateway.put('mca-county', { ...one, fields: home });
    expect((await ask('mca-county', 'W4', one)).refused).toEqual({ code: 'REFUSED' });
  });

  it('is refused as an unknown child is, and only the log has the reason', async () => {
    const family = await child({ guardianship_status: { status: 'normal', conflict: false } });
    const nobody = { match: { id_number: freshNumber() } };
    const [beyond, unknown] = [
      await ask('welfare-home', 'W4', family),
      await ask('welfare-home', 'W4', nobody),
    ];
    const shape = ({ receipt: _, ...rest }: Record<string, unknown>) => rest;
    expect(shape(beyond)).toEqual(shape(unknown));
    const [one, other] = [await finding(beyond.receipt.entry), await finding(unknown.receipt.entry)];
    expect([one.words.finding, other.words.finding]).toEqual(['NO_STATUTORY_AUTHORITY', 'SUBJECT_UNKNOWN']);
    const leaf = ({ canonical }: { canonical: string }) => {
      const {
        id: _,
        time,
        seq,
        leaf: __,
        previous,
        committed,
        attempt,
        ...rest
      } = JSON.parse(Buffer.from(canonical, 'base64url').toString());
      return { rest, names: Object.keys(committed ?? {}) };
    };
    expect(leaf(one)).toEqual(leaf(other));
  });

  it('unwraps as many keys for a child beyond the duty as for an unknown one', async () => {
    const unwraps = async (subject: object) => {
      const from = gateway.trail.length;
      await ask('welfare-home', 'W4', subject);
      return gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt').length;
    };
    const elsewhere = await child({ placement_site: { institution: 'WI-990001-02' } });
    expect(await unwraps(elsewhere)).toBe(await unwraps({ match: { id_number: freshNumber() } }));
  });
});

describe('school support', () => {
  it("is for the child's school", async () => {
    expect(await given('school-second', 'S1', await child())).toBe('欧阳娜娜');
    const other = await child({}, { school_name: { school: '柳林镇中心小学' } });
    expect((await ask('school-second', 'S1', other)).refused).toEqual({ code: 'REFUSED' });
    expect(await given('edu-county', 'S1', other)).toBe('欧阳娜娜');
  });

  it.each([
    [30, '欧阳娜娜'],
    [31, undefined],
  ])('stays with the previous school for 30 days after a transfer: day %i', async (days, name) => {
    const moved = { school: '柳林镇中心小学', previous: SCHOOL, since: dayBefore(days) };
    expect(await given('school-second', 'S1', await child({}, { school_name: moved }))).toBe(name);
  });
});

it('treatment is for the physician whom the consent names', async () => {
  const one = await child();
  const consent = {
    ...{ subject: one, purpose: 'H1', recipient: 'health-hospital', fields: ['name'], giver: 'guardian' },
    ...{ evidence: 'a'.repeat(64), noticeVersion: noticeFor('H1'), method: 'signed-form' },
    document: card(GUARDIAN.id_number),
  };
  const act = { actions: ['casework'], officer: 'desk', reason: 'consent taken at the desk' };
  const file = (more: object) =>
    gateway.call('mca-county', act, 'POST', '/v1/consents', { ...consent, ...more });
  expect((await file({})).json.code).toBe('INVALID_REQUEST');
  expect((await file({ officers: ['wang.yi'] })).status).toBe(200);
  expect(await given('health-hospital', 'H1', one, 'wang.yi')).toBe('欧阳娜娜');
  expect((await ask('health-hospital', 'H1', one, 'zhao.er')).refused).toEqual({ code: 'REFUSED' });
});

it.each(['W1', 'W3', 'W4', 'R1'])('%s ends at eighteen', async (purpose) => {
  const today = dayBefore(0);
  // The other years have no leap day.
  const years = (count: number) =>
    `${Number(today.slice(0, 4)) - count}${today.slice(4)}`.replace(/02-29$/, '02-28');
  const grown = await child({}, {}, years(18));
  const young = await child({}, {}, years(17));
  expect((await ask('mca-county', purpose, grown)).refused).toEqual({ code: 'REFUSED' });
  expect(await given('mca-county', purpose, young)).toBe('欧阳娜娜');
});
