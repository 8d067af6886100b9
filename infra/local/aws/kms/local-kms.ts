/** The KMS JSON protocol in this process, behind the ordinary SDK client. */

import { randomUUID } from 'node:crypto';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import * as v from 'valibot';
import { withoutNeedless } from '../../../../shared/clients.ts';
import { defined } from '../../../../shared/defined.ts';
import { ACCOUNT, HOST, type Principal, uniqueIdOf } from '../sts.ts';
import { accessKeyOf, demandAccess, type Guard, principalOf } from './access.ts';
import { KmsError } from './errors.ts';
import type { KeyStore } from './key-store.ts';
import { type KeyRing, REGION } from './keys.ts';
import { keysIn, OPERATIONS, type Operation, parametersIn } from './operations.ts';
import { performOutside, usesStore } from './outside.ts';
import type { Owners } from './owners.ts';
import type { Trail, TrailRecord } from './trail.ts';

type Handler = Extract<NonNullable<KMSClientConfig['requestHandler']>, { handle: unknown }>;
type Request = Parameters<Handler['handle']>[0];
interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface LocalKms {
  ring: KeyRing;
  /** A client with this role, which the trail names. */
  client(role: string): KMSClient;
  /** A client in a session issued by STS. */
  clientAs(credentials: Credentials): KMSClient;
}

type Credentials = Awaited<ReturnType<KMSClient['config']['credentials']>>;

/**
 * @param guard absent: every role may use every key
 * @param owners whose trails record the uses of their keys, too
 * @param stores external key stores, by the accounts that have them
 */
export function localKms(
  ring: KeyRing,
  trail: Trail,
  now: () => number,
  guard?: Guard,
  owners: Owners = new Map(),
  stores: Stores = new Map(),
): LocalKms {
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: Request) {
      // The functions reach STS over the connections of the same client.
      if (guard && request.hostname === HOST) {
        const form = String(request.body);
        return { response: await guard.sts.assumeRole(accessKeyOf(request.headers), form) };
      }
      const { response, recorded } = await answer({ ring, trail, now, guard, owners, stores }, request);
      if (recorded !== null) await recorded;
      return { response };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
  const clientAs = (credentials: Credentials) =>
    withoutNeedless(
      new KMSClient({
        region: REGION,
        endpoint: 'http://kms.local.invalid',
        credentials,
        signer: unsigned(credentials),
        requestHandler: handler as unknown as Handler,
      }),
    );
  return { ring, clientAs, client: (role) => clientAs({ accessKeyId: role, secretAccessKey: 'local' }) };
}

/** Nothing leaves this process, so a request says who makes it and needs no signature. */
function unsigned({ accessKeyId, sessionToken }: Credentials): NonNullable<KMSClientConfig['signer']> {
  const said = {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/local`,
    ...defined({ 'x-amz-security-token': sessionToken }),
  };
  return {
    async sign(request: object) {
      const { headers } = request as Request;
      Object.assign(headers, said);
      return request;
    },
  } as never;
}

interface Kms {
  ring: KeyRing;
  trail: Trail;
  now: () => number;
  guard: Guard | undefined;
  owners: Owners;
  stores: Stores;
}
type Stores = ReadonlyMap<string, KeyStore>;

/** @returns the answer, which may be given once the call is recorded */
async function answer(
  { ring, trail, now, guard, owners, stores }: Kms,
  request: Request,
): Promise<{ response: Answer; recorded: Promise<void> | null }> {
  const requestID = randomUUID();
  const call: Call = { name: 'Unknown', parameters: null, arns: [] };
  let failure: KmsError | undefined;
  let output: Record<string, unknown> = {};
  const accessKeyId = accessKeyOf(request.headers);
  let principal: Principal = { role: accessKeyId, session: 'local', tags: new Map() };
  try {
    principal = principalOf(request.headers, guard);
    const { operation, input } = parse(ring, request, call);
    if (guard) demandAccess(guard, principal, ring, call.name, input);
    const about = { operation: call.name, principal: arnOf(principal), request: requestID };
    output = usesStore(ring, stores, input)
      ? await performOutside({ ring, stores }, operation, input, about)
      : operation.run(ring, input);
  } catch (error) {
    failure =
      error instanceof KmsError ? error : new KmsError('KMSInternalException', 'The local KMS failed');
  }
  const principalId = `${uniqueIdOf(principal.role)}:${principal.session}`;
  const theirs = failure
    ? []
    : [...owners.values()].filter(({ account }) => call.arns.some((arn) => arn.split(':')[4] === account));
  const record: TrailRecord = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId,
      arn: arnOf(principal),
      accountId: ACCOUNT,
      accessKeyId,
    },
    eventTime: `${new Date(now()).toISOString().slice(0, 19)}Z`,
    eventSource: 'kms.amazonaws.com',
    eventName: call.name,
    awsRegion: REGION,
    sourceIPAddress: '127.0.0.1',
    userAgent: 'local',
    ...(failure ? { errorCode: failure.name, errorMessage: failure.message } : {}),
    requestParameters: call.parameters,
    responseElements: null,
    requestID,
    eventID: randomUUID(),
    ...(theirs.length > 0 && { sharedEventID: randomUUID() }),
    readOnly: true,
    resources: call.arns.map((ARN) => ({ accountId: ARN.split(':')[4] ?? '', type: 'AWS::KMS::Key', ARN })),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
  // In the account of the key its caller has neither an ARN nor a key, as in CloudTrail.
  const copies = theirs.map(({ account, trail: own }) =>
    own.append({
      ...record,
      userIdentity: { type: 'AWSAccount', principalId, accountId: ACCOUNT },
      ...{ eventID: randomUUID(), recipientAccountId: account },
    }),
  );
  const written = [trail.append(record), ...copies].filter((one) => one !== null);
  const recorded = written.length === 0 ? null : Promise.all(written).then(() => {});
  const body = failure ? { __type: failure.name, message: failure.message } : output;
  const response = {
    statusCode: failure?.status ?? 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestID },
    body: Buffer.from(JSON.stringify(body)),
  };
  return { response, recorded };
}

/** The part of a call that the trail may record, filled in as the call proceeds. */
interface Call {
  name: string;
  parameters: Record<string, unknown> | null;
  arns: string[];
}

const arnOf = ({ role, session }: Principal) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`;

function parse(ring: KeyRing, request: Request, call: Call): { operation: Operation; input: object } {
  const [service, name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const operation = service === 'TrentService' ? OPERATIONS.get(name) : undefined;
  if (!operation) throw new KmsError('UnknownOperationException', 'The local KMS has no such operation');
  call.name = name;
  const parsed = v.safeParse(operation.input, readJson(request.body));
  if (!parsed.success) throw new KmsError('ValidationException', `Not valid: ${places(parsed.issues)}`);
  call.parameters = parametersIn(parsed.output as object);
  call.arns = keysIn(parsed.output as object).flatMap((id) => {
    const known = ring.known(id);
    return known ? [known.arn] : [];
  });
  return { operation, input: parsed.output as object };
}

/** Rejects bytes that are not UTF-8. Replacement characters would make different contexts equal. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function readJson(body: unknown): unknown {
  try {
    return JSON.parse(body instanceof Uint8Array ? utf8.decode(body) : String(body));
  } catch {
    throw new KmsError('ValidationException', 'The body is not valid JSON');
  }
}

/** Names of the faulty members; never their values. */
function places(issues: readonly v.BaseIssue<unknown>[]): string {
  const names = issues.map((issue) => v.getDotPath(issue) ?? 'combination of members');
  return [...new Set(names)].join(', ');
}
