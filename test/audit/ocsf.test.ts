/** The requirements of OCSF 1.4 for the two classes: github.com/ocsf/ocsf-schema, events and objects. */
import { describe, expect, test } from 'vitest';
import { fileGateway } from '../support/gateway.ts';

type Value = Record<string, unknown>;

const gateway = await fileGateway();
const release = (purpose: string) =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose, case: 'EDU-1', officer: 'zhang.wei', reason: 'subsidy' },
    'POST',
    '/v1/releases',
    {
      collection: 'children',
      subjects: [{ match: { id_number: '990001201305060015' } }],
      fields: ['name'],
    },
  );
await gateway.put('mca-county', {
  match: { id_number: '990001201305060015' },
  fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
});
for (const purpose of ['S1', 'PX3', 'J1']) await release(purpose);
const accept = { accept: 'application/x-ndjson; profile=ocsf' };
const answer = await gateway.call(
  'audit-office',
  { actions: ['audit'] },
  'GET',
  '/v1/log/entries',
  undefined,
  accept,
);
const events = answer.text
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));

const BASE = {
  activity_id: 'number',
  category_uid: 'number',
  class_uid: 'number',
  type_uid: 'number',
  severity_id: 'number',
  time: 'number',
  metadata: 'object',
};
const CLASSES = new Map<unknown, Record<string, string>>([
  [6003, { ...BASE, actor: 'object', api: 'object', src_endpoint: 'object' }],
  [2004, { ...BASE, finding_info: 'object' }],
]);
/** Objects that must have one of these, or all. */
const ONE_OF = {
  actor: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'],
  src_endpoint: [
    'ip',
    'uid',
    'name',
    'hostname',
    'svc_name',
    'instance_uid',
    'interface_uid',
    'interface_name',
  ],
};
const ALL_OF = { api: ['operation'], metadata: ['product', 'version'], finding_info: ['uid', 'title'] };

function faultsOf(event: Value): string[] {
  const required = CLASSES.get(event['class_uid']) ?? {};
  const faults = Object.entries(required).flatMap(([name, type]) =>
    typeof event[name] === type && event[name] !== null ? [] : [`${name} is missing`],
  );
  const inside = (object: string, name: string) => (event[object] as Value | undefined)?.[name] !== undefined;
  for (const [object, names] of Object.entries(ONE_OF))
    if (object in required && !names.some((name) => inside(object, name)))
      faults.push(`${object} names no one`);
  for (const [object, names] of Object.entries(ALL_OF))
    if (object in required)
      for (const name of names) if (!inside(object, name)) faults.push(`${object}.${name}`);
  if (event['type_uid'] !== (event['class_uid'] as number) * 100 + (event['activity_id'] as number))
    faults.push('type_uid');
  if (event['category_uid'] !== Math.floor((event['class_uid'] as number) / 1000))
    faults.push('category_uid');
  return faults;
}

describe('an export as OCSF', () => {
  test('has every attribute that its classes require, in every kind of entry', () => {
    expect(new Set(events.map(({ class_uid }) => class_uid))).toEqual(new Set([6003, 2004]));
    const kinds = new Set(events.map(({ unmapped }) => (unmapped as Value)['kind']));
    for (const kind of ['writer', 'intake', 'decision', 'denial', 'prohibited', 'alert'])
      expect(kinds).toContain(kind);
    for (const event of events) expect([event, faultsOf(event)]).toEqual([event, []]);
  });

  test('shows an alert as a finding about an event, and a release as a read', () => {
    const finding = events.find(({ class_uid }) => class_uid === 2004);
    expect(finding).toMatchObject({ severity_id: 4, finding_info: { title: 'PROHIBITED_PURPOSE' } });
    const read = events.find(({ unmapped }) => (unmapped as Value)['kind'] === 'decision');
    expect(read).toMatchObject({ activity_id: 2, status_id: 1, actor: { user: { name: 'zhang.wei' } } });
  });

  test('would be found incomplete', () => {
    const [event] = events.filter(({ class_uid }) => class_uid === 6003);
    expect(faultsOf({ ...event, actor: {} })).toEqual(['actor names no one']);
    expect(faultsOf({ ...event, time: undefined })).toEqual(['time is missing']);
    expect(faultsOf({ ...event, type_uid: 600_301, activity_id: 4 })).toEqual(['type_uid']);
  });
});
