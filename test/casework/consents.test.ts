/** Consents from filing to withdrawal, and their effect on the next release; all over HTTP. */
import { afterEach, describe, expect, it as plain } from 'vitest';
import { noticeFor } from '../support/notices.ts';
import { turning } from '../support/people.ts';
import { DAY, digest, fileRig } from './rig.ts';

const rig = await fileRig();
afterEach(() => rig.gateway.faults.clear());

/** The federation's current answer about the child: names of fields, or the code. */
async function released(child: object, fields = ['name', 'birth_date']): Promise<string[] | string> {
  const { json, status } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields });
  if (status !== 200) return json.code;
  const [result] = json.results;
  return result.refused ? result.refused.code : Object.keys(result.fields);
}
const withdraw = (id: string, agency = 'mca-county') =>
  rig.casework(agency, 'POST', `/v1/consents/${id}/withdraw`, { method: 'in-person' });

const it = plain.extend('child', () => rig.child());

describe('a consent', () => {
  it('is required by a release, and names the fields that it covers', async ({ child }) => {
    expect(await released(child)).toBe('REFUSED');
    const { json, status } = await rig.consent(child, { fields: ['name'] });
    expect(status).toBe(200);
    expect(json.consent).toMatchObject({
      version: 1,
      act: 'given',
      purpose: 'D1',
      recipient: 'cdpf-county',
      fields: ['name'],
      giver: 'guardian',
      relation: 'mother',
      noticeVersion: noticeFor('D1'),
      filedBy: 'mca-county',
    });
    expect(await released(child)).toEqual(['name']);
    const [entry] = await rig.entries('&kind=consent');
    expect(entry).toMatchObject({
      kind: 'consent',
      operation: 'process',
      outcome: 'given',
      code: 'BY_GUARDIAN',
      purpose: 'D1',
      consents: [json.consent.id],
      owners: ['MCA', 'MPS'],
      id: json.receipt.entry,
      words: { officer: 'chen.jing' },
    });
    const [decision] = await rig.entries('&kind=decision');
    expect(decision.consents).toEqual([json.consent.id]);
  });

  it('ends a year after it began, whatever it says', async ({ child }) => {
    const from = new Date(rig.now()).toISOString();
    const { json } = await rig.consent(child, { from, until: '2099-01-01T00:00:00Z' });
    expect(Date.parse(json.consent.until) - Date.parse(from)).toBeLessThanOrEqual(366 * DAY);
    expect(await released(child)).toEqual(['name', 'birth_date']);
  });

  it('limits the form as well', async ({ child }) => {
    await rig.consent(child, { forms: { name: 'masked', birth_date: 'generalised' } });
    expect(await released(child)).toEqual(['birth_date']);
  });

  it('is one, however often the same paper is filed', async ({ child }) => {
    const [first, second] = [await rig.consent(child), await rig.consent(child)];
    expect(second.json.consent).toEqual(first.json.consent);
    expect(second.json.receipt).toBeUndefined();
  });

  it('of a child from 14 needs the proof that the guardian was informed', async () => {
    const child = await rig.child({ birth: turning(16) });
    const own = { giver: 'child', relation: 'self' };
    expect((await rig.consent(child, own)).status).toBe(200);
    expect(await released(child)).toBe('REFUSED');
    const bare = { giver: 'guardian', method: 'registered-letter', evidence: digest('delivery slip') };
    expect((await rig.consent(child, { ...own, informed: bare })).json.code).toBe('INVALID_REQUEST');
    const informed = { ...bare, noticeVersion: noticeFor('D1') };
    const { json } = await rig.consent(child, { ...own, informed });
    expect(json.informed).toMatchObject({
      act: 'informed',
      giver: 'guardian',
      evidence: digest('delivery slip'),
    });
    expect(await released(child)).toEqual(['name', 'birth_date']);
  });

  it.each([
    ['no fields', { fields: [] }, 'BLANKET_CONSENT'],
    ['every field', { fields: ['*'] }, 'BLANKET_CONSENT'],
    ['every purpose', { purpose: '*' }, 'BLANKET_CONSENT'],
    ['everybody', { recipient: '*' }, 'BLANKET_CONSENT'],
    ['an unknown purpose', { purpose: '__proto__' }, 'PURPOSE_UNKNOWN'],
    ['a purpose that stands on no consent', { purpose: 'W1', recipient: 'mca-county' }, 'INVALID_REQUEST'],
    ['a field that the purpose never sees', { fields: ['name', 'school_name'] }, 'INVALID_REQUEST'],
    ['an agency that may not ask', { recipient: 'edu-county' }, 'INVALID_REQUEST'],
    ['what is to come', { at: '2090-01-01T00:00:00Z' }, 'INVALID_REQUEST'],
    ['what is over', { from: '2020-01-01T00:00:00Z' }, 'INVALID_REQUEST'],
    ['no text', { noticeVersion: undefined }, 'INVALID_REQUEST'],
    ['a text of no notice', { noticeVersion: '2026-1' }, 'NOTICE_NOT_CURRENT'],
    ['the notice of another purpose', { noticeVersion: noticeFor('F1') }, 'NOTICE_NOT_CURRENT'],
    ['no proof', { evidence: undefined }, 'INVALID_REQUEST'],
    ['processing by another party', { act: 'processed', giver: 'recipient' }, 'INVALID_REQUEST'],
    ['no officer', { officer: 'another' }, 'INVALID_REQUEST'],
  ])('to %s is refused', async (_, change, code) => {
    const child = await rig.child();
    const { json } = await rig.consent(child, change);
    expect(json.code).toBe(code);
    expect(await released(child)).toBe('REFUSED');
  });

  it('for a prohibited use is an attempt at it, with an alert; the second suspends', async ({ child }) => {
    const file = () => rig.consent(child, { purpose: 'PX4' }, 'league-county');
    expect((await file()).json.code).toBe('PROHIBITED_PURPOSE');
    const [alert, attempt] = (await rig.entries()).filter(
      ({ handler }) => handler?.agency === 'league-county',
    );
    expect([attempt.kind, alert.kind]).toEqual(['prohibited', 'alert']);
    expect((await file()).json.code).toBe('PROHIBITED_PURPOSE');
    // Casework goes on, and what was stopped is in the log.
    expect((await file()).json.code).toBe('PROHIBITED_PURPOSE');
    const [freeze] = await rig.entries('&kind=freeze');
    expect(freeze).toMatchObject({ outcome: 'suspended', handler: { agency: 'league-county' } });
  });

  it("is filed in the child's area, and only by a department", async ({ child }) => {
    expect((await rig.consent(child, {}, 'mca-neighbour')).json).toMatchObject({ code: 'REFUSED' });
    expect((await rig.consent({ match: { id_number: '990001201305069057' } })).json.code).toBe('REFUSED');
    const steward = await rig.consent(child, {}, 'steward-office');
    expect(steward.json.code).toBe('ROLE_REQUIRED');
    const denials = await rig.entries('&kind=denial');
    expect(
      denials
        .slice(0, 2)
        .map(({ words }) => words.finding)
        .sort(),
    ).toEqual(['OUT_OF_AREA', 'SUBJECT_UNKNOWN']);
  });
});

