/**
 * A school and a home carry the code of their department. About a child who is not theirs they have nothing of its
 * authority, and learn as little as of a child of whom no record exists. The deciding office does each of these.
 */
import { describe, expect, it } from 'vitest';
import { asClientId, type SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { DAY, fileDesk } from '../../casework/desk.ts';
import { noticeFor } from '../../support/notices.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';

const desk = await fileDesk();
const { match } = await desk.child();
const number = match.id_number;
const nobody = { match: { id_number: freshNumber(BORN) } };
const subject = { match };
// What an office has received says an index of the log.
await desk.gateway.sequencer.step();
const WHY = { actions: ['casework'], reason: 'check of the institution' };

const as = (office: string, officer: string, method: string, path: string, body?: object) =>
  desk.call(office, { ...WHY, officer }, method, path, body);
const codeOf = async (...call: Parameters<typeof as>) => {
  const { status, json } = await as(...call);
  return json.code ?? status;
};
const tasksOf = async (office: string, officer = 'lei.ting') => {
  await desk.gateway.casework.pass();
  return (await as(office, officer, 'GET', '/v1/tasks')).json.tasks as { id: string; kind: string }[];
};

/** The office's own reference of a person whom the bureau knows by this one. */
async function refOf(office: string, known: string): Promise<string> {
  const { kms, env } = desk.gateway;
  const [bureau, own] = await Promise.all(
    ['mca-county', office].map((id) => referencesOf(kms, env.referenceKey, asClientId(id))),
  );
  return own?.toRef(bureau?.toSubject(known) as SubjectId) ?? '';
}

describe('a home', () => {
  it('neither sees nor reviews the emergencies of the police, and the bureau does', async () => {
    const context = { imminentDangerAttested: true };
    const details = {
      actions: ['release'],
      purpose: 'E1',
      officer: 'liu.yang',
      reason: 'call 110-7',
      case: '110-7',
    };
    const body = { collection: 'children', subjects: [subject], fields: ['guardian_phone'], context };
    expect((await desk.call('mps-county', details, 'POST', '/v1/releases', body)).status).toBe(200);
    const review = (await tasksOf('mca-county', 'zhao.min')).find(({ kind }) => kind === 'review');
    expect(review).toBeDefined();
    expect((await tasksOf('welfare-home')).map(({ kind }) => kind)).not.toContain('review');
    const path = `/v1/tasks/${review?.id}/complete`;
    const said = { outcome: 'justified' };
    expect(await codeOf('welfare-home', 'lei.ting', 'POST', path, said)).toBe('NOT_FOUND');
    expect(await codeOf('welfare-home', 'lei.ting', 'POST', path.replace('complete', 'take'), {})).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf('mca-county', 'zhao.min', 'POST', path, said)).toBe(200);
  });

  it('does not approve words that point at a prohibited use, and the bureau does', async () => {
    const details = {
      actions: ['release'],
      purpose: 'S1',
      officer: 'zhang.wei',
      reason: '直播带货，为孩子募捐',
      case: 'E-1',
    };
    const body = { collection: 'children', subjects: [subject], fields: ['name'] };
    await desk.call('edu-county', details, 'POST', '/v1/releases', body);
    const weigh = (await tasksOf('mca-county', 'zhao.min')).find(({ kind }) => kind === 'weigh-reason');
    const path = `/v1/tasks/${weigh?.id}/complete`;
    const approved = { outcome: 'approved' };
    expect(await codeOf('welfare-home', 'lei.ting', 'POST', path, approved)).toBe('NOT_FOUND');
    expect(await codeOf('mca-county', 'zhao.min', 'POST', path, { outcome: 'refused' })).toBe(200);
  });

  it('sets the guardian of the child in conflict whom it has received as its own, and of no other', async () => {
    const set = (office: string, officer: string, whom: object) =>
      codeOf(office, officer, 'POST', '/v1/conflicts', { subject: whom });
    for (const whom of [subject, nobody]) expect(await set('welfare-home', 'lei.ting', whom)).toBe('REFUSED');
    const own = await desk.child();
    await desk.put('mca-county', {
      match: own.match,
      fields: {
        placement_site: { institution: 'WI-990001-01' },
        guardianship_status: { status: 'long-term-state', conflict: false },
      },
    });
    const theirs = { match: own.match };
    // The record says so, and no release has shown it yet.
    expect(await set('welfare-home', 'lei.ting', theirs)).toBe('REFUSED');
    const details = {
      actions: ['release'],
      purpose: 'W4',
      officer: 'lei.ting',
      reason: reasonFor('W4'),
      case: 'W4-1',
    };
    const body = { collection: 'children', subjects: [theirs], fields: ['name'] };
    const read = await desk.call('welfare-home', details, 'POST', '/v1/releases', body);
    expect(read.json.results[0].fields, read.text).toBeDefined();
    await desk.gateway.sequencer.step();
    expect(await set('welfare-home', 'lei.ting', theirs)).toBe(202);
    expect(await set('welfare-home', 'mo.ran', theirs)).toBe(200);
    // To lift it is for those who speak for such a body.
    const lift = { subject: theirs, state: 'lifted' };
    expect(await codeOf('welfare-home', 'lei.ting', 'POST', '/v1/conflicts', lift)).toBe('REFUSED');
    expect(await codeOf('mca-county', 'zhao.min', 'POST', '/v1/conflicts', lift)).toBe(202);
    expect(await set('welfare-home', 'lei.ting', subject)).toBe('REFUSED');
    expect(await set('desk-county', 'chen.jing', subject)).toBe('ROLE_REQUIRED');
    expect(await set('mca-county', 'zhao.min', subject)).toBe(202);
    expect(await set('mca-county', 'zhou.qin', subject)).toBe(200);
    // A day later it shows again that the child is with it.
    desk.later(DAY + 60_000);
    expect(await set('welfare-home', 'lei.ting', theirs)).toBe('REFUSED');
  });
});

