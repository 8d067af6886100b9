/** Two records of one person become one: the recipients of either are those of the person. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { checkProof } from '../../../infra/cli/data/inquiry-check.ts';
import { urlReader } from '../../../infra/cli/log/files.ts';
import { joinNow } from '../../maintenance/direct.ts';
import { put, release, subjectOf } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';
import { inquire, makePerson } from './world.ts';

let moved = 0;
const now = () => Date.now() + moved;
const gateway = await fileGateway({ now });
/** Later than what is read by day, so that the index alone finds what was before. */
async function indexed(): Promise<void> {
  moved += 60_000;
  await gateway.sequencer.step();
}
const WHY = { officer: 'gao', reason: 'rows like these were offered on a forum' };
let person: Awaited<ReturnType<typeof makePerson>>;

beforeAll(async () => {
  person = await makePerson(gateway, { years: 15 });
  const match = { local_id: `WELFARE-${randomUUID()}` };
  const fields = { division_code: '990001001', guardian_phone: '13900000007' };
  const { ref } = await put(gateway, 'mca-county', { match, fields });
  expect((await release(gateway, { ref }, ['guardian_phone'])).status).toBe(200);
  await indexed();
  await joinNow(gateway, await subjectOf(gateway, ref), person.subject, now);
  await indexed();
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
  const left = (kept: (one: { subject?: string }, at: number) => boolean) =>
    checkProof({ ...json, proof: { ...json.proof, entries: entries.filter(kept) } }, log);
  for (const [at] of entries.entries())
    expect(await left((_, i) => i !== at), String(at)).toMatchObject({ complete: false });
  // Nor is one that leaves the other record out as a whole.
  expect(entries.some(({ subject }: { subject?: string }) => subject)).toBe(true);
  expect(await left(({ subject }) => !subject)).toMatchObject({ complete: false, gap: 1 });
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
      from: new Date(now() - 3_600_000).toISOString(),
      until: new Date(now()).toISOString(),
      operator: 'other',
    },
  );
  expect(json.incident?.recipients, text).toContainEqual(
    expect.objectContaining({ agency: expect.objectContaining({ id: 'mca-county' }), subjects: 1 }),
  );
});

it('an emergency is shown to a guardian once its notice was proven, which named the other record, and a correction reaches its reader', async () => {
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
  await indexed();
  await joinNow(gateway, await subjectOf(gateway, ref), young.subject, now);
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
  // A correction reaches the hospital as well, which never saw the record that is left.
  const desk = { actions: ['casework'], officer: 'wang', reason: 'a digit is wrong' };
  const objection = {
    ...{ subject: { match: young.match }, field: 'guardian_phone', by: 'guardian' },
    document: card(GUARDIAN.id_number),
  };
  const filed = await gateway.call('desk-county', desk, 'POST', '/v1/objections', objection);
  await put(gateway, 'mca-county', { match: young.match, fields: { guardian_phone: '13900000009' } });
  await indexed();
  const path = `/v1/objections/${filed.json.objection.id}/resolve`;
  const owner = { actions: ['casework'], officer: 'zhou', reason: 'compared with the contract' };
  const resolved = await gateway.call('mca-county', owner, 'POST', path, { outcome: 'upheld' });
  expect(resolved.json.objection?.corrected, resolved.text).toContain('health-hospital');
});
