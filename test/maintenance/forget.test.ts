import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { entryId } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { parseIndexed } from '../../shared/log/read/index-rows.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { fileGateway } from '../support/gateway.ts';
import { reasonFor } from '../support/reasons.ts';
import {
  allItems,
  beginErasure,
  eraseByTwo,
  keyItem,
  makeChild,
  mentions,
  orderErasure,
  subjectOf,
} from './rig.ts';

const PLANTED = 'the child told me herself';

const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

function ask(agency: string, purpose: string, subjects: object[], reason: string) {
  const details = {
    actions: ['release'],
    purpose,
    case: 'K-7',
    officer: 'li.na',
    reason: `${reasonFor(purpose)}, ${reason}`,
  };
  const body = { collection: 'children', subjects, fields: ['name'] };
  return gateway.call(agency, details, 'POST', '/v1/releases', body);
}

interface Shown {
  id: string;
  kind: string;
  leafHash: string;
  words: Record<string, string>;
  erased?: boolean;
}

async function entries(query = ''): Promise<Shown[]> {
  return (await gateway.audit(`/v1/log/entries?limit=500${query}`)).entries;
}

const says = (words: Record<string, unknown>, text: string) => String(words['reason']).includes(text);

async function steps(): Promise<void> {
  for (let step = await gateway.sequencer.step(); step.sequenced > 0 || step.behind; )
    step = await gateway.sequencer.step();
}

it('erases the words of every entry about a subject, and the log still verifies', async () => {
  const [child, other] = [await makeChild(gateway), await makeChild(gateway)];
  await ask('mca-county', 'W1', [{ ref: child.ref }], PLANTED);
  await ask('edu-county', 'S1', [{ match: child.match }], PLANTED);
  await ask('mca-neighbour', 'W1', [{ match: child.match }], PLANTED);
  // Decided about two in one item of the log.
  await ask('mca-county', 'W1', [{ ref: child.ref }, { ref: other.ref }], PLANTED);
  // An attempt that no decision completes.
  gateway.faults.add({ service: 'kms', kind: 'error', times: 30, operation: 'Decrypt' });
  expect((await ask('edu-county', 'S1', [{ match: child.match }], PLANTED)).status).toBe(503);
  gateway.faults.clear();
  await steps();
  const decisions = await entries('&kind=decision');
  const one = decisions.findLast(({ words }) => says(words, PLANTED));
  const review = { verdict: 'questioned', note: PLANTED };
  const path = `/v1/log/entries/${one?.id}/reviews`;
  const audit = { actions: ['audit'], officer: 'sun.lei' };
  expect((await gateway.call('audit-office', audit, 'POST', path, review)).status).toBe(200);
  for (let left = true; left; ) left = (await gateway.watcher.scan()).behind > 0;
  const { alerts } = await gateway.audit('/v1/alerts');
  const alert = alerts.find(({ about }: { about: string }) => decisions.some(({ id }) => id === about));
  const acknowledge = `/v1/alerts/${alert.id}/acknowledge`;
  const noted = await gateway.call('audit-office', audit, 'POST', acknowledge, { note: PLANTED });
  expect(noted.status).toBe(200);
  await steps();
  // Not in the index yet.
  await ask('edu-county', 'S1', [{ match: child.match }], PLANTED);
  await ask('mca-county', 'W1', [{ ref: other.ref }], 'about another child');

  const before = await entries();
  const told = before.filter(({ words }) => says(words, PLANTED));
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['attempt', 'decision', 'denial', 'review']));
  expect(told.filter(({ kind }) => kind === 'review')).toHaveLength(2);
  const { json } = await eraseByTwo(gateway, child.ref);
  expect(json).toMatchObject({ erasedAt: expect.any(String) });

  const after = new Map((await entries()).map((one) => [one.id, one]));
  const kept = [...after.values()].filter(({ words }) => says(words, PLANTED));
  // The other child's part of the call for both.
  expect(kept.map(({ kind }) => kind)).toEqual(['decision', 'attempt']);
  expect(kept[0]).toMatchObject({ words: { officer: 'li.na', case: 'K-7' } });
  for (const { id, leafHash } of told) {
    if (kept.some((one) => one.id === id)) continue;
    expect(after.get(id)).toMatchObject({ words: {}, erased: true, leafHash });
  }
  const untouched = [...after.values()].filter(({ words }) => says(words, 'about another child'));
  expect(untouched.map(({ kind }) => kind)).toEqual(['decision', 'attempt']);
  // The words of the erasure stay: those people remain accountable.
  const erasures = [...after.values()].filter(({ kind }) => ['erasure', 'request'].includes(kind));
  expect(erasures.map(({ words }) => words['officer']).sort()).toEqual(['chen.jie', 'wu.jun']);

  await steps();
  const read = async (path: string) => {
    const answer = await fetch(`${gateway.url}/log/${path}`);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  };
  const key = Buffer.from((await read('key')) ?? [])
    .toString('utf8')
    .trim();
  const log = parseVerifier(sha256, key) ?? expect.fail('no key');
  const { checkpoint } = await checkLog({ read, log });
  expect(checkpoint.size).toBeGreaterThanOrEqual(after.size);
}, 60_000);

it('waits for an index that was lost, and forgets the number of the entries of a person', async () => {
  const child = await makeChild(gateway);
  await ask('mca-county', 'W1', [{ ref: child.ref }], PLANTED);
  await steps();
  const { logId } = await keyItem(gateway, await subjectOf(gateway, child.ref));
  const counted = async () => {
    const items = await allItems(gateway.dynamo, gateway.env.treeTable);
    return items.some(({ part }) => part?.S === `count:${logId}`);
  };
  expect(await counted()).toBe(true);
  const TableName = gateway.env.logIndexTable;
  for (const { key, place } of await allItems(gateway.dynamo, TableName)) {
    if (key && place) await gateway.dynamo.send(new DeleteItemCommand({ TableName, Key: { key, place } }));
  }
  await beginErasure(gateway, child.ref);
  expect((await orderErasure(gateway, child.ref)).json).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  const mine = async () => (await entries()).filter(({ words }) => says(words, PLANTED));
  const before = (await mine()).length;
  await steps();
  const { json } = await orderErasure(gateway, child.ref);
  expect(json).toMatchObject({ erasedAt: expect.any(String) });
  expect(await counted()).toBe(false);
  expect((await mine()).length).toBeLessThan(before);
}, 60_000);

it('leaves in the index what leads to the request and the erasure, and nothing else', async () => {
  const child = await makeChild(gateway);
  await ask('mca-county', 'W1', [{ ref: child.ref }], PLANTED);
  await beginErasure(gateway, child.ref);
  await steps();
  const { logId } = await keyItem(gateway, await subjectOf(gateway, child.ref));
  const places = async () => {
    const rows = await mentions(gateway, gateway.env.logIndexTable, `subject:${logId}`);
    const found = rows.flatMap(({ place, entries }) =>
      parseIndexed(place?.S?.slice(0, 16) ?? '', entries?.S ?? ''),
    );
    return found.map(entryId);
  };
  expect((await places()).length).toBeGreaterThan(3);
  expect((await orderErasure(gateway, child.ref)).status).toBe(200);
  await steps();
  const left = await Promise.all((await places()).map((id) => gateway.audit(`/v1/log/entries/${id}`)));
  expect(left.map(({ kind }) => kind).sort()).toEqual(['erasure', 'request']);
  // The check would put back what the log still says of the person.
  expect(left.every(({ subject }) => subject === logId)).toBe(true);
}, 60_000);
