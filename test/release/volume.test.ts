/** The limits of a day: distinct people, one officer, exact under concurrency, and burnt by nothing else. */

import { beforeAll, describe, expect, it } from 'vitest';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { countVolume } from '../../shared/records/limits/volume.ts';
import { markTold, volumeKey } from '../../shared/records/limits/volume-items.ts';
import { type Details, fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const NOON = Date.parse('2026-11-24T04:00:00Z');
const VISIT = (officer: string): Details => ({
  actions: ['release'],
  purpose: 'W3',
  case: 'CASELOAD',
  officer,
  reason: 'home visits of the month',
});

let ids: string[];

const gateway = await fileGateway({ now: () => NOON });
beforeAll(async () => {
  ids = Array.from({ length: 28 }, () => freshNumber());
  await put('mps-county', (id_number) => ({ id_number, name: '张三' }));
  await put('mca-county', () => ({ visit_notes: 'a note', division_code: '990001001' }));
});

const put = (agency: string, fields: (id: string) => object) =>
  gateway.put(agency, ...ids.map((id_number) => ({ match: { id_number }, fields: fields(id_number) })));

const ask = (officer: string, some: readonly string[], fields = ['visit_notes']) =>
  gateway.call('mca-county', VISIT(officer), 'POST', '/v1/releases', {
    collection: 'children',
    subjects: some.map((id_number) => ({ match: { id_number } })),
    fields,
  });

const strangers = (count: number) => Array.from({ length: count }, () => freshNumber());

async function entries(kind: string) {
  const json = await gateway.audit(`/v1/log/entries?limit=100&kind=${kind}`);
  return (json.entries as { code?: string; about?: string; handler: object }[]).filter(
    ({ code }) => code === 'BUDGET_SPENT' || code?.startsWith('VOLUME'),
  );
}

describe('the limits of a day', () => {
  it('count each child once, and raise an alert at the threshold', async () => {
    for (let times = 0; times < 3; times++) expect((await ask('li', ids.slice(0, 19))).status).toBe(200);
    expect(await entries('alert')).toEqual([]);
    expect((await ask('li', ids.slice(18, 20))).status).toBe(200);
    const alerts = await entries('alert');
    expect(alerts.map(({ code }) => code)).toEqual(['VOLUME_STRICT']);
    expect(alerts[0]?.about).toMatch(/^[\w-]+$/);
    await ask('li', ids.slice(0, 20));
    expect(await entries('alert')).toHaveLength(1);
  });

  it('stop at exactly the limit under concurrent requests, and say when to try again', async () => {
    const answers = await Promise.all(ids.slice(20).map((id) => ask('li', [id])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    const spent = answers.filter(({ status }) => status === 429);
    expect(spent).toHaveLength(4);
    for (const { json, headers, text } of spent) {
      expect(json).toMatchObject({ code: 'BUDGET_SPENT', rule: 'A18.1' });
      expect(headers.get('retry-after')).toBe(String(12 * 3600));
      expect(text).not.toContain('a note');
    }
    expect(await entries('denial')).toHaveLength(4);
    expect(new Set((await entries('alert')).map(({ code }) => code))).toEqual(
      new Set(['VOLUME_STRICT', 'VOLUME_STRICT_STOP']),
    );
  });

  it('still allow what was released today, milder fields and other officers', async () => {
    expect((await ask('li', ids.slice(0, 19))).status).toBe(200);
    expect((await ask('li', ids.slice(20), ['sex'])).status).toBe(200);
    expect((await ask('wang', ids.slice(0, 24))).status).toBe(200);
    // The same person, however the name is written.
    expect((await ask('ＬＩ ', ids)).status).toBe(429);
  });

  it('are all or nothing for a batch', async () => {
    expect((await ask('zhao', ids)).status).toBe(429);
    expect((await ask('zhao', ids.slice(0, 24))).status).toBe(200);
  });

  it('do not count refused or replayed requests', async () => {
    for (let times = 0; times < 2; times++)
      expect((await ask('sun', strangers(20))).json.results[0]).toHaveProperty('refused');
    expect((await ask('sun', ids.slice(0, 24))).status).toBe(200);
  });

  it('do not reveal whether a record exists: an unknown child is stopped where a known one would be', async () => {
    expect((await ask('qian', strangers(25))).json.code).toBe('BUDGET_SPENT');
    expect((await ask('qian', [...ids.slice(0, 23), ...strangers(2)])).json.code).toBe('BUDGET_SPENT');
    expect((await ask('qian', [...ids.slice(0, 23), ...strangers(1)])).status).toBe(200);
    expect((await ask('qian', ids.slice(0, 24))).status).toBe(200);
    expect((await ask('qian', strangers(1))).json.code).toBe('BUDGET_SPENT');
    expect((await ask('qian', ids.slice(24, 25))).json.code).toBe('BUDGET_SPENT');
  });
});

describe('comparisons', () => {
  const guess = (officer: string, some: readonly string[], id_number: string, fields = ['id_number']) => {
    const details = { actions: ['release'], purpose: 'S1', officer, reason: 'enrolment of the year' };
    const subjects = some.map((known) => ({ match: { id_number: known } }));
    const body = { collection: 'children', subjects, fields, compare: { id_number } };
    return gateway.call('edu-county', details, 'POST', '/v1/releases', body);
  };
  const [one, two, five] = [0, 1, 5];

  it('with one child are limited to ten a day for an agency, over all officers, and then stop with an alert', async () => {
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) => guess(`o${i}`, [ids[one] as string], freshNumber())),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const stopped = await guess('another', [ids[one] as string], ids[one] as string);
    expect([stopped.status, stopped.json.code, stopped.json.rule]).toEqual([429, 'BUDGET_SPENT', 'A18.1']);
    expect(stopped.headers.get('retry-after')).toBe(String(12 * 3600));
    expect((await guess('another', ids.slice(0, 2), freshNumber())).status).toBe(429);
    const json = await gateway.audit('/v1/log/entries?limit=50&kind=alert');
    expect(json.entries.map(({ code }: { code: string }) => code)).toContain('ENUMERATION');
  });

  it('are left to a colleague when one officer has made a share of them', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 7; i++)
      codes.push((await guess('qian', [ids[five] as string], freshNumber())).json.code ?? 'compared');
    expect(codes).toEqual([...Array(6).fill('compared'), 'BUDGET_SPENT']);
    expect((await guess('sun', [ids[five] as string], freshNumber())).status).toBe(200);
  });

  it('with other children, and requests without a comparison, continue; failed and refused ones are not counted', async () => {
    expect((await guess('li', [ids[one] as string], freshNumber(), ['name'])).status).toBe(200);
    gateway.faults.add({ service: 'kms', operation: 'Decrypt', kind: 'error', times: 500 });
    expect((await guess('li', [ids[two] as string], freshNumber())).status).toBe(503);
    gateway.faults.clear();
    for (let times = 0; times < 6; times++)
      expect((await guess('li', [ids[two] as string], ids[two] as string)).status).toBe(200);
    expect((await guess('li', [ids[two] as string], ids[two] as string)).status).toBe(429);
  });
});

