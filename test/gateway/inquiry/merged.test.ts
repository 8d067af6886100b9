/** Two records of one person become one: the recipients of either are those of the person. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { checkProof } from '../../../infra/cli/data/inquiry-check.ts';
import { urlReader } from '../../../infra/cli/log/files.ts';
import { joinNow } from '../../maintenance/direct.ts';
import { put, release, subjectOf } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { inquire, makePerson } from './world.ts';

const gateway = await fileGateway();
const WHY = { officer: 'gao', reason: 'rows like these were offered on a forum' };
let person: Awaited<ReturnType<typeof makePerson>>;

beforeAll(async () => {
  person = await makePerson(gateway, { years: 15 });
  const match = { local_id: `WELFARE-${randomUUID()}` };
  const fields = { division_code: '990001001', guardian_phone: '13900000007' };
  const { ref } = await put(gateway, 'mca-county', { match, fields });
  expect((await release(gateway, { ref }, ['guardian_phone'])).status).toBe(200);
  await joinNow(gateway, await subjectOf(gateway, ref), person.subject);
  await gateway.sequencer.step();
});

it('an inquiry lists the recipients and writes of both, and its proof misses an entry of either', async () => {
  const { json } = await inquire(gateway, person.match, 'child');
  const phones = json.uses.filter(({ fields }: { fields: object }) =>
    Object.hasOwn(fields, 'guardian_phone'),
  );
  // The newest is the inquiry itself.
  expect(phones.map(({ agency }: { agency: { id: string } }) => agency.id)).toEqual([
    'desk-county',
    'mca-county',
  ]);
  expect(json.writes.some(({ fields }: { fields: string[] }) => fields.includes('guardian_phone'))).toBe(
    true,
  );
  await gateway.sequencer.step();
  const log = { at: gateway.url, read: urlReader(gateway.url), wait: 0 };
  expect(await checkProof(json, log)).toMatchObject({ complete: true, gap: null, absent: [], altered: [] });
  const { entries } = json.proof;
  const of = entries.findIndex(({ subject }: { subject?: string }) => subject !== undefined);
  expect(of).toBeGreaterThanOrEqual(0);
  for (const [at] of entries.entries()) {
    const proof = { ...json.proof, entries: entries.toSpliced(at, 1) };
    const { complete } = await checkProof({ ...json, proof }, log);
    // The last entry of a record of before has none after it that would be missing a number.
    const isLast =
      entries.findLastIndex(({ subject }: { subject?: string }) => subject === entries[at].subject) === at;
    if (!isLast) expect(complete, String(at)).toBe(false);
  }
});

it('a leak of what was in the other record has its recipients', async () => {
  const { json, text } = await gateway.call(
    'audit-office',
    { actions: ['audit'], ...WHY },
    'POST',
    '/v1/incidents',
    {
      subjects: [{ match: person.match }],
      fields: ['guardian_phone'],
      from: new Date(Date.now() - 3_600_000).toISOString(),
      until: new Date().toISOString(),
      operator: 'other',
    },
  );
  expect(json.incident?.recipients, text).toContainEqual(
    expect.objectContaining({ agency: expect.objectContaining({ id: 'mca-county' }), subjects: 1 }),
  );
});

it('an emergency is shown to a guardian once its notice was proven, which named the other record', async () => {
  const young = await makePerson(gateway, { years: 9 });
  const match = { id_number: freshNumber('2015-03-02') };
  const { ref } = await put(gateway, 'mca-county', {
    match,
    fields: { division_code: '990001001', guardian_phone: '13900000008' },
  });
  const why = { purpose: 'E1', officer: 'zhou', reason: 'unconscious, and no relative is known' };
  const released = await gateway.call(
    'health-hospital',
    { actions: ['release'], ...why },
    'POST',
    '/v1/releases',
    {
      ...{ collection: 'children', subjects: [{ match }], fields: ['guardian_phone'] },
      context: { imminentDangerAttested: true },
    },
  );
  expect(released.json.results?.[0].fields, released.text).toHaveProperty('guardian_phone');
  await gateway.casework.pass();
  const hospital = { actions: ['casework'], officer: 'zhou', reason: 'the guardian was told' };
  const { json } = await gateway.call('health-hospital', hospital, 'GET', '/v1/tasks?limit=200');
  const { id } = json.tasks.find(({ kind }: { kind: string }) => kind === 'notice-deferred');
  await joinNow(gateway, await subjectOf(gateway, ref), young.subject);
  const purposes = async () => {
    const { json: answer, text } = await inquire(gateway, young.match, 'guardian');
    expect(answer.uses, text).toBeDefined();
    return answer.uses.map(({ purpose }: { purpose: { code: string } }) => purpose.code);
  };
  expect(await purposes()).not.toContain('E1');
  const done = { outcome: 'told', evidence: 'd'.repeat(64), delivery: 'post', day: '2026-01-05' };
  expect(
    (await gateway.call('health-hospital', hospital, 'POST', `/v1/tasks/${id}/complete`, done)).status,
  ).toBe(200);
  expect(await purposes()).toContain('E1');
});