describe('an institution', () => {
  const INSTITUTIONS = [
    ['school-second', 'tian.yu'],
    ['welfare-home', 'lei.ting'],
    ['desk-county', 'chen.jing'],
  ] as const;

  it.each(INSTITUTIONS)('%s is no second person of an erasure and stops none', async (office, officer) => {
    const { ref } = (await as('mca-county', 'zhao.min', 'POST', '/v1/subjects/find', { subject })).json;
    const found = await codeOf(office, officer, 'POST', '/v1/subjects/find', { subject });
    // A desk serves everyone of its area.
    expect(found).toBe(office === 'desk-county' ? 200 : 'ROLE_REQUIRED');
    const own = await refOf(office, ref);
    for (const method of ['POST', 'DELETE'])
      expect(await codeOf(office, officer, method, `/v1/subjects/${own}/erase`, {})).toBe('REFUSED');
    expect((await as(office, officer, 'GET', '/v1/subjects/waiting')).json.acts ?? []).toEqual([]);
  });

  it.each(INSTITUTIONS)('%s rejects no objection to a field of the bureau', async (office, officer) => {
    const body = { subject, field: 'guardianship_status', by: 'guardian' };
    const { objection } = (await as('desk-county', 'yang.lan', 'POST', '/v1/objections', body)).json;
    const path = `/v1/objections/${objection.id}/resolve`;
    if (office !== 'desk-county')
      expect(await codeOf(office, officer, 'GET', `/v1/objections/${objection.id}`)).toBe('NOT_FOUND');
    expect(await codeOf(office, officer, 'POST', path, { outcome: 'rejected' })).toBe('NOT_FOUND');
    expect(await codeOf('mca-county', 'zhao.min', 'POST', path, { outcome: 'rejected' })).toBe(200);
  });

  it.each(INSTITUTIONS)('%s freezes no child', async (office, officer) => {
    for (const whom of [subject, nobody])
      expect(await codeOf(office, officer, 'POST', '/v1/freezes', { target: { subject: whom } })).toBe(
        'ROLE_REQUIRED',
      );
  });

  it.each(INSTITUTIONS)('%s opens no incident, and so reads no recipients', async (office, officer) => {
    const body = {
      ...{ subjects: [subject], fields: office === 'school-second' ? ['school_name'] : ['visit_notes'] },
      ...{ from: '2026-01-01T00:00:00Z', until: '2026-11-30T00:00:00Z', operator: 'state-organ' },
    };
    expect(await codeOf(office, officer, 'POST', '/v1/incidents', body)).toBe('ROLE_REQUIRED');
  });

  it.each(INSTITUTIONS)('%s reads no uses of the fields of its department', async (office, officer) => {
    expect(await codeOf(office, officer, 'GET', '/v1/usage')).toBe('ROLE_REQUIRED');
  });
});

describe('a consent to itself', () => {
  const file = (whom: object) =>
    as('school-second', 'tian.yu', 'POST', '/v1/consents', {
      ...{ subject: whom, purpose: 'S1', recipient: 'school-second', fields: ['name'], giver: 'guardian' },
      ...{ relation: 'mother', method: 'signed-form', noticeVersion: noticeFor('S1') },
      ...{ document: { kind: 'passport', number: 'E00000001' }, evidence: 'a'.repeat(64) },
    });

  it('is filed by a school for its own pupils alone, and tells nothing of others', async () => {
    expect((await file(subject)).json.code).toBe('REFUSED');
    expect((await file(nobody)).json.code).toBe('REFUSED');
  });
});

describe('the office that decides for the department', () => {
  it('freezes a child of whom it holds something, and no other', async () => {
    const freeze = (office: string, officer: string) =>
      codeOf(office, officer, 'POST', '/v1/freezes', { target: { subject } });
    // The finance bureau owns fields, and holds none of this child.
    expect(await freeze('finance-county', 'song.jia')).toBe('REFUSED');
    expect(await freeze('mca-county', 'zhao.min')).toBe(200);
  });

  it('finds the child by its number', async () => {
    const find = (office: string, officer: string, id: string) =>
      codeOf(office, officer, 'POST', '/v1/subjects/find', { subject: { match: { id_number: id } } });
    expect(await find('mca-county', 'zhao.min', number)).toBe(200);
    expect(await find('finance-county', 'song.jia', number)).toBe('REFUSED');
  });
});
