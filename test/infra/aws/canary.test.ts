/** The canary's bundle with a key in an emulator that others wrote: its form of a public key and of a signature is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownOffice } from '../../../infra/canary/canary.ts';
import { readPlan } from '../../../infra/canary/plan.ts';
import { SHIPPED } from '../../../infra/local/sample/parties.ts';
import { type Agency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { bundleFile } from '../../architecture/bundle.ts';
import { fileGateway } from '../../support/gateway.ts';
import { startLambda } from '../lambda-process.ts';
import { startMoto } from './moto.ts';

const plan = readPlan(`${SHIPPED}/sample/smoke.yaml`);
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-canary-'));
const gateway = await fileGateway();
let moto: Awaited<ReturnType<typeof startMoto>>;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => {
  moto.stop();
  rmSync(folder, { recursive: true });
});

it('an office that is printed from its key of KMS makes the journey, again and again', async () => {
  const kms = new KMSClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  );
  const KeyId = KeyMetadata?.Arn ?? expect.fail('no key');
  const { PublicKey = expect.fail('no key') } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  // As the AWS CLI prints it.
  const printed = ownOffice(() => `${Buffer.from(PublicKey).toString('base64')}\n`, KeyId, plan, Date.now());
  await putAgency(gateway.tables.agencies, JSON.parse(printed) as Agency);
  const code = join(folder, 'index.cjs');
  writeFileSync(code, (await bundleFile('infra/canary/handler.ts')).code);
  const lambda = await startLambda(code, {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    ...{ AWS_ENDPOINT_URL_KMS: moto.url, CANARY_KEY: KeyId, CANARY_CLIENT: 'canary' },
    ...{ CANARY_ISSUER: gateway.url, CANARY_ENVIRONMENT: 'dev', CANARY_PLAN: JSON.stringify(plan) },
  });
  for (let journey = 0; journey < 8; journey++)
    expect(await lambda.invoke({})).toMatchObject({ good: true, failed: null });
  lambda.stop();
}, 120_000);
