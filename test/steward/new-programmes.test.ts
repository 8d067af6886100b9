/** A programme that would single people out is not published: it has to fit as many as the smallest cohort, as counted. */
import { expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { hashOf } from '../../shared/policy/pack/load-pack.ts';
import { runJob } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const year = new Date().getFullYear();

async function children(count: number) {
  const matches = Array.from({ length: count }, () => ({ id_number: freshNumber() }));
  const police = { birth_date: `${year - 10}-05-06` };
  const care = { division_code: '990001001', hardship_category: ['orphan'] };
  await gateway.put('mps-county', ...matches.map((match) => ({ match, fields: { ...match, ...police } })));
  await gateway.put('mca-county', ...matches.map((match) => ({ match, fields: care })));
}

const gateway = await fileGateway();
await children(19);

/** The shipped pack and one more programme, which asks what `warm-home` asks the other way round. */
function withProgramme(version: string, change: object = {}) {
  const copy = structuredClone(compiled) as typeof compiled & {
    programmes: Record<string, unknown>;
    assessments: Record<string, object>;
  };
  const { 'warm-home': like } = copy.programmes;
  const when = { all: [{ predicate: 'age_under_18', field: 'birth_date' }] };
  const programme = {
    ...like,
    name: 'new-grant',
    when,
    fields: ['birth_date'],
    classes: ['facts'],
    ...change,
  };
  const care = copy.assessments['care'];
  const assessments = { ...copy.assessments, new: { ...care, of: ['new-grant'] } };
  const programmes = { ...copy.programmes, 'new-grant': programme };
  const pack = { ...copy, version, programmes, assessments };
  return { ...pack, hash: hashOf(pack) };
}

async function publish(pack: unknown, officer: string) {
  const details = { actions: ['steward'], officer, reason: 'the yearly review' };
  return gateway.call('steward-office', details, 'POST', '/v1/policy/versions', { pack });
}

it('is refused while it was not counted, and counted by the next job', async () => {
  const pack = withProgramme('2026.1');
  const { status, json } = await publish(pack, 'chen');
  expect([status, json.code, json.rule]).toEqual([403, 'K_TOO_SMALL', 'A3.2']);
  expect(json.detail).toContain('not counted yet');
  await runJob(gateway, 'cohorts');
  // Nineteen are too few.
  const after = await publish(pack, 'chen');
  expect([after.json.code, after.json.detail]).toEqual([
    'K_TOO_SMALL',
    '1 programme fits fewer people than the smallest cohort',
  ]);
});

it('passes once twenty are counted', async () => {
  await children(1);
  expect((await publish(withProgramme('2026.1'), 'chen')).json.code).toBe('K_TOO_SMALL');
  await runJob(gateway, 'cohorts');
  expect((await publish(withProgramme('2026.1'), 'chen')).status).toBe(202);
  expect((await publish(withProgramme('2026.1'), 'zhou')).json).toMatchObject({ version: '2026.1' });
});

it('need not be counted again with the same question and areas', async () => {
  const pack = withProgramme('2026.2', {
    label: { en: 'Another name', zh: '另一名称' },
    until: '2029-12-31',
  });
  expect((await publish(pack, 'chen')).status).toBe(202);
  const elsewhere = withProgramme('2026.3', { areas: ['990001002'] });
  expect((await publish(elsewhere, 'chen')).json.code).toBe('K_TOO_SMALL');
});
