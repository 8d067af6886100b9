/** Offices that exist for one journey: an administrator puts their records into the register, and takes them out again. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { ConnectOptions } from '../../shared/client/connect.ts';
import { defined } from '../../shared/defined.ts';
import { type Agency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { deleteItem } from '../../shared/store/table.ts';
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
  const [sig, enc] = [await keyFor('sig', 'ES256'), await keyFor('enc', 'ECDH-ES+A256KW')];
  const jwks = { keys: [sig, enc].map(({ d: _, ...open }) => open) };
  const trainedUntil = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const name = { en: 'Smoke test', zh: '冒烟测试' };
  const record = { clientId, name, ...office, jwks, trainedUntil, suspended: false, ...defined({ people }) };
  await putAgency(table, record as unknown as Agency);
  return {
    ...{ issuer, clientId, key: sig, enc },
    remove: () => deleteItem(table, { clientId: { S: clientId } }),
  };
}

async function keyFor(use: 'sig' | 'enc', alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, crv: 'P-256' });
  return { ...(await exportJWK(privateKey)), kid: `${use}-1`, use, alg };
}
