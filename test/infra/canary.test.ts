/** The canary of the stack: what it may do, and that its bundle makes the journey with a key that only KMS has. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { officeFor, rawOf } from '../../infra/canary/kms-key.ts';
import { readPlan } from '../../infra/canary/plan.ts';
import { SHIPPED } from '../../infra/local/sample/parties.ts';
import { type Agency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { bundleFile } from '../architecture/bundle.ts';
import { fileGateway } from '../support/gateway.ts';
import { runtimeIsHere, startLambda } from './lambda-process.ts';
import { listen } from './rest-front.ts';
import { ADMINISTRATOR, allows, roleSession, type Target, targets } from './simulate.ts';
import { ofType, synthesise } from './synthesise.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const plan = readPlan(`${SHIPPED}/sample/smoke.yaml`);

describe('in the template', () => {
  const stack = synthesise('prod', { canary: 'stack' });
  const of = (start: string) =>
    ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith(start))?.[0] ?? expect.fail(start);
  const key = [...targets(stack)].find(([name]) => name.startsWith('CanaryKey'))?.[1] as Target;
  const signing = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };

  it('it alone signs with its key, by one algorithm, and may do nothing else with any', () => {
    const canary = roleSession(stack, of('canaryRole'));
    expect(allows(canary, 'kms:Sign', key, signing)).toBe(true);
    expect(allows(canary, 'kms:Sign', key, { 'kms:SigningAlgorithm': 'ECDSA_SHA_512' })).toBe(false);
    for (const who of [ADMINISTRATOR, roleSession(stack, of('releaseRole'))])
      expect(allows(who, 'kms:Sign', key, signing)).toBe(false);
    // The policy of the key decides, so that no policy of a role opens it.
    const policies = ofType(stack, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Roles).includes('canaryRole'),
    );
    const actions = policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string[] | string }) => Action),
    );
    expect([...new Set(actions)].sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  it('it is told the plan and the office that are printed for its registration', () => {
    const fn = ofType(stack, 'AWS::Lambda::Function').find(([name]) => name.startsWith('CanaryFunction'));
    const { CANARY_CLIENT, CANARY_PLAN } = fn?.[1].Properties.Environment.Variables ?? {};
    const der = publicKey.export({ format: 'der', type: 'spki' });
    expect([CANARY_CLIENT, JSON.parse(CANARY_PLAN)]).toEqual([officeFor(plan, der, '').clientId, plan]);
  });

  it('it runs each five minutes, and its silence is an alarm', () => {
    const rules = ofType(stack, 'AWS::Events::Rule').filter(([name]) => name.startsWith('Canary'));
    expect(rules.map(([, { Properties }]) => Properties.ScheduleExpression)).toEqual(['rate(5 minutes)']);
    const alarm = ofType(stack, 'AWS::CloudWatch::Alarm').find(
      ([, { Properties }]) => Properties.MetricName === 'CanaryReleases',
    );
    expect(alarm?.[1].Properties).toMatchObject({ TreatMissingData: 'breaching', Threshold: 1 });
  });

  it('nothing of it is there by default', () => {
    expect([...synthesise('prod').resources.keys()].filter((name) => /canary/i.test(name))).toEqual([]);
  });
});

it('a signature of KMS is read whatever its leading zeros are', () => {
  const integer = (bytes: Uint8Array) => {
    const short = bytes.subarray(
      Math.max(
        0,
        bytes.findIndex((one) => one !== 0),
      ),
    );
    const padded = (short[0] ?? 0) > 127 ? [0, ...short] : [...short];
    return [2, padded.length, ...padded];
  };
  const half = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((one) => one.some((byte) => byte > 0));
  fc.assert(
    fc.property(half, half, (r, s) => {
      const body = [...integer(r), ...integer(s)];
      expect(Buffer.from(rawOf(Uint8Array.from([48, body.length, ...body])))).toEqual(Buffer.concat([r, s]));
    }),
  );
});

describe.skipIf(!runtimeIsHere())('as its bundle', () => {
  const signed: string[] = [];
  // What KMS answers to Sign: a signature in DER.
  const kms = createServer(async (request, response) => {
    const { Message, KeyId } = (await json(request)) as { Message: string; KeyId: string };
    signed.push(KeyId);
    const Signature = sign('sha256', Buffer.from(Message, 'base64'), privateKey).toString('base64');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ KeyId, Signature, SigningAlgorithm: 'ECDSA_SHA_256' }));
  });
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-canary-'));
  afterAll(() => {
    kms.close();
    rmSync(folder, { recursive: true });
  });

  it('it makes the journey, and its line counts a good release; a refused office counts none', async () => {
    const gateway = await fileGateway();
    const office = officeFor(plan, publicKey.export({ format: 'der', type: 'spki' }), '2036-01-01');
    await putAgency(gateway.tables.agencies, office as unknown as Agency);
    const code = join(folder, 'index.cjs');
    writeFileSync(code, (await bundleFile('infra/canary/handler.ts')).code);
    const lambda = await startLambda(code, {
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      ...{ AWS_ENDPOINT_URL_KMS: await listen(kms), CANARY_KEY: 'the-key', CANARY_CLIENT: 'canary' },
      ...{ CANARY_ISSUER: gateway.url, CANARY_ENVIRONMENT: 'prod', CANARY_PLAN: JSON.stringify(plan) },
    });
    expect(await lambda.invoke({})).toMatchObject({ good: true, failed: null });
    await putAgency(gateway.tables.agencies, { ...office, suspended: true } as unknown as Agency);
    expect(await lambda.invoke({})).toMatchObject({ good: false });
    const metrics = lambda.metrics();
    lambda.stop();
    expect(metrics.map((line) => [line['environment'], line['CanaryReleases']])).toEqual([
      ['prod', 1],
      ['prod', 0],
    ]);
    expect(new Set(signed)).toEqual(new Set(['the-key']));
    expect(lambda.output()).not.toContain(plan.match['id_number']);
  }, 60_000);
});
