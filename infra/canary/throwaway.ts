/** Offices that exist for one journey: an administrator puts their records into the register, and takes them out again. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ConnectOptions } from '../../shared/client/connect.ts';
import { defined } from '../../shared/defined.ts';
import { type Agency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { deleteItem } from '../../shared/store/table.ts';
import { newKeyPairs, publicHalf } from '../cli/identity/key-pairs.ts';
import type { Office } from './plan.ts';

export type Throwaway = Extract<ConnectOptions, { clientId: string }> & { remove(): Promise<void> };

/** @param table the register. @param people the setting of the issuer of its own people */
export async function throwaway(
  table: { client: DynamoDBClient; name: string },
  issuer: string,
  office: Office,
  people?: string,
): Promise<Throwaway> {
  const clientId = `smoke-${randomUUID().slice(0, 8)}`;
  const { sig, enc } = await newKeyPairs();
  const jwks = { keys: [sig, enc].map(publicHalf) };
  const trainedUntil = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const name = { en: 'Smoke test', zh: '冒烟测试' };
  const record = { clientId, name, ...office, jwks, trainedUntil, suspended: false, ...defined({ people }) };
  await putAgency(table, record as unknown as Agency);
  return {
    ...{ issuer, clientId, key: sig, enc },
    remove: () => deleteItem(table, { clientId: { S: clientId } }),
  };
}
