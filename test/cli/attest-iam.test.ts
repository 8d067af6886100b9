/** Proofs at a gateway behind IAM: the signer of the SDK makes the same signature of what the command line sends. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, expect, test } from 'vitest';
import { Sha256 } from '../../infra/local/aws/sha256.ts';
import { issue } from '../attestation/issuer.ts';
import { sharedFolder } from '../support/folder.ts';
import { fieldgate } from './run.ts';

const REGION = 'cn-northwest-1';
const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret+of/tests' };

/** As API Gateway with IAM authorisation: 403 unless the request is signed as the SDK signs it. */
const asked: { path: string; allowed: boolean }[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request);
  const { headers, method = '', url = '' } = request;
  const at = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const signingDate = new Date(
    `${at.slice(1, 4).join('-')}T${at.slice(4).join(':')}Z`.replace(/^-*T:*Z$/, '2000-01-01T00:00:00Z'),
  );
  const session = headers['x-amz-security-token'];
  const signer = new SignatureV4({
    ...{ service: 'execute-api', region: REGION, sha256: Sha256 as never },
    credentials: { ...credentials, ...(typeof session === 'string' && { sessionToken: session }) },
  });
  const { host = '' } = headers;
  const names = /SignedHeaders=([\w;-]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const bare = {
    method,
    protocol: 'https:',
    hostname: host,
    path: url,
    query: {},
    headers: { host, ...signed },
    body,
  };
  const { headers: wanted } = await signer.sign(bare, { signingDate });
  const allowed = headers.authorization === wanted['authorization'];
  asked.push({ path: `${method} ${url}`, allowed });
  response.writeHead(allowed ? 200 : 403, { 'content-type': 'application/json' });
  response.end(JSON.stringify(allowed ? { signature: Buffer.from('a signature').toString('base64') } : {}));
});
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
afterAll(() => server.close());

const folder = sharedFolder();
writeFileSync(join(folder, 'proof.txt'), `${await issue()}\n`);
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v`;
const own = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};
const run = async (verb: string, args: string[], env: object) => {
  asked.length = 0;
  const ended = await fieldgate(folder, ['attest', verb, 'proof.txt', '--issuer', issuer, ...args], { env });
  return { ...ended, asked: [...asked] };
};
const signature = ['--out', 'proof.p7s'];
const path = 'POST /v/attestations/signature';

test.each([{}, { AWS_SESSION_TOKEN: 'IQoJb3Jp/+=' }])(
  'the second signature is asked for under IAM',
  async (token) => {
    const env = { ...own, ...token };
    const good = await run('signature', [...signature, '--iam', REGION], env);
    expect([good.code, good.stderr, good.asked]).toEqual([0, '', [{ path, allowed: true }]]);
    expect((await run('signature', signature, env)).asked).toEqual([{ path, allowed: false }]);
    expect((await run('signature', [...signature, '--iam', 'cn-north-1'], env)).asked[0]?.allowed).toBe(
      false,
    );
    const other = { ...env, AWS_SECRET_ACCESS_KEY: 'another' };
    expect((await run('signature', [...signature, '--iam', REGION], other)).asked[0]?.allowed).toBe(false);
  },
);

test('a check signs what it fetches, and no credentials are a wrong use before anything is asked', async () => {
  const { asked: fetched } = await run('verify', ['--iam', REGION], own);
  expect(fetched[0]).toEqual({ path: 'GET /v/.well-known/jwt-vc-issuer', allowed: true });
  expect(fetched.every(({ allowed }) => allowed)).toBe(true);
  for (const verb of ['verify', 'signature']) {
    const more = verb === 'verify' ? [] : signature;
    const none = await run(verb, [...more, '--iam', REGION], { AWS_ACCESS_KEY_ID: '' });
    expect([none.code, none.asked]).toEqual([2, []]);
    expect(none.stderr).toContain('AWS_SECRET_ACCESS_KEY');
  }
});
