/** Acts that wait for a second person. They are in the jobs table, which only maintenance can write. */
import { asClientId, asEntryId, type ClientId, type EntryId } from '../../ids.ts';
import { getItem, putIf, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

export interface PendingAct {
  /** Digests of the people, so no name is stored. */
  requester: string;
  /** The office of the requester, and its departments. */
  clientId: ClientId;
  departments: readonly string[];
  approver: string | null;
  /** Log entry of the request. */
  entry: EntryId;
  /** Epoch second after which the request no longer counts. */
  expires: number;
  /** The answer to the approver; `null` while the act is not done. */
  answer: string | null;
}

/** Seconds for which a request waits, and for which its answer can be repeated. */
export const ACT_SECONDS = 86_400;

const keyOf = (act: string) => ({ job: { S: `act:${act}` } });

/** @param act the act and its subject, in opaque words */
export async function readAct(table: Table, act: string, now: number): Promise<PendingAct | null> {
  const item = await getItem(table, keyOf(act));
  const expires = Number(item?.['expires']?.N ?? 0);
  // DynamoDB deletes expired items late, so the time is compared here.
  if (!item?.['requester']?.S || !item['entry']?.S || expires * 1000 <= now) return null;
  return {
    requester: item['requester'].S,
    clientId: asClientId(item['office']?.S ?? ''),
    departments: item['departments']?.L?.map(({ S = '' }) => S) ?? [],
    approver: item['approver']?.S ?? null,
    entry: asEntryId(item['entry'].S),
    expires,
    answer: item['answer']?.S ?? null,
  };
}

/** @returns whether this request is now the pending one; `false` if another came first */
export function openAct(
  table: Table,
  act: string,
  { requester, clientId, departments, entry, expires }: Omit<PendingAct, 'approver' | 'answer'>,
  now: number,
): Promise<boolean> {
  const item = {
    ...keyOf(act),
    requester: { S: requester },
    office: { S: clientId },
    departments: { L: departments.map((code) => ({ S: code })) },
    entry: { S: entry },
    expires: { N: String(expires) },
  };
  // The log entry is this request's own, so a repeat finds it.
  return putIf(table, item, 'attribute_not_exists(job) OR expires <= :now OR entry = :entry', {
    ':now': { N: String(Math.floor(now / 1000)) },
    ':entry': { S: entry },
  });
}

/** Keeps the answer for the approver, who may not have received it. */
export async function closeAct(
  table: Table,
  act: string,
  { approver, answer, now }: { approver: string; answer: string; now: number },
): Promise<void> {
  const update = newUpdate();
  update.set('approver', { S: approver });
  update.set('answer', { S: answer });
  update.set('expires', { N: String(Math.floor(now / 1000) + ACT_SECONDS) });
  await update.send(table, keyOf(act));
}
