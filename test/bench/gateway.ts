/**
 * Intake and release through HTTP on the local gateway, with the calls that each costs, in turn with another checkout and with
 * this one again.
 *
 *     npm run bench gateway
 *     AGAINST=<folder of a checkout with node_modules> ROUNDS=5 RELEASES=300 npm run bench gateway
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BORN } from '../support/people.ts';
import { milliseconds } from './spent.ts';
import { inTurn, type Load, type Turn } from './turns.ts';

const CHILDREN = 100;
const RELEASES = Number(process.env['RELEASES'] ?? 300);
const BATCHES = 8;
const CONTEXT = { case: 'EDU-2026-00417', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const INTAKE = { actions: ['intake'] };
const RELEASE = { actions: ['release'], purpose: 'S1', ...CONTEXT };

export const benchGateway = () => inTurn('gateway');

export async function measureGateway(load: Load): Promise<Turn> {
  const { startGateway } =
    await load<typeof import('../../infra/local/gateway.ts')>('infra/local/gateway.ts');
  const { callers } = await load<typeof import('../support/gateway.ts')>('test/support/gateway.ts');
  const { freshNumber } = await load<typeof import('../support/people.ts')>('test/support/people.ts');
  const figures: Record<string, number> = {};
  const notes: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-bench-'));
  const gateway = await startGateway({ folder, port: 0, faults: false, people: 'tokens' });
  const { call } = callers(gateway);
  const post = async (agency: string, details: object, path: string, body: object) => {
    const answer = await call(agency, details as never, 'POST', path, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return answer.json;
  };
  let counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  // Every call of a function to KMS or DynamoDB checks for a fault here; there is none.
  gateway.faults.take = (service, operation) => {
    count(service === 'kms' ? `KMS ${operation}` : `DynamoDB ${operation}`);
    return undefined;
  };

  const ids = Array.from({ length: CHILDREN }, () => freshNumber());
  const records = ids.map((id) => ({
    match: { id_number: id },
    fields: { name: '张三丰', id_number: id, sex: '1', birth_date: BORN, ethnicity: '01' },
  }));
  const welfare = ids.map((id) => ({
    match: { id_number: id },
    fields: { division_code: '990001001', hardship_category: ['orphan'] },
  }));
  const school = ids.map((id) => ({ match: { id_number: id }, fields: { schooling_status: 'primary' } }));

  const intake = async (agency: string, batch: object[]) => {
    const start = performance.now();
    await post(agency, INTAKE, '/v1/intake', { collection: 'children', records: batch });
    return performance.now() - start;
  };
  const police = await intake('mps-county', records);
  await intake('mca-county', welfare);
  const schools = await intake('edu-county', school);
  figures['intake of 5 fields in 5 classes, records/s'] = rate(CHILDREN, police);
  figures['intake of 1 field, records/s'] = rate(CHILDREN, schools);

  // Processor time does not wait for other work of the machine.
  const before = process.cpuUsage();
  for (let batch = 0; batch < BATCHES; batch++) {
    const more = Array.from({ length: CHILDREN }, () => {
      const id = freshNumber(BORN);
      return { match: { id_number: id }, fields: { ...records[0]?.fields, id_number: id } };
    });
    await intake('mps-county', more);
  }
  figures[`intake in batches of ${CHILDREN}, processor ms a record`] =
    milliseconds(process.cpuUsage(before)) / (BATCHES * CHILDREN);

  const refs: string[] = [];
  const release = async (fields: string[] | undefined, subject: object) => {
    const start = performance.now();
    const body = { collection: 'children', subjects: [subject], ...(fields && { fields }) };
    const { results } = await post('edu-county', RELEASE, '/v1/releases', body);
    refs.push(results[0].ref);
    return performance.now() - start;
  };
  for (const id of ids) await release(['name'], { match: { id_number: id } });
  const four = ['name', 'sex', 'birth_date', 'schooling_status'];
  for (const [label, fields] of [
    ['1 field', ['name']],
    ['4 fields', four],
    ['all fields of S1', undefined],
  ] as const) {
    counts = new Map();
    const times: number[] = [];
    const start = process.cpuUsage();
    for (let i = 0; i < RELEASES; i++) {
      times.push(await release(fields as string[] | undefined, { ref: refs[i % CHILDREN] }));
    }
    const name = `release of ${label}`;
    figures[`${name}, processor ms`] = milliseconds(process.cpuUsage(start)) / RELEASES;
    figures[`${name}, p50 ms`] = percentile(times, 50);
    figures[`${name}, p99 ms`] = percentile(times, 99);
    const calls = [...counts].map(([call, n]) => `${(n / RELEASES).toFixed(1)} ${call}`).join(', ');
    notes.push(`${name}: ${calls}`);
  }
  await gateway.close();
  rmSync(folder, { recursive: true });
  return { figures, notes };
}

function rate(n: number, ms: number): number {
  return (n / ms) * 1000;
}

function percentile(times: number[], p: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0;
}