describe('the count itself', () => {
  const use = (subjects: string[], stop: number | null) => ({
    tier: 'strict',
    subjects: subjects.map(asSubjectId),
    stop,
  });
  const count = (key: string, subjects: string[], stop: number | null) => {
    const { tables } = gateway;
    return countVolume(tables.budgets, { key, expires: 1, uses: [use(subjects, stop)] });
  };

  it('is exact with forty batches that overlap concurrently', async () => {
    const key = volumeKey(asClientId('agency'), 'officer', 1);
    const batches = Array.from({ length: 40 }, (_, i) => [`s${i}`, `s${i + 1}`, `s${i + 2}`]);
    const results = await Promise.all(batches.map((batch) => count(key, batch, 20)));
    const counted = new Set(batches.filter((_, i) => results[i]?.full.length === 0).flat());
    const last = await count(key, [...counted].slice(0, 1), 20);
    expect(last.counts.get('strict')).toBe(counted.size);
    expect(counted.size).toBeLessThanOrEqual(20);
    expect(counted.size).toBeGreaterThanOrEqual(18);
  });

  it('continues without a limit, refuses a batch over its maximum, and keeps what was counted', async () => {
    const key = volumeKey(asClientId('agency'), 'officer', 2);
    const three = ['a', 'b', 'c'];
    expect((await count(key, three, 2)).full).toEqual(['strict']);
    expect((await count(key, three, null)).counts.get('strict')).toBe(3);
    await markTold(gateway.tables.budgets, key, ['strict']);
    expect((await count(key, ['a'], 3)).told).toEqual(new Set(['strict']));
  });

  it('has a key that reveals neither agency nor officer, and differs for each', () => {
    expect(volumeKey(asClientId('a'), 'li', 1)).toMatch(/^[\w-]{43}$/);
    expect(
      new Set([
        volumeKey(asClientId('a'), 'li', 1),
        volumeKey(asClientId('b'), 'li', 1),
        volumeKey(asClientId('a'), 'li', 2),
      ]).size,
    ).toBe(3);
  });
});
