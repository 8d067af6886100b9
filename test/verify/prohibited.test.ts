/** Prohibited uses by the routes that are not the ordinary release: each suspends at the second attempt. */

import { describe, expect, it } from 'vitest';
import { getAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { type Details, fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

let now = Date.parse('2026-11-24T04:00:00Z');
const gateway = await fileGateway({ now: () => now });

async function entries(kind: string, agency: string) {
  const token = await gateway.token('audit-office', { actions: ['audit'] });
  const { json } = await gateway.send(token, 'GET', `/v1/log/entries?limit=50&kind=${kind}`);
  return json.entries.filter((entry: { handler: { agency: string } }) => entry.handler.agency === agency);
}

describe.each<[string, string, Details, () => object]>([
  [
    '/v1/verifications',
    'charity-sunrise',
    { actions: ['verify'], purpose: 'C1', case: 'CHA-1', officer: 'li', reason: '募捐' },
    () => ({ programme: 'spring-bud', subject: { match: { id_number: freshNumber() } } }),
  ],
  [
    '/v1/statistics',
    'mca-county',
    { actions: ['release'], purpose: 'A1', officer: 'li', reason: '短视频 引流' },
    () => ({ collection: 'children' }),
  ],
  [
    '/v1/story-cards',
    'press-office',
    { actions: ['release'], purpose: 'M1', case: 'PR-1', officer: 'li', reason: '直播带货' },
    () => ({ collection: 'children', subject: { match: { id_number: freshNumber() } }, text: '一个孩子' }),
  ],
])('%s', (path, agency, details, body) => {
  it('refuses a stop word before any look-up, alerts a security officer, and suspends no agency', async () => {
    const token = await gateway.token(agency, details);
    for (const attempt of [1, 2]) {
      const from = gateway.trail.length;
      const { status, json } = await gateway.send(token, 'POST', path, body());
      expect([attempt, status, json.code, json.rule]).toEqual([attempt, 403, 'REASON_NEEDS_REVIEW', 'A15.3']);
      const calls = gateway.trail.slice(from).map(({ eventName }) => eventName);
      expect(calls).not.toContain('GenerateMac');
      expect(calls).not.toContain('Decrypt');
    }
    expect(await entries('freeze', agency)).toEqual([]);
    expect(await entries('prohibited', agency)).toEqual([]);
    expect(await entries('alert', agency)).toHaveLength(2);
    now += 6000;
    const { tables } = gateway;
    expect((await getAgency(tables.agencies, asClientId(agency), now))?.suspended).toBe(false);
  });
});
