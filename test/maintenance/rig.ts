/** A gateway in memory with the acts of maintenance, and a view of its tables. */

import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { getItem } from '../../shared/store/table.ts';
import type { Answer, Callers, TestGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

export type Item = Record<string, AttributeValue>;
export const REASON = 'asked for by the guardian at the desk';

export const casework = (officer: string) => ({ actions: ['casework'], officer, reason: REASON });

export async function put(gateway: Callers, agency: string, record: object, more: object = {}) {
  const body = { collection: 'children', records: [record], ...more };
  const { json } = await gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', body);
  return json.results[0];
}

/** @param also `unregistered` if the look-up of the case's child would fail before the release does */
export async function release(
  gateway: Callers,
  subject: object,
  fields: string[],
  also: { unregistered?: true } = {},
): Promise<Answer> {
  const why = { purpose: 'W1', case: 'W-1', officer: 'li.na', reason: 'yearly review of the status' };
  const body = { collection: 'children', subjects: [subject], fields };
  return gateway.call('mca-county', { actions: ['release'], ...why, ...also }, 'POST', '/v1/releases', body);
}

/** A child with a police and a civil affairs sheet, and the latter's reference of it. */
export async function makeChild(gateway: Callers, id = freshNumber()) {
  const match = { id_number: id };
  const police = await put(gateway, 'mps-county', {
    match,
    fields: { name: '欧阳娜娜', id_number: id, sex: '1', birth_date: BORN },
  });
  const care = await put(gateway, 'mca-county', {
    match,
    fields: {
      division_code: '990001001',
      hardship_category: ['orphan'],
      guardian_phone: '13900000001',
      household_profile: { members: 1, monthlyIncome: 900 },
    },
  });
  if (!police.ref || !care.ref) throw new Error(JSON.stringify([police, care]));
  return { id, match, ref: care.ref as string, policeRef: police.ref as string };
}

/** @param words the body's words besides reason and officer */
export function erase(
  gateway: Pick<Callers, 'call'>,
  ref: string,
  officer: string,
  agency = 'mca-county',
  words: object = {},
): Promise<Answer> {
  const actions = [agency === 'steward-office' ? 'steward' : 'casework'];
  const details = { ...casework(officer), actions };
  return gateway.call(agency, details, 'POST', `/v1/subjects/${ref}/erase`, words);
}

/** The reference by which this agency knows the subject that civil affairs knows by the other. */
export async function refAt(gateway: TestGateway, ref: string, agency: string): Promise<string> {
  const subject = asSubjectId(await subjectOf(gateway, ref));
  return (await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency))).toRef(subject);
}

/** A steward requests the erasure. @param ref civil affairs' reference */
export async function beginErasure(gateway: TestGateway, ref: string): Promise<Answer> {
  return erase(gateway, await refAt(gateway, ref, 'steward-office'), 'chen.jie', 'steward-office');
}

/** A court orders it, which waits for nothing. */
export async function orderErasure(
  gateway: TestGateway,
  ref: string,
  officer = 'wu.jun',
  seen: { entry?: string } = {},
): Promise<Answer> {
  const own = await refAt(gateway, ref, 'court-county');
  return erase(gateway, own, officer, 'court-county', { instrument: 'ORDER-2026-1', ...seen });
}

/** Both, one after the other. */
export async function eraseByTwo(gateway: TestGateway, ref: string): Promise<Answer> {
  expect((await beginErasure(gateway, ref)).status).toBe(202);
  return orderErasure(gateway, ref);
}

/** The internal id behind an agency's reference. */
export async function subjectOf(gateway: TestGateway, ref: string, agency = 'mca-county'): Promise<string> {
  const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
  return references.toSubject(ref) ?? expect.fail('no reference');
}

export async function keyItem(gateway: TestGateway, subject: string): Promise<KeyItem> {
  const item = await readKeyItem(gateway.tables.keys, asSubjectId(subject));
  return item ?? expect.fail('no key item');
}

export const rawItem = ({ dynamo: client }: TestGateway, name: string, key: Item): Promise<Item | null> =>
  getItem({ client, name }, key);

export async function allItems(dynamo: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: table, ...(next && { ExclusiveStartKey: next }) }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

export async function putItems(dynamo: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  for (const Item of items) await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

/** Items of a table that hold the text anywhere. */
export async function mentions(gateway: TestGateway, table: string, text: string): Promise<Item[]> {
  const items = await allItems(gateway.dynamo, table);
  return items.filter((item) => JSON.stringify(item).includes(text));
}

const steward = { actions: ['steward'], officer: 'chen.jie', reason: 'yearly rotation of keys' };

/** Starts a job and waits until it is done. */
export async function runJob(gateway: Callers, kind: string, body: object = {}): Promise<Answer['json']> {
  const started = await gateway.call('steward-office', steward, 'POST', `/v1/keys/${kind}`, body);
  expect(started.status, started.text).toBe(202);
  return jobDone(gateway, started.json.id);
}

export function viewJob(gateway: Callers, id: string): Promise<Answer> {
  return gateway.call('steward-office', steward, 'GET', `/v1/jobs/${id}`);
}

export async function jobDone(gateway: Callers, id: string): Promise<Answer['json']> {
  for (;;) {
    const { json } = await viewJob(gateway, id);
    if (json.state === 'done') return json;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Entries of a kind, newest first. */
export async function entriesOf(gateway: Callers, kind: string, limit = 500): Promise<Answer['json'][]> {
  return (await gateway.audit(`/v1/log/entries?kind=${kind}&limit=${limit}`)).entries;
}
