/** What stands on an office's desk: its own objections and incidents, newest first, page by page. */

import { DynamoDBClient, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { listClosed } from '../../../shared/records/casework/desk-lists.ts';
import { eraseByTwo, makeChild } from '../../maintenance/rig.ts';
import { crashAt } from '../../support/crash.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();
// What is filed asks for an index of the log.
beforeEach(() => gateway.sequencer.step());

const by = (officer: string, action = 'casework') => ({
  ...{ actions: [action], officer, reason: 'in a test' },
});
const object = (match: object, agency = 'desk-county') =>
  gateway.call(agency, by('wang'), 'POST', '/v1/objections', {
    ...{ subject: { match }, field: 'name', by: 'guardian' },
  });
const from = '2026-11-01T00:00:00Z';
const until = '2026-11-26T00:00:00Z';
const report = (match: object, agency: string, action: string, fields: string[]) =>
  gateway.call(agency, by('gao', action), 'POST', '/v1/incidents', {
    ...{ subjects: [{ match }], fields, from, until, operator: 'other' },
  });
const page = async (what: string, agency: string, query = '', action = 'casework') =>
  (await gateway.call(agency, { actions: [action] }, 'GET', `/v1/${what}?${query}`)).json;
/** The ids of all pages. */
async function ids(what: string, agency: string, query = '', action = 'casework'): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const next = await page(what, agency, `limit=2&${query}${cursor && `&cursor=${cursor}`}`, action);
    found.push(...next[what].map(({ id }: { id: string }) => id));
    if (next.cursor === null) return found;
    cursor = next.cursor;
  }
}

describe('the objections of an office', () => {
  it('are those that it filed or answers, newest first, and no other office has them', async () => {
    const filed: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { match } = await makeChild(gateway);
      filed.unshift((await object(match)).json.objection.id);
    }
    expect(await ids('objections', 'desk-county')).toEqual(filed);
    expect(await ids('objections', 'mps-county')).toEqual(filed);
    for (const stranger of ['mca-county', 'edu-county', 'mca-neighbour', 'procuratorate-county'])
      expect([stranger, await ids('objections', stranger)]).toEqual([stranger, []]);
    const [one] = (await page('objections', 'mps-county')).objections;
    expect(one).toMatchObject({ id: filed[0], field: 'name', department: 'MPS', state: 'open' });
    // The words stand in the objection alone.
    expect(one.reason).toBeUndefined();
  });

  it('move to the closed ones with the answer, and end with an erasure', async () => {
    const [answered, erased] = [await makeChild(gateway), await makeChild(gateway)];
    const [first, second] = [
      (await object(answered.match)).json.objection.id,
      (await object(erased.match)).json.objection.id,
    ];
    const path = `/v1/objections/${first}/resolve`;
    await gateway.call('mps-county', by('zhou'), 'POST', path, { outcome: 'rejected' });
    for (const office of ['desk-county', 'mps-county']) {
      expect(await ids('objections', office, 'state=closed')).toEqual([first]);
      expect(await ids('objections', office)).not.toContain(first);
    }
    expect(await ids('objections', 'desk-county')).toContain(second);
    await eraseByTwo(gateway, erased.ref);
    expect(await ids('objections', 'desk-county')).not.toContain(second);
  });

  it('stand once in the list after a crash at any write, and in the one of their state', async () => {
    const tables = [gateway.env.caseworkTable];
    let hit = true;
    for (let write = 1; hit; write++) {
      const { match } = await makeChild(gateway);
      const crash = crashAt(write, write % 2 === 0 ? 'before' : 'after', tables);
      await object(match);
      hit = crash.hit();
      crash.end();
      const { id } = (await object(match)).json.objection;
      expect((await ids('objections', 'mps-county')).filter((one) => one === id)).toEqual([id]);
      const path = `/v1/objections/${id}/resolve`;
      const answer = () => gateway.call('mps-county', by('zhou'), 'POST', path, { outcome: 'rejected' });
      const later = crashAt(write, write % 2 === 0 ? 'after' : 'before', tables);
      await answer();
      hit ||= later.hit();
      later.end();
      await answer();
      const open = (await ids('objections', 'mps-county')).includes(id);
      const closed = await ids('objections', 'mps-county', 'state=closed');
      expect([open, closed.filter((one) => one === id)]).toEqual([false, [id]]);
    }
  });
});

describe('the incidents of an office', () => {
  it('are those that it opened; an auditor sees each of them, another office none', async () => {
    const { match } = await makeChild(gateway);
    const own = (await report(match, 'mca-county', 'casework', ['hardship_category'])).json.incident.id;
    const other = (await report(match, 'audit-office', 'audit', ['name'])).json.incident.id;
    expect(await ids('incidents', 'mca-county')).toEqual([own]);
    expect(await ids('incidents', 'audit-office', '', 'audit')).toEqual([other, own]);
    for (const stranger of ['mps-county', 'desk-county', 'mca-neighbour'])
      expect([stranger, await ids('incidents', stranger)]).toEqual([stranger, []]);
    const [one] = (await page('incidents', 'mca-county')).incidents;
    expect(one).toMatchObject({ id: own, state: 'open', subjects: 1 });
    expect(one.recipients).toBeUndefined();
    const path = `/v1/incidents/${own}/close`;
    await gateway.call('mca-county', by('gao'), 'POST', path, { outcome: 'confirmed' });
    expect(await ids('incidents', 'mca-county')).toEqual([]);
    expect(await ids('incidents', 'audit-office', 'state=closed', 'audit')).toEqual([own]);
  });

  it('take one read of the list, however many are closed', async () => {
    const send = vi.spyOn(DynamoDBClient.prototype, 'send');
    const reads = async () => {
      send.mockClear();
      await ids('incidents', 'mca-county');
      // Of the office's list alone: what another call has begun may still run.
      return send.mock.calls.filter(([{ input }]) => {
        const { TableName, KeyConditionExpression } = input as QueryCommandInput;
        const ofOffice = JSON.stringify(input).includes('agency:mca-county');
        return TableName === gateway.env.caseworkTable && KeyConditionExpression && ofOffice;
      }).length;
    };
    const before = await reads();
    expect(before).toBe(1);
    for (let n = 0; n < 250; n++)
      await listClosed(
        { client: gateway.dynamo, name: gateway.env.caseworkTable },
        {
          kind: 'incident',
          id: `closed-${n}`,
          at: '2026-11-26T00:00:00.000Z',
          inboxes: ['agency:mca-county'],
        },
      );
    expect(await reads()).toBe(before);
    send.mockRestore();
  });
});
