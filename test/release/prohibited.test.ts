/** Prohibited uses: the second attempt within a day suspends the account, until two stewards lift that. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { countAttempt } from '../../shared/records/limits/counters.ts';
import { type Details, fileGateway } from '../support/gateway.ts';
import { reasonFor } from '../support/reasons.ts';

const START = Date.parse('2026-11-24T04:00:00Z');
const HOUR = 3_600_000;
const PROHIBITED = { code: 'PROHIBITED_PURPOSE' };

let now = START;

const gateway = await fileGateway({ now: () => now });

const agency = async (id: string) => {
  const found = await getAgency(gateway.tables.agencies, asClientId(id), now);
  return found ?? expect.fail('no agency');
};

/** Stewards and auditors of tests ask with tokens of their own time. */
async function entries(kind: string) {
  const path = `/v1/log/entries?limit=50&kind=${kind}`;
  const token = await gateway.token('audit-office', { actions: ['audit'] });
  const { json } = await gateway.send(token, 'GET', path);
  return json.entries as { code: string; outcome: string; rule: string; handler: { agency: string } }[];
}

async function release(clientId: string, purpose: string, reason = reasonFor(purpose)) {
  const details: Details = { actions: ['release'], purpose, officer: 'li', case: 'C-1', reason };
  const token = await gateway.token(clientId, details);
  const ref = Buffer.alloc(17, 1).toString('base64url');
  return gateway.send(token, 'POST', '/v1/releases', { collection: 'children', subjects: [{ ref }] });
}

describe('a prohibited use', () => {
  beforeEach(() => {
    now += 48 * HOUR;
  });
  afterEach(async () => {
    for (const id of ['mca-county', 'edu-county', 'league-county']) {
      const { tables } = gateway;
      await putAgency(tables.agencies, { ...(await agency(id)), suspended: false });
    }
  });

  it('suspends at the second attempt, with an entry and an alert in addition to those of the attempt', async () => {
    const first = (await release('mca-county', 'PX4')).json;
    expect(first).toMatchObject(PROHIBITED);
    expect(first.detail).toBeUndefined();
    expect((await agency('mca-county')).suspended).toBe(false);
    expect((await entries('freeze')).length).toBe(0);
    const second = (await release('mca-county', 'PX1')).json;
    expect(second).toMatchObject({
      ...PROHIBITED,
      detail: expect.stringContaining('Two stewards lift this'),
    });
    now += 6000;
    expect((await agency('mca-county')).suspended).toBe(true);
    const [freeze, ...more] = await entries('freeze');
    expect(more).toEqual([]);
    const code = 'SECOND_PROHIBITED_ATTEMPT';
    expect(freeze).toMatchObject({
      code,
      outcome: 'suspended',
      rule: 'A18.1',
      handler: { agency: 'mca-county' },
    });
    expect((await entries('alert')).map((entry) => entry.code).sort()).toEqual([
      'PROHIBITED_PURPOSE',
      'PROHIBITED_PURPOSE',
      code,
    ]);
    // A holder of the key learns that the office is suspended, and who lifts it. Casework continues.
    await expect(release('mca-county', 'W1')).rejects.toThrow(/AGENCY_SUSPENDED.*Two stewards lift this/);
    const casework = await gateway.token('mca-county', { actions: ['casework'] });
    const whoami = await gateway.send(casework, 'GET', '/v1/whoami');
    expect((whoami.json.suspended as { en: string }).en).toContain('casework goes on');
    expect((await gateway.send(casework, 'GET', '/v1/tasks')).status).toBe(200);
  });

  it('counts only codes: a person reviews a word in a reason, which suspends no agency, and a current token ends with the second code', async () => {
    const token = await gateway.token('edu-county', {
      actions: ['release'],
      purpose: 'S1',
      officer: 'li',
      reason: 'r',
    });
    for (const reason of ['直播 带货', '给困难家庭贴标签']) {
      expect((await release('edu-county', 'S1', reason)).json).toMatchObject({ code: 'REASON_NEEDS_REVIEW' });
    }
    expect((await release('edu-county', 'PX3')).json).toMatchObject(PROHIBITED);
    now += 6000;
    expect((await agency('edu-county')).suspended).toBe(false);
    expect((await release('edu-county', 'PX3')).json).toMatchObject(PROHIBITED);
    now += 6000;
    const body = { collection: 'children', subjects: [{ ref: Buffer.alloc(17, 1).toString('base64url') }] };
    const later = await gateway.send(token, 'POST', '/v1/releases', body);
    expect(later.json).toMatchObject({ code: 'AGENCY_SUSPENDED' });
    expect(later.json.detail).toContain('Two stewards lift this');
    expect((await gateway.send(token, 'GET', '/v1/whoami')).status).toBe(200);
  });

  it('expires after a day, and is counted per account', async () => {
    await release('edu-county', 'PX2');
    await release('league-county', 'PX2');
    now += 25 * HOUR;
    await release('edu-county', 'PX2');
    now += 6000;
    expect((await agency('edu-county')).suspended).toBe(false);
    expect((await agency('league-county')).suspended).toBe(false);
  });

  it('counts for each of two concurrent attempts', async () => {
    await Promise.all([release('league-county', 'PX5'), release('league-county', 'PX6')]);
    now += 6000;
    expect((await agency('league-county')).suspended).toBe(true);
  });

  it('leaves every other part of the record unchanged, and two stewards lift it', async () => {
    const before = await agency('mca-county');
    await release('mca-county', 'PX7');
    await release('mca-county', 'PX8');
    now += 6000;
    expect(await agency('mca-county')).toEqual({ ...before, suspended: true, locked: true });
    await putAgency(gateway.tables.agencies, before);
    expect((await release('mca-county', 'W1')).status).toBe(200);
  });
});

