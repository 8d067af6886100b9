/**
 * API Gateway with IAM authorisation, on this machine: it takes only requests that a role signed by SigV4, keeps the
 * signature to itself, and tells the functions who signed. Each office has a role, with credentials until the next start.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { putAgency, readAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import type { Table } from '../../shared/store/table.ts';
import { writeWhole } from '../cli/whole-files.ts';
import { Sha256 } from './aws/sha256.ts';
import { ACCOUNT } from './aws/sts.ts';
import type { MountedApp } from './compose.ts';
import { makeFolder } from './files.ts';
import { answerOf } from './sample/broken-requests.ts';

/** Milliseconds by which the date of a signature may differ, as in AWS. */
const LASTS = 300_000;

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  userArn: string;
}

interface Signed {
  /** Client ids. The record of each names its role from now on. */
  offices: Iterable<string>;
  agencies: Table;
  /** For a file of credentials of each office. `null`: none is written. */
  folder: string | null;
  /** Epoch milliseconds. */
  now(): number;
}

/** The app behind the signature, if requests must be signed. */
export async function signedApi(
  app: MountedApp,
  authorization: string,
  options: Signed,
): Promise<MountedApp> {
  if (authorization !== 'iam') return app;
  const { now } = options;
  const roles = await rolesOf(options);
  return {
    routes: app.routes,
    async fetch(request, env) {
      const { method, url } = request;
      const body = request.body && new Uint8Array(await request.arrayBuffer());
      const signer = await signerOf(request, body ?? new Uint8Array(), roles, now);
      if (!signer) {
        const { body, ...refusal } = answerOf('TOKEN_INVALID');
        return new Response(body, refusal);
      }
      const headers = new Headers(request.headers);
      headers.delete('authorization');
      const identity = { userArn: signer.userArn };
      return app.fetch(new Request(url, { method, headers, body }), { ...env, requestContext: { identity } });
    },
  };
}

async function rolesOf({ offices, agencies, folder }: Signed): Promise<ReadonlyMap<string, Credentials>> {
  const roles = new Map<string, Credentials>();
  if (folder !== null) makeFolder(folder);
  for (const office of offices) {
    const name = `office-${office}`;
    const known = await readAgency(agencies, asClientId(office));
    if (known)
      await putAgency(agencies, { ...known.agency, iamRoles: [`arn:aws:iam::${ACCOUNT}:role/${name}`] });
    const accessKeyId = `AKIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secretAccessKey = randomBytes(30).toString('base64');
    const userArn = `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/local`;
    roles.set(accessKeyId, { accessKeyId, secretAccessKey, userArn });
    const lines = `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
    if (folder !== null) writeWhole(join(folder, `${office}.env`), lines);
  }
  return roles;
}

const DIGEST = 'x-amz-content-sha256';
const sha256 = (bytes: Uint8Array) => hash('sha256', bytes);
const FORM =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/([\w-]+)\/execute-api\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/** @returns `null` unless a role signed the whole request within five minutes */
async function signerOf(
  request: Request,
  body: Uint8Array,
  roles: ReadonlyMap<string, Credentials>,
  now: () => number,
): Promise<Credentials | null> {
  const given = request.headers.get('authorization') ?? '';
  const [, id = '', region = '', names = ''] = FORM.exec(given) ?? [];
  const role = roles.get(id);
  const signed = names.split(';');
  const date = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(request.headers.get('x-amz-date') ?? '');
  if (!role || !date || !['host', 'x-amz-date'].every((name) => signed.includes(name))) return null;
  const signingDate = new Date(`${date.slice(1, 4).join('-')}T${date.slice(4).join(':')}Z`);
  if (!(Math.abs(signingDate.getTime() - now()) <= LASTS)) return null;
  const { protocol, hostname, pathname: path, searchParams } = new URL(request.url);
  const signer = new SignatureV4({
    ...{ service: 'execute-api', region, credentials: role, sha256: Sha256 as never },
    applyChecksum: signed.includes(DIGEST),
  });
  const { headers } = await signer.sign(
    {
      ...{ method: request.method, protocol, hostname, path },
      // The digest of what came, whatever the header says of it.
      headers: Object.fromEntries(
        signed.map((name) => [name, name === DIGEST ? sha256(body) : (request.headers.get(name) ?? '')]),
      ),
      query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
      body,
    },
    { signingDate },
  );
  const wanted = headers['authorization'] ?? '';
  return wanted.length === given.length && timingSafeEqual(Buffer.from(wanted), Buffer.from(given))
    ? role
    : null;
}
