/** Idempotency keys at several instances. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { INTAKE_ENV } from '../../functions/intake/deps.ts';
import { answerOnce } from '../../functions/intake/idempotent.ts';
import type { Session } from '../../functions/session/session.ts';
import { pick } from '../../infra/local/settings.ts';
import { fileGateway } from '../support/gateway.ts';

const clock = { now: Date.parse('2026-11-26T01:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });

/** An instance, which can't delete if its store fails. */
async function instance(failing = { store: false }) {
  const { config } = gateway.dynamo;
  const endpoint = (await config.endpoint?.()) ?? expect.fail('no endpoint');
  const { region, credentials, requestHandler } = config;
  const dynamo = new DynamoDBClient({ region, credentials, requestHandler, endpoint });
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (failing.store && commandName === 'DeleteItemCommand') throw new Error('injected');
        return next(args);
      },
    { step: 'initialize' },
  );
  const deps = withTables({
    ...{ env: pick(gateway.env, INTAKE_ENV, 'intake'), kms: gateway.kms },
    ...{ dynamo, now: () => clock.now },
  });
  const session = { caller: { clientId: 'mca-county' } } as Session;
  return (key: string, work: () => Promise<string>) => answerOnce(deps, session, key, 'digest', work);
}

const fails = () => Promise.reject(new Error('the log is away'));

it('a key that a failed request left is taken over at its instance', async () => {
  const failing = { store: true };
  const first = await instance(failing);
  await expect(first('left-behind-0001', fails)).rejects.toThrow('the log is away');
  failing.store = false;
  expect(await first('left-behind-0001', async () => 'stored')).toBe('stored');
});

it('a key that another instance runs since is not taken over', async () => {
  const failing = { store: true };
  const [first, second] = [await instance(failing), await instance()];
  await expect(first('left-behind-0002', fails)).rejects.toThrow('the log is away');
  failing.store = false;
  clock.now += 61_000;
  const { promise, resolve } = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const running = second('left-behind-0002', () => {
    started.resolve();
    return promise;
  });
  await started.promise;
  await expect(first('left-behind-0002', async () => 'twice')).rejects.toMatchObject({ code: 'CONFLICT' });
  resolve('once');
  expect(await running).toBe('once');
  expect(await first('left-behind-0002', async () => 'twice')).toBe('once');
});
