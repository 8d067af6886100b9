/**
 * An intake function of its own over the gateway's store and KMS, as a second Lambda instance would be: it
 * shares no memory with another, and a test may step in before or after each call that it makes.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Hono } from 'hono';
import { expect } from 'vitest';
import { withTables } from '../../../functions/deps.ts';
import { intakeApp } from '../../../functions/intake/app.ts';
import { INTAKE_ENV } from '../../../functions/intake/deps.ts';
import { pick } from '../../../infra/local/settings.ts';
import type { Env } from '../../../shared/env.ts';
import { dpopProof, type TestGateway, type Token } from '../../support/gateway.ts';

/** The event at a call, such as `PutItem sheets`. */
export type Step =
  | 'before'
  | 'after'
  | 'crash before'
  | 'crash after'
  | 'answer lost'
  | 'answer lost, no retry';

export interface Instance {
  /** One record in one request. @returns its result, or `null` when the instance is dead. */
  put(record: object, headers?: Record<string, string>): Promise<Result | null>;
  /** Steps in at the first call of this name from now on. @param act a concurrent act of another */
  at(name: string, step: Step, act?: () => Promise<unknown>): void;
  /** Calls so far, each name as often as it was called. */
  calls: string[];
}

export interface Result {
  ref: string;
  sheetVersion: number;
  created: boolean;
  problem?: { code: string };
}

/** @param env settings that this instance has otherwise than the gateway */
export async function newInstance(
  gateway: TestGateway,
  agency: string,
  env: Partial<TestGateway['env']> = {},
): Promise<Instance> {
  const calls: string[] = [];
  const steps = new Map<string, { step: Step; act: () => Promise<unknown> }>();
  let dead = false;
  const intercept = async (name: string, send: () => Promise<unknown>) => {
    if (dead) throw new Error('this instance is dead');
    calls.push(name);
    const { step, act } = steps.get(name) ?? { step: null, act: nothing };
    steps.delete(name);
    if (step === 'before') await act();
    if (step === 'crash before') dead = true;
    if (dead) throw new Error('this instance is dead');
    let answer = await send();
    if (step === 'crash after') dead = true;
    if (dead) throw new Error('this instance is dead');
    if (step === 'after') await act();
    if (step === 'answer lost') {
      await act();
      // The SDK's behaviour without an answer: the same call again.
      answer = await send();
    }
    if (step === 'answer lost, no retry') throw new Error('no answer');
    return answer;
  };
  const settings: Env<(typeof INTAKE_ENV)[number]> = { ...pick(gateway.env, INTAKE_ENV, 'intake'), ...env };
  const app: Hono = intakeApp({
    ...withTables({
      env: settings,
      kms: hooked(new KMSClient(await settingsOf(gateway.kms)), intercept),
      dynamo: hooked(new DynamoDBClient(await settingsOf(gateway.dynamo)), intercept),
      now: Date.now,
    }),
    files: gateway.files,
  });
  const token: Token = await gateway.token(agency, { actions: ['intake'] });
  return {
    calls,
    at: (name, step, act = nothing) => void steps.set(name, { step, act }),
    async put(record, headers = {}) {
      const url = new URL(`${gateway.url}/v1/intake`);
      const proof = await dpopProof(token.dpop, 'POST', url, Date.now(), token.value);
      const response = await app.request(url.href, {
        method: 'POST',
        headers: {
          authorization: `DPoP ${token.value}`,
          dpop: proof,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify({ collection: 'children', records: [record] }),
      });
      if (dead) return null;
      const body = (await response.json()) as { results?: Result[]; code?: string };
      return body.results?.[0] ?? ({ problem: { code: body.code ?? '' } } as Result);
    },
  };
}

async function nothing(): Promise<void> {}

/** The parameters for a separate client of the same service. */
async function settingsOf({ config }: KMSClient | DynamoDBClient) {
  const endpoint = (await config.endpoint?.()) ?? expect.fail('no endpoint');
  const { region, credentials, requestHandler } = config;
  return { region, credentials, requestHandler, endpoint };
}

type Intercept = (name: string, send: () => Promise<unknown>) => Promise<unknown>;
type Next = (args: { input: { TableName?: string } }) => Promise<unknown>;

/** The client, with each call going through `intercept` before it is sent and after it was answered. */
function hooked<Client extends KMSClient | DynamoDBClient>(client: Client, intercept: Intercept): Client {
  const stack = client.middlewareStack as unknown as {
    add(middleware: (next: Next, context: { commandName: string }) => Next, options: object): void;
  };
  stack.add(
    (next, { commandName }) =>
      (args) => {
        const operation = commandName.replace(/Command$/, '');
        const table = args.input.TableName?.replace(/^fieldgate-/, '');
        return intercept(table ? `${operation} ${table}` : `KMS ${operation}`, () => next(args));
      },
    // After the step that names the service of an error.
    { step: 'initialize', priority: 'low', name: 'testInstance' },
  );
  return client;
}
