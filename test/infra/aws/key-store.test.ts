/** The script for keys in an external key store, by the real AWS CLI: each key, its name and its policy, and what a second run changes. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { resolved } from '../../../infra/aws/owner-deployment.ts';
import { keyStoreScript } from '../../../infra/aws/owner-key-store.ts';
import { templateFor } from '../../../infra/aws/owner-template.ts';
import { sharedFolder } from '../../support/folder.ts';
import { startMoto } from './moto.ts';

let moto: Awaited<ReturnType<typeof startMoto>>;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const env = () => ({
  ...process.env,
  ...{ AWS_ENDPOINT_URL: moto.url, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
  ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
});
// Of two keys: each call of the command line takes a second.
const OWNER = 'PROC';
const SERVED = { environment: 'prod', account: '111122223333', multiRegion: false };
const run = (HeldPurposes: string[]) => {
  const held = { HeldPurposes, HeldClasses: [] };
  const file = join(sharedFolder(), 'keys.sh');
  writeFileSync(file, keyStoreScript(pack, SERVED, { owner: OWNER, store: 'cks-1234567890abcdef0', held }));
  return execFileSync('sh', [file], { encoding: 'utf8', env: env() });
};
/** By alias: key and policy. */
async function keys() {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const kms = new KMSClient({ endpoint: moto.url, region: 'eu-west-1', credentials });
  const { Aliases = [] } = await kms.send(new ListAliasesCommand());
  const found = new Map<string | undefined, { id: string; origin: string | undefined; policy: object }>();
  for (const { AliasName, TargetKeyId: KeyId = '' } of Aliases)
    if (AliasName?.startsWith(`alias/fieldgate-prod/${OWNER}/`)) {
      const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      found.set(AliasName, { id: KeyId, origin: KeyMetadata?.Origin, policy: JSON.parse(Policy) });
    }
  return found;
}
/** The policies of the template, which CloudFormation would write here. */
function wanted(HeldPurposes: string[]) {
  const { Resources } = templateFor(pack, SERVED, { owner: OWNER }) as {
    Resources: Record<string, { Properties: { KeyPolicy?: object; AliasName?: string } }>;
  };
  const deployment = {
    account: '123456789012',
    partition: 'aws',
    parameters: { HeldPurposes, HeldClasses: [] },
  };
  const names = Object.entries(Resources).filter(([, { Properties }]) => Properties.AliasName);
  return new Map(
    names.map(([id, { Properties }]) => {
      const { KeyPolicy } = Resources[id.replace(/Alias$/, '')]?.Properties ?? {};
      return [Properties.AliasName, resolved(KeyPolicy, deployment)];
    }),
  );
}

it('makes each key once, under the policy of the template, and a hold by a second run', async () => {
  const said = run([]);
  expect(said).toContain(`owners: { ${OWNER}: { account: '123456789012' } }`);
  const first = await keys();
  expect(new Map([...first].map(([name, { policy }]) => [name, policy]))).toEqual(wanted([]));
  for (const { origin } of first.values()) expect(origin).toBe('EXTERNAL_KEY_STORE');
  run(['J1']);
  const second = await keys();
  expect([...second.values()].map(({ id }) => id)).toEqual([...first.values()].map(({ id }) => id));
  expect(new Map([...second].map(([name, { policy }]) => [name, policy]))).toEqual(wanted(['J1']));
  expect(JSON.stringify([...second.values()][0]?.policy)).toContain('HeldPurposes');
});
