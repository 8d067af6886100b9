/**
 * The stack in moto, and the bundles that were uploaded to it, each in its own process with exactly the
 * environment that the stack gave it and under its own role. moto keeps tables, buckets, assets and functions; it
 * has no Ed25519 keys, takes ambiguous encryption contexts and decides no IAM, so the strict local KMS stands
 * in with the stack's key ids, and the simulator decides every call to KMS, DynamoDB, S3 and STS.
 */
import { createServer, type RequestListener } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, vi } from 'vitest';
import { publicHalf } from '../../../infra/cli/identity/key-pairs.ts';
import { openKeyRing } from '../../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../../infra/local/aws/kms/trail.ts';
import { answerKeys, openSigner, PEOPLE_PATH, settingFor } from '../../../infra/local/people/sign-in.ts';
import { CONTRACT } from '../../../infra/local/sample/agencies.ts';
import { SAMPLE_AGENCIES } from '../../../infra/local/sample/parties.ts';
import { localSettings } from '../../../infra/local/settings.ts';
import { type AgencyKeys, agencyKeys } from '../../../infra/local/state/agency-keys.ts';
import { ENV, type EnvName, readClassKeys } from '../../../shared/env.ts';
import { type Agency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { type Callers, callers } from '../../support/gateway.ts';
import { functionName } from '../grants.ts';
import { guardedDynamo, guardedKms } from '../guarded-services.ts';
import { guardedSts } from '../guarded-sts.ts';
import { type Judge, judgeBy } from '../judge.ts';
import { type Lambda, startLambda } from '../lambda-process.ts';
import { guardedS3 } from '../memory-s3.ts';
import { listen, restFront } from '../rest-front.ts';
import { PACK, synthesise } from '../synthesise.ts';
import { type Deployment, deployToMoto } from './moto.ts';

export interface Deployed {
  deployment: Deployment;
  judge: Judge;
  /** By name of the function. */
  lambdas: ReadonlyMap<string, Lambda>;
  /** Calls the URL that the stack gave, and so does `fetch`; the packets go to the functions. */
  gate: Callers;
  publicUrl: string;
  /** The emulator's S3 without any policy: the operator's view. */
  s3: S3Client;
  setting(name: EnvName): string;
  /** The input of an office's registration. */
  recordOf(id: string): object;
  /** Tables without any policy: the operator's view. */
  dynamo: DynamoDBClient;
  /** The key file of an office. */
  agency(id: string): AgencyKeys;
  /** Where the packets for `publicUrl` go. */
  front: string;
  close(): void;
}

const ANYBODY = { accessKeyId: 'none', secretAccessKey: 'none' };

export async function deployed(): Promise<Deployed> {
  const deployment = await deployToMoto();
  const { url: moto, functions, resources } = deployment;
  const setting = (name: EnvName) => settingOf(deployment, name);
  const keys = keyArns(deployment);
  const logical = new Map(Object.entries(resources).map(([id, name]) => [name, id]));
  for (const arn of keys.values()) logical.set(arn, logical.get(arn.split('/')[1] ?? '') ?? '');
  const judge = judgeBy(synthesise(), logical);
  const lambdas = new Map<string, Lambda>();
  const front = restFront((name, event) => (lambdas.get(name) ?? expect.fail(`no ${name}`)).invoke(event));
  const guards = {
    kms: strictKms(judge, keys, setting('publicUrl')),
    dynamo: guardedDynamo(moto, judge.allows),
    s3: guardedS3(moto, judge.allows),
    sts: guardedSts(judge, moto),
  };
  const url = await listen(front);
  const aws = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL_KMS: await listen(guards.kms),
    AWS_ENDPOINT_URL_DYNAMODB: await listen(guards.dynamo),
    AWS_ENDPOINT_URL_S3: await listen(guards.s3),
  };
  // The stack names the region's STS, which the emulator stands for.
  const issuer = await peopleIssuer(setting('publicUrl'));
  const elsewhere = {
    [ENV.stsEndpoint]: await listen(guards.sts),
    [ENV.lambdaEndpoint]: moto,
    [ENV.people]: issuer.setting,
  };
  await Promise.all(
    Object.entries(functions).map(async ([id, { code, environment }]) => {
      const name = functionName(id);
      const own = { ...aws, AWS_SESSION_TOKEN: name, ...environment, ...elsewhere };
      lambdas.set(name, await startLambda(code, own));
    }),
  );
  const offices = new Map<string, AgencyKeys>();
  for (const { clientId } of SAMPLE_AGENCIES)
    offices.set(clientId, await agencyKeys(null, clientId, setting('publicUrl')));
  const agency = (id: string) => offices.get(id) ?? expect.fail(`no agency ${id}`);
  const client = { region: 'eu-west-1', endpoint: moto, credentials: ANYBODY };
  // There is no steward yet to register the first steward office, so the operator puts its record, as the deploy guide says.
  const first = { ...recordOf(agency, 'steward-office'), suspended: false } as Agency;
  const dynamo = new DynamoDBClient(client);
  await putAgency({ client: dynamo, name: setting('agenciesTable') }, first);
  // Callers use the URL that the stack gave; its packets go to the front.
  const publicUrl = setting('publicUrl');
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
    real(String(input).replace(publicUrl, url), init),
  );
  return {
    deployment,
    judge,
    lambdas,
    setting,
    publicUrl,
    front: url,
    dynamo,
    agency,
    s3: new S3Client({ ...client, forcePathStyle: true }),
    gate: callers({ url: publicUrl, agency, signIn: issuer.sign }),
    recordOf: (id) => recordOf(agency, id),
    close() {
      vi.unstubAllGlobals();
      for (const lambda of lambdas.values()) lambda.stop();
      for (const server of [front, issuer.server, ...Object.values(guards)]) {
        server.closeAllConnections();
        server.close();
      }
      deployment.stop();
    },
  };
}

