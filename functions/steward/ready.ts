import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { signingKey } from '../../shared/keys/signing-keys.ts';
import type { Deps } from '../deps.ts';

type ReadyDeps = Deps<'tokenKey' | 'agenciesTable' | 'logTable'>;

/** Milliseconds that one check may take, and for which its result is reused. */
const PATIENCE = 2000;

/**
 * Makes a check of key service, store and log. Callers need no token, so all calls within 2 s share one check.
 * @returns a function that throws Problem KMS_UNAVAILABLE, STORE_UNAVAILABLE or LOG_UNAVAILABLE.
 */
export function readiness({ env, kms, dynamo, now }: ReadyDeps): () => Promise<void> {
  let last: { result: Promise<void>; at: number } | null = null;

  async function checkAll(): Promise<void> {
    const abortSignal = AbortSignal.timeout(PATIENCE);
    const table = (TableName: string) =>
      dynamo.send(new DescribeTableCommand({ TableName }), { abortSignal });
    await Promise.all([
      reach(
        'KMS_UNAVAILABLE',
        kms.send(new GetPublicKeyCommand({ KeyId: signingKey(env.tokenKey) }), { abortSignal }),
      ),
      reach('STORE_UNAVAILABLE', table(env.agenciesTable)),
      reach('LOG_UNAVAILABLE', table(env.logTable)),
    ]);
  }

  return () => {
    if (last === null || Math.abs(now() - last.at) >= PATIENCE) last = { result: checkAll(), at: now() };
    return last.result;
  };
}

async function reach(code: ProblemCode, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (cause) {
    throw new Problem(code, { cause });
  }
}