describe('who files', () => {
  it('is a desk, or the recipient of the consent', async ({ child }) => {
    expect((await rig.consent(child, {}, 'desk-county')).status).toBe(200);
    const own = { relation: 'father', document: { kind: 'passport', number: 'E00000001' } };
    expect((await rig.consent(child, own, 'cdpf-county')).json.consent.act).toBe('waiting');
    const unknown = { match: { id_number: '990001201305069057' } };
    for (const one of [child, unknown]) {
      const { json } = await rig.consent(one, {}, 'edu-county');
      expect(json).toMatchObject({ code: 'ROLE_REQUIRED', rule: 'A12.5' });
    }
  });

  it('is a desk if the recipient may not know the child', async () => {
    const text = 'T'.repeat(43);
    const publication = { purpose: 'M1', recipient: 'press-office', fields: ['birth_date'], text };
    const processed = { ...publication, act: 'processed', giver: 'recipient' };
    const [child, unknown] = [await rig.child(), { match: { id_number: '990001201305069057' } }];
    for (const one of [child, unknown]) {
      expect((await rig.consent(one, publication, 'press-office')).json.code).toBe('ROLE_REQUIRED');
      expect((await rig.consent(one, processed, 'press-office')).json.code).toBe('REFUSED');
    }
    const blank = { ...publication, text: undefined, act: 'notified' };
    expect((await rig.consent(child, blank)).json.code).toBe('INVALID_REQUEST');
    await rig.consent(child, { ...publication, act: 'notified' });
    expect((await rig.consent(child, processed, 'press-office')).status).toBe(200);
  });
});

