/**
 * A casework function of its own over the gateway's store and KMS, as a second Lambda instance would be: a test may
 * count its writes, fail any one of them, and do something else between two.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { openCasework } from '../../functions/casework/app.ts';
import { CASEWORK_ENV } from '../../functions/casework/deps.ts';
import { withTables } from '../../functions/deps.ts';
import { pick } from '../../infra/local/settings.ts';
import { dpopProof } from '../support/gateway.ts';
import { DESK, type Rig } from './rig.ts';

/** Failed and not stored; failed, but stored; something else happens first. */
export type Step = 'not stored' | 'answer lost' | 'before';

export interface Instance {
  post(path: string, body: object, words?: object): Promise<{ status: number; json: Any }>;
  pass(): Promise<number>;
  /** Steps in at the write of this number from now on, counted from 0. */
  at(write: number, step: Step, act?: () => Promise<unknown>): void;
  /** Writes so far, such as `PutItem casework`. */
  writes: string[];
  forget(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Any = any;
type Next = (args: { input: { TableName?: string; Key?: { claim?: { S?: string } } } }) => Promise<unknown>;

export async function newInstance(rig: Rig, agency = 'mca-county'): Promise<Instance> {
  const { gateway } = rig;
  const writes: string[] = [];
  let plan: { write: number; step: Step; act: () => Promise<unknown> } | null = null;
  const { config } = gateway.dynamo;
  const endpoint = (await config.endpoint?.()) ?? expect.fail('no endpoint');
  const { region, credentials, requestHandler } = config;
  const dynamo = new DynamoDBClient({ region, credentials, requestHandler, endpoint });
  const stack = dynamo.middlewareStack as unknown as {
    add(middleware: (next: Next, context: { commandName: string }) => Next, options: object): void;
  };
  stack.add(
    (next, { commandName }) =>
      async (args) => {
        if (!/^(Put|Update|Delete)Item/.test(commandName)) return next(args);
        // Rates are reserved now and then, whatever the act.
        if (args.input.Key?.claim?.S?.startsWith('rate:')) return next(args);
        const number = writes.length;
        writes.push(
          `${commandName.replace('Command', '')} ${args.input.TableName?.replace(/^fieldgate-/, '')}`,
        );
        if (plan?.write !== number) return next(args);
        const { step, act } = plan;
        plan = null;
        if (step === 'not stored')
          throw Object.assign(new Error('injected'), { name: 'InternalServerError' });
        if (step === 'before') await act();
        const answer = await next(args);
        if (step === 'answer lost') throw Object.assign(new Error('injected'), { name: 'TimeoutError' });
        return answer;
      },
    { step: 'initialize', priority: 'low', name: 'testInstance' },
  );
  const { app, pass } = openCasework(
    withTables({
      env: pick(gateway.env, CASEWORK_ENV, 'casework'),
      kms: gateway.kms,
      dynamo,
      now: () => rig.now(),
    }),
  );
  return {
    writes,
    pass: () => pass(),
    forget: () => void writes.splice(0),
    at(write, step, act = async () => {}) {
      plan = { write: writes.length + write, step, act };
    },
    async post(path, body, words = DESK) {
      const token = await rig.token(agency, { actions: ['casework'], ...words });
      const url = new URL(gateway.url + path);
      const proof = await dpopProof(token.dpop, 'POST', url, rig.now(), token.value);
      const headers = {
        authorization: `DPoP ${token.value}`,
        dpop: proof,
        'content-type': 'application/json',
      };
      const answer = await app.request(url.href, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, json: await answer.json() };
    },
  };
}
