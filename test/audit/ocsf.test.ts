/** Every kind of entry as an event that is valid by the published definition of OCSF 1.4.0. */
import { describe, expect, test } from 'vitest';
import { ocsfEvent } from '../../functions/audit/ocsf.ts';
import { KINDS, OUTCOMES } from '../../shared/entry-kinds.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { children } from '../policy/support.ts';
import { fileGateway } from '../support/gateway.ts';
import { ocsfFaults } from './ocsf-schema.ts';

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
      subjects: [{ match: { id_number: '99000120130506001X' } }],
      fields: ['name'],
    },
  );
await gateway.put('mca-county', {
  match: { id_number: '99000120130506001X' },
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

describe('an export as OCSF', () => {
  test('is valid by the definition, in every kind of entry', () => {
    expect(new Set(events.map(({ class_uid }) => class_uid))).toEqual(new Set([6003, 2004]));
    const kinds = new Set(events.map(({ unmapped }) => (unmapped as Value)['kind']));
    for (const kind of ['writer', 'intake', 'decision', 'denial', 'prohibited', 'alert'])
      expect(kinds).toContain(kind);
    for (const event of events) expect([event, ocsfFaults(event)]).toEqual([event, []]);
  });

  test('shows an alert as a finding about an event, and a release as a read', () => {
    const finding = events.find(({ class_uid }) => class_uid === 2004);
    expect(finding).toMatchObject({ severity_id: 4, finding_info: { title: 'PROHIBITED_PURPOSE' } });
    const read = events.find(({ unmapped }) => (unmapped as Value)['kind'] === 'decision');
    expect(read).toMatchObject({ activity_id: 2, status_id: 1, actor: { user: { name: 'zhang.wei' } } });
  });

  // What the gateway above writes is a part of the kinds. Each of them, with each outcome and operation, as a leaf may have it.
  test('is valid for every kind, outcome and operation that the log knows', () => {
    const faults = KINDS.flatMap((kind) =>
      [undefined, ...OUTCOMES].flatMap((outcome) =>
        [
          undefined,
          'collect',
          'store',
          'use',
          'process',
          'transmit',
          'provide',
          'disclose',
          'delete',
        ].flatMap((operation) => {
          const entry = { kind, outcome, operation, time: '2026-11-26T08:00:00.000Z', code: 'DECOY' };
          const stored = { id: '0-0-0', entry, words: {}, hash: Buffer.alloc(32) } as unknown as StoredEntry;
          return ocsfFaults(JSON.parse(JSON.stringify(ocsfEvent(children, stored))));
        }),
      ),
    );
    expect([...new Set(faults)]).toEqual([]);
  });

  test('would be found incomplete', () => {
    const [event] = events.filter(({ class_uid }) => class_uid === 6003);
    const { type_uid: _, ...rest } = event as Value;
    expect(ocsfFaults({ ...event, actor: {} })[0]).toMatch(/^actor\. has none of process, user/);
    expect(ocsfFaults({ ...event, time: undefined })).toEqual(['time is missing']);
    expect(ocsfFaults({ ...event, type_uid: 600_301, activity_id: 4 })).toEqual(['type_uid']);
    expect(ocsfFaults(rest)).toEqual(['type_uid is missing', 'type_uid']);
    expect(ocsfFaults({ ...event, severity_id: 7 })).toEqual(['severity_id is not of the list']);
    expect(ocsfFaults({ ...event, purpose: 'S1' })).toEqual(['purpose is no attribute']);
    expect(ocsfFaults({ ...event, time: '2026-11-26' })).toEqual(['time is no whole number']);
  });
});

test('the end of an alert closes its finding, and is no alert itself', () => {
  const told = (outcome: string, isOver: boolean) => {
    const entry = { kind: 'alert', outcome, code: 'TRAIL_LATE', time: '2026-11-25T02:00:00Z', id: 'w-1-0' };
    const stored = { id: 'w-1-0', entry, words: {}, hash: Buffer.alloc(32), leaves: 1 };
    return ocsfEvent(children, stored as unknown as StoredEntry, isOver);
  };
  expect(told('raised', false)).toMatchObject({ activity_id: 1, status_id: 1, is_alert: true });
  expect(told('settled', true)).toMatchObject({ activity_id: 3, status_id: 4, is_alert: false });
});