it('a body that is not designated and asks for checks of help platforms raises an alert and is not suspended', async () => {
  now += 48 * HOUR;
  expect((await release('edu-county', 'C2')).json).toMatchObject({ code: 'BODY_UNLISTED', rule: 'A15.1' });
  expect((await release('edu-county', 'C2')).json).toMatchObject({ code: 'BODY_UNLISTED' });
  now += 6000;
  expect((await entries('alert')).slice(0, 2)).toMatchObject([
    { code: 'BODY_UNLISTED', handler: { agency: 'edu-county' } },
    { code: 'BODY_UNLISTED', handler: { agency: 'edu-county' } },
  ]);
  expect((await agency('edu-county')).suspended).toBe(false);
});

it('a list for posting is checked by its form, for any office and without an entry', async () => {
  const before = (await entries('decision')).length;
  const token = await gateway.token('league-county', { actions: ['casework'] });
  const columns = [
    { heading: '姓名', values: ['张**'] },
    { heading: '身份证号' },
    { heading: '班级', values: ['13912345678'] },
  ];
  const answer = await gateway.send(token, 'POST', '/v1/posting-checks', { columns });
  expect(answer.json).toMatchObject({
    may: false,
    rule: 'A8.2',
    columns: [
      { may: true, findings: [] },
      {
        may: false,
        findings: [
          {
            kind: 'id-number',
            by: 'heading',
            label: { en: expect.any(String), zh: '证件号、学籍号、残疾人证号' },
          },
        ],
      },
      { may: false, findings: [{ kind: 'phone', by: 'values', values: 1 }] },
    ],
  });
  // The hash of the policy may hold any digits.
  expect(answer.text.replace(answer.json.policy.hash, '')).not.toMatch(/139|张/);
  expect((await entries('decision')).length).toBe(before);
});

it('attempts at the same time are all counted', async () => {
  const { tables } = gateway;
  const counts = await Promise.all(
    Array.from({ length: 10 }, () => countAttempt(tables.budgets, asClientId('somebody'), START)),
  );
  expect(Math.max(...counts)).toBe(10);
  expect(await countAttempt(tables.budgets, asClientId('somebody'), START + 24 * HOUR)).toBe(1);
});