describe('a withdrawal', () => {
  it('counts for the next release', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    expect(await released(child)).toEqual(['name', 'birth_date']);
    const { json, status } = await withdraw(id);
    expect(status).toBe(200);
    expect(json.consent).toMatchObject({ id, version: 2, act: 'withdrawn' });
    expect(json.consent.history.map((one: { act: string }) => one.act)).toEqual(['given', 'withdrawn']);
    expect(await released(child)).toBe('REFUSED');
    const again = await withdraw(id);
    expect(again.json.consent).toEqual(json.consent);
    expect(again.json.receipt).toBeUndefined();
  });

  it('is not undone by filing the same paper again, but by a new one', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    await withdraw(id);
    expect((await rig.consent(child)).json.code).toBe('CONFLICT');
    expect(await released(child)).toBe('REFUSED');
    await rig.consent(child, { evidence: digest('another paper') });
    expect(await released(child)).toEqual(['name', 'birth_date']);
  });

  it('finds nothing outside the area, and no act other than a given consent', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    expect((await withdraw(id, 'mca-neighbour')).status).toBe(404);
    expect((await withdraw('AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
    const told = await rig.consent(child, { act: 'informed' });
    expect((await withdraw(told.json.consent.id)).json.code).toBe('CONFLICT');
  });
});

it('after two refusals in 90 days the same consent is not asked for again', async ({ child }) => {
  const refused = { act: 'refused', evidence: undefined, noticeVersion: undefined };
  expect((await rig.consent(child, refused)).json.consent.act).toBe('refused');
  rig.later(DAY);
  await rig.consent(child, refused);
  expect((await rig.consent(child)).json.code).toBe('ASKED_AGAIN');
  rig.later(88 * DAY);
  expect((await rig.consent(child)).json.code).toBe('ASKED_AGAIN');
  rig.later(2 * DAY);
  expect((await rig.consent(child)).status).toBe(200);
  expect(await released(child)).toEqual(['name', 'birth_date']);
});

it('a word without evidence is a new one on each day of the zone of the policy', async ({ child }) => {
  const hour = 3_600_000;
  // To 23:30 in UTC+8, and on over midnight and over that of UTC.
  rig.later((((15.5 * hour - rig.now()) % DAY) + DAY) % DAY);
  const refuse = async () => {
    const said = { act: 'refused', evidence: undefined, noticeVersion: undefined };
    return (await rig.consent(child, said)).json.consent.id;
  };
  const ids = [await refuse()];
  for (const hours of [1, 7, 1]) {
    rig.later(hours * hour);
    ids.push(await refuse());
  }
  const [late, early, morning, after] = ids;
  expect(early).not.toBe(late);
  expect([morning, after]).toEqual([early, early]);
});

it('the list shows the desks all consents, newest first', async ({ child }) => {
  const ref = await rig.refOf('mca-county', child);
  const { id } = (await rig.consent(child)).json.consent;
  await rig.consent(child, { act: 'objects', giver: 'child' });
  const { json } = await rig.casework('mca-county', 'GET', `/v1/consents?ref=${ref}`);
  expect(json.consents.map(({ act }: { act: string }) => act)).toEqual(['objects', 'given']);
  expect(json.consents[1].id).toBe(id);
  const own = await rig.consent(child, {
    ...{ purpose: 'H1', recipient: 'health-hospital', officers: ['wang.yi'] },
  });
  const seen = async (agency: string) => {
    const path = `/v1/consents?ref=${await rig.refOf(agency, child)}`;
    const answer = await rig.casework(agency, 'GET', path);
    return answer.json.consents.map((one: { id: string }) => one.id);
  };
  expect(await seen('health-hospital')).toEqual([own.json.consent.id]);
  expect(await seen('desk-county')).toHaveLength(3);
  const other = await rig.casework('mca-neighbour', 'GET', `/v1/consents?ref=${ref}`);
  expect(other.json.code).toBe('REFUSED');
});