/** Replaces Cognito as the issuer of people: the token alone identifies the person. */
async function peopleIssuer(audience: string) {
  let answer: RequestListener = () => {};
  const server = createServer((request, response) => answer(request, response));
  const signer = await openSigner(await listen(server), Date.now, audience);
  answer = (request, response) => {
    request.url = (request.url ?? '').slice(PEOPLE_PATH.length);
    answerKeys(signer, request, response);
  };
  return { server, sign: signer.sign, setting: settingFor(signer.issuer, audience, { bearer: true }) };
}

function recordOf(agency: (id: string) => AgencyKeys, id: string) {
  const rights = SAMPLE_AGENCIES.find(({ clientId }) => clientId === id) ?? expect.fail(`no office ${id}`);
  const { sig, enc } = agency(id);
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const trainedUntil = day(90);
  const contracts = [{ ...CONTRACT, from: day(-1), until: trainedUntil }];
  return { ...rights, contracts, jwks: { keys: [publicHalf(sig), publicHalf(enc)] }, trainedUntil };
}

/** A setting as the stack gave it to a function that has it. */
function settingOf({ functions }: Deployment, name: EnvName): string {
  const environments = Object.values(functions).map(({ environment }) => environment);
  return environments.map((variables) => variables[ENV[name]]).find(Boolean) ?? expect.fail(`no ${name}`);
}

/** Setting, class or function that writes the log to the ARN that the stack made. */
function keyArns(deployment: Deployment): Map<string, string> {
  const given = new Set(
    Object.values(deployment.functions).flatMap(({ environment }) => Object.keys(environment)),
  );
  const names = (Object.keys(ENV) as EnvName[]).filter(
    (name) => /Key$/.test(name) && !['writerKey', 'releaseKey'].includes(name) && given.has(ENV[name]),
  );
  return new Map([
    ...names.map((name) => [name, settingOf(deployment, name)] as const),
    ...readClassKeys(settingOf(deployment, 'classKeys')),
    ...readClassKeys(settingOf(deployment, 'writerKeys')),
  ]);
}

/** The local KMS, which knows its own keys by the ARNs that the stack made. */
function strictKms({ allows }: Judge, arns: ReadonlyMap<string, string>, url: string) {
  const ring = openKeyRing(null, Date.now);
  const kms = localKms(ring, openTrail(null), Date.now).client('stack');
  const own = localSettings(url, ring, new Map(), PACK.classes);
  const classes = new Map([...readClassKeys(own.classKeys), ...readClassKeys(own.writerKeys)]);
  const keys = [...arns].map(([name, arn]) => [arn, classes.get(name) ?? own[name as EnvName]] as const);
  return guardedKms(kms, allows, new Map(keys));
}
