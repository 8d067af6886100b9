/** A child and a twin whose records are joined, and what each holds. One gateway for each test file. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { testGateway } from '../support/gateway.ts';
import { joinNow } from './direct.ts';
import { casework, makeChild, put, refAt, release, subjectOf } from './rig.ts';

export const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
export const now = () => clock.now;
export const gateway = await testGateway({ now });

export function later(ms: number): void {
  clock.now += ms;
}

const FIELDS = [
  'name',
  'guardian_phone',
  'photo',
  'household_profile',
  'hardship_category',
  'guardian_relation',
];
/** A reference to a picture. */
export const photo = (n: number) => `file:sha256-${String(n).repeat(32)}`;
type Values = Record<string, unknown>;

export async function read(name: object): Promise<{ ref: string; values: Values }> {
  const { json } = await release(gateway, name, FIELDS);
  const { ref, fields = {} } = json.results[0];
  const values = Object.entries(fields as Record<string, { value: unknown }>);
  return { ref, values: Object.fromEntries(values.map(([field, { value }]) => [field, value])) };
}

/** A child, and another that is taken for it: civil affairs knows the second by a key of its own, with a newer phone. */
export async function twins() {
  const child = await makeChild(gateway);
  clock.now += 1000;
  const match = { local_id: `WELFARE-${randomUUID()}` };
  const fields = { division_code: '990001002', guardian_phone: '13900000007', photo: photo(10) };
  const { ref } = await put(gateway, 'mca-county', { match, fields });
  await put(gateway, 'edu-county', {
    ref: await refAt(gateway, ref, 'edu-county'),
    fields: { schooling_status: 'primary' },
  });
  const [double, survivor] = [await subjectOf(gateway, ref), await subjectOf(gateway, child.ref)];
  return {
    child: { ref: child.ref, match: child.match },
    twin: { ref: ref as string, match },
    double,
    survivor,
  };
}
export type Twins = Awaited<ReturnType<typeof twins>>;

export async function joined(): Promise<Twins> {
  const both = await twins();
  clock.now += 1000;
  await joinNow(gateway, both.double, both.survivor, now);
  later(1000);
  return both;
}

export async function part(agency: string, officer: string, ref: string) {
  const actions = [agency === 'steward-office' ? 'steward' : 'casework'];
  const path = `/v1/subjects/${await refAt(gateway, ref, agency)}/part`;
  return gateway.call(agency, { ...casework(officer), actions }, 'POST', path, {});
}
export async function undo({ twin }: Twins) {
  expect((await part('mca-county', 'li.na', twin.ref)).status).toBe(202);
  const done = await part('edu-county', 'zhang.wei', twin.ref);
  expect(done.status, done.text).toBe(200);
  return done.json;
}
export const write = async (name: object, fields: object) => {
  clock.now += 1000;
  const done = await put(gateway, 'mca-county', { ...name, fields });
  expect(done.problem, JSON.stringify(done)).toBeUndefined();
  return done;
};

export const OF_CHILD = { name: '欧阳娜娜', guardian_phone: '13900000001' };
export const OF_TWIN = { guardian_phone: '13900000007', photo: photo(10) };
