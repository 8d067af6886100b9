/** Forms that depend on no record are told in full, before anything is looked up, logged or counted. */
import { expect, it } from 'vitest';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();
const WHY = { officer: 'li.na', reason: 'review of the year', case: 'C-2026-17' };
const intake = (records: unknown[], more: object = {}) =>
  gateway.call('edu-county', { actions: ['intake'] }, 'POST', '/v1/intake', { records, ...more });

it('an intake names each place of a value with another form, and repeats nothing of it', async () => {
  const match = { local_id: 'S-1' };
  const fields = {
    school_name: { school_id: 'SECRET-1' },
    scool_name: 'SECRET-2',
    schooling_status: 'primary',
  };
  const { text, json } = await intake([{ match, fields }], { dryRun: true });
  const { refused } = json.results[0];
  expect(refused.school_name).toMatchObject({
    code: 'MALFORMED',
    faults: [{ path: '/school' }, { path: '/*', message: { en: expect.stringContaining('previous') } }],
  });
  expect(refused.scool_name.faults[0].message.en).toBe('no such field; the nearest is school_name');
  expect(text).not.toContain('SECRET');
  const [none] = (await intake([{ match, fields: { schooling_status: 'SECRET-3' } }], { dryRun: true })).json
    .results;
  expect(none.problem.errors).toEqual([
    { path: '/fields/schooling_status', message: expect.stringMatching(/^MALFORMED: .* one of .*primary/) },
  ]);
  expect(JSON.stringify(none)).not.toContain('SECRET');
});

const number = freshNumber();
const GRANT = { ...WHY, reason: 'grant' };
const wrong = number.slice(0, 17) + (number.endsWith('7') ? '6' : '7');
const RELEASE = { actions: ['release'], purpose: 'W1', ...WHY };
const release = (ids: string[]) =>
  gateway.call('mca-county', RELEASE, 'POST', '/v1/releases', {
    subjects: ids.map((id_number) => ({ match: { id_number } })),
    fields: ['name'],
  });
const entries = async () =>
  (await gateway.audit('/v1/log/entries?agency=mca-county&limit=1000')).entries.length;
const misses = async () =>
  (await gateway.call('mca-county', RELEASE, 'GET', '/v1/whoami')).json.limits.misses?.agency.left;

it('a release tells a wrong check digit of each person, and neither logs nor counts it', async () => {
  const before = [await entries(), await misses()];
  const { status, json, text } = await release([number, wrong, '12345']);
  expect(status).toBe(400);
  expect(json.errors).toEqual([
    { path: '/subjects/1/match/id_number', message: expect.stringContaining('CHECK_DIGIT') },
    // An example, and no regular expression.
    {
      path: '/subjects/2/match/id_number',
      message: expect.stringMatching(/MALFORMED: [^\\^]*, such as 99000/),
    },
  ]);
  expect(text).not.toContain(wrong);
  expect([await entries(), await misses()]).toEqual(before);
  // The right number of an unknown person is asked for, and refused as ever.
  expect((await release([number])).json.results[0]).toMatchObject({ refused: { code: 'REFUSED' } });
  expect(await misses()).toBeLessThan(before[1]);
});

it('a verification, a request and a desk tell it too', async () => {
  const subject = { match: { id_number: wrong } };
  const verify = { actions: ['verify'], purpose: 'C1', ...WHY, reason: 'aid' };
  const casework = { actions: ['casework'], ...WHY };
  const answers = await Promise.all([
    gateway.call('charity-sunrise', verify, 'POST', '/v1/verifications', {
      programme: 'spring-bud',
      subject,
    }),
    gateway.call('edu-county', { ...casework, ...GRANT }, 'POST', '/v1/requests', {
      ...{ purpose: 'S1', subjects: [subject], fields: ['edu_assessment'], context: GRANT },
    }),
    gateway.call('mca-county', casework, 'POST', '/v1/conflicts', {
      ...{ subject, state: 'set', evidence: 'a'.repeat(64), ...WHY },
    }),
  ]);
  for (const { json, text } of answers)
    expect(json.errors?.[0], text).toMatchObject({ message: expect.stringContaining('CHECK_DIGIT') });
});

it('every agency reads the schema of all fields, and no agency another collection', async () => {
  const read = (name: string) =>
    gateway.call('edu-county', { actions: ['intake'] }, 'GET', `/v1/schema/${name}`);
  const { status, json, headers } = await read('children');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/schema+json']);
  expect(json.properties.sex).toMatchObject({ title: 'Sex', enum: ['0', '1', '2', '9'] });
  expect(json.fields.sex.values['1']).toMatchObject({ zh: expect.any(String) });
  expect((await read('tenants')).status).toBe(404);
});
