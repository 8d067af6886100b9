/** Intake records/s and release latency through HTTP on the local gateway, with the calls that each costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../infra/local/gateway.ts';
import { callers } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const CHILDREN = 100;
const RELEASES = 300;
const BATCHES = 8;
const CONTEXT = { case: 'EDU-2026-00417', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const INTAKE = { actions: ['intake'] };
const RELEASE = { actions: ['release'], purpose: 'S1', ...CONTEXT };

export async function benchGateway(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-bench-'));
  const gateway = await startGateway({ folder, port: 0, faults: false });
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
    fields: { name: '张三丰', id_number: id, sex: '1', birth_date: '2013-05-06', ethnicity: '01' },
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
  console.log(`intake, 5 fields in 5 classes: ${rate(CHILDREN, police)} records/s`);
  console.log(`intake, 1 field: ${rate(CHILDREN, schools)} records/s`);

  // To be compared with another version's, in turn: processor time does not wait for other work of the machine.
  const before = process.cpuUsage();
  for (let batch = 0; batch < BATCHES; batch++) {
    const more = Array.from({ length: CHILDREN }, () => {
      const id = freshNumber('2013-05-06');
      return { match: { id_number: id }, fields: { ...records[0]?.fields, id_number: id } };
    });
    await intake('mps-county', more);
  }
  const { user, system } = process.cpuUsage(before);
  const each = (user + system) / 1000 / (BATCHES * CHILDREN);
  console.log(
    `intake in batches of ${CHILDREN}, with client and store: ${each.toFixed(2)} processor ms a record`,
  );

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
    for (let i = 0; i < RELEASES; i++) {
      times.push(await release(fields as string[] | undefined, { ref: refs[i % CHILDREN] }));
    }
    const calls = [...counts].map(([name, n]) => `${(n / RELEASES).toFixed(1)} ${name}`).join(', ');
    console.log(
      `release of ${label}: p50 ${percentile(times, 50)} ms, p99 ${percentile(times, 99)} ms; a release: ${calls}`,
    );
  }
  await gateway.close();
  rmSync(folder, { recursive: true });
}

function rate(n: number, ms: number): string {
  return ((n / ms) * 1000).toFixed(0);
}

function percentile(times: number[], p: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0).toFixed(1);
}
