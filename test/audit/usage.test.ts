import { afterAll, describe, expect, test } from 'vitest';
import { decision } from '../log/log.ts';
import { openLogged } from './rig.ts';

const { rig, ids, subject: SUBJECT, logId: LOG_ID } = await openLogged();
afterAll(() => rig.close());

describe('GET /v1/usage', () => {
  const usage = (clientId: string, query = '') => rig.get(clientId, 'intake', `/v1/usage${query}`);
  const until = '?to=2025-11-25T08:00:05Z';

  test('shows an owner the releases of its fields with their rules, but no refusal, no finding and no foreign case', async () => {
    const { json, text } = await usage('mps-county', until);
    expect(json.entries).toEqual([
      {
        id: ids[1],
        time: '2025-11-25T08:00:01.000Z',
        kind: 'decision',
        recipient: 'edu-county',
        departments: ['EDU'],
        operation: 'provide',
        purpose: 'S1',
        fields: { name: 'plain', birth_date: 'generalised' },
        outcome: 'released',
        rule: 'A8.1',
        policy: { version: '2025.1', hash: 'q83vEjRWeJA' },
      },
    ]);
    for (const word of ['refused', 'OUT_OF_AREA', 'PROHIBITED', 'EDU-2026-00417'])
      expect(text).not.toContain(word);
  });

  test('shows the case only to its own line', async () => {
    const { json } = await usage('edu-county', until);
    expect(json.entries).toMatchObject([
      { id: ids[1], case: 'EDU-2026-00417', fields: { school_name: 'plain' } },
    ]);
  });

  test('shows an owner nothing of another area', async () => {
    expect((await usage('mps-neighbour', until)).json.entries).toEqual([]);
    // A cursor would reveal the time and the entry of each use elsewhere.
    expect((await usage('mps-neighbour', `${until}&limit=1`)).json).toEqual({ entries: [] });
  });

  test('has no cursor to what is of another area alone', async () => {
    const { now } = rig.clock;
    rig.clock.now = Date.parse('2025-11-25T07:59:00Z');
    await rig.log.append([decision({ outcome: 'released', words: { subject: 'elsewhere' } })]);
    rig.clock.now = now;
    const { json } = await usage('mps-county', `${until}&limit=1`);
    // The page is full, and the older use follows it.
    expect(json).toEqual({ entries: [expect.objectContaining({ id: ids[1] })] });
  });

  test("shows no other department's fields, no subject and no officer", async () => {
    const { text } = await usage('health-hospital', until);
    expect(text).toContain('illness');
    for (const word of ['birth_date', LOG_ID, SUBJECT, 'zhang.wei', 'winter'])
      expect(text).not.toContain(word);
  });

  test('is for departments that own fields', async () => {
    expect(await usage('charity-sunrise')).toMatchObject({ status: 403, json: { code: 'ROLE_REQUIRED' } });
    expect((await rig.get('audit-office', 'intake', '/v1/usage')).status).toBe(403);
  });

  test("has cursors of its own: another department's is refused", async () => {
    await rig.log.append([
      decision({ subject: LOG_ID, outcome: 'released', words: { subject: SUBJECT, case: 'later' } }),
    ]);
    const late = '?to=2025-11-25T09:00:00Z';
    const { json } = await usage('mps-county', `${late}&limit=1`);
    expect(json.entries).toHaveLength(1);
    expect((await usage('mps-county', `${late}&cursor=${json.cursor}`)).json.entries).toHaveLength(1);
    expect((await usage('health-hospital', `${until}&cursor=${json.cursor}`)).status).toBe(400);
  });
});
