/**
 * STS on this machine: AssumeRole and AssumeRoleWithWebIdentity with session tags, in the form and XML of the real service, for the
 * one role that the gateway assumes. It refuses exactly what the stack's trust policy refuses.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { defined } from '../../../shared/defined.ts';
import { UNWRAP_AUDIENCE } from '../../../shared/env.ts';
import { TAGS } from '../../../shared/keys/unwrap-token.ts';
import type { MountedApp } from '../compose.ts';

export const ACCOUNT = '000000000000';

/** The caller of a service, as policies see it. */
export interface Principal {
  role: string;
  /** Name of the session, shown in the trail. */
  session: string;
  tags: ReadonlyMap<string, string>;
  /** ARN of the issuer whose token the session was made with, if it was. */
  provider?: string;
}

export interface StsAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface LocalSts {
  /** @param role the calling role; a web identity's call is made by none. @param form the posted body */
  assumeRole(role: string, form: string): Promise<StsAnswer>;
  /** The caller of these credentials: `expired`, or `unknown` if this STS did not issue them. */
  whose(accessKeyId: string, token: string | undefined): Principal | 'expired' | 'unknown';
}

/** The allowed role assumptions and their tags: the stack's trust policy as data. */
export interface Trust {
  /** A role of the account, or an issuer, by the keys that it publishes now. */
  by: string | Issuer;
  role: string;
  purposes: ReadonlySet<string>;
}

export interface Issuer {
  url: string;
  keys(): Promise<JSONWebKeySet>;
}

/** The keys that an issuer publishes, found as STS finds them. @param app what answers at its address */
export async function keysOf(issuer: string, app?: { fetch: MountedApp['fetch'] }): Promise<JSONWebKeySet> {
  const read = async (address: string) =>
    (await app?.fetch(new Request(address)))?.json() as Promise<JSONWebKeySet & { jwks_uri: string }>;
  const { jwks_uri } = await read(`${issuer}/.well-known/openid-configuration`);
  return read(jwks_uri);
}

export const HOST = 'sts.local.invalid';

/** AWS gives each role an id that never comes again; here it follows from the name. */
export const uniqueIdOf = (role: string) =>
  `AROA${createHash('sha256').update(role).digest('hex').slice(0, 17).toUpperCase()}`;

export function roleArn(role: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${role}`;
}

/** AWS names the provider of an issuer by its host and path. */
const providerOf = (by: Trust['by']) =>
  typeof by === 'string'
    ? undefined
    : `arn:aws:iam::${ACCOUNT}:oidc-provider/${by.url.replace(/^https?:\/\//, '')}`;

export function localSts(trust: Trust, now: () => number): LocalSts {
  const sessions = new Map<string, Principal & { token: string; ends: number }>();
  return {
    async assumeRole(role, text) {
      const form = new URLSearchParams(text);
      const web = form.get('Action') === 'AssumeRoleWithWebIdentity';
      if (!web && form.get('Action') !== 'AssumeRole') return refusal('InvalidAction');
      const known = web ? await tagsOf(trust.by, form.get('WebIdentityToken') ?? '', now()) : tagsIn(form);
      if (typeof known === 'string') return refusal(known);
      const tags = known;
      if (!tags || !wellFormed(form)) return refusal('ValidationError');
      if (!trusted(trust, web ? trust.by : role, form, tags)) return refusal('AccessDenied', 403);
      for (const [id, { ends }] of sessions) if (ends <= now()) sessions.delete(id);
      const ends = now() + Number(form.get('DurationSeconds')) * 1000;
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      const token = randomBytes(48).toString('base64');
      const session = form.get('RoleSessionName') as string;
      const provider = providerOf(trust.by);
      sessions.set(accessKeyId, { role: trust.role, session, tags, token, ends, ...defined({ provider }) });
      return xml(200, answerOf({ accessKeyId, token, ends, role: trust.role, session }));
    },
    whose(accessKeyId, token) {
      const known = sessions.get(accessKeyId);
      if (!known) return accessKeyId.startsWith('ASIA') ? 'expired' : 'unknown';
      if (known.token !== token) return 'unknown';
      return known.ends > now() ? known : 'expired';
    },
  };
}

/** @returns `null` for tags that STS would refuse */
function tagsIn(form: URLSearchParams): Map<string, string> | null {
  const tags = new Map<string, string>();
  for (let i = 1; form.has(`Tags.member.${i}.Key`); i++) {
    const key = form.get(`Tags.member.${i}.Key`) ?? '';
    const value = form.get(`Tags.member.${i}.Value`) ?? '';
    if (tags.has(key) || ![key, value].every((part) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(part))) {
      return null;
    }
    tags.set(key, value);
  }
  return tags;
}

/** The tags that a token says; as STS, the code of its refusal for one that is late, or that no trusted issuer made for it. */
async function tagsOf(by: Trust['by'], token: string, now: number): Promise<Map<string, string> | string> {
  if (typeof by === 'string') return 'InvalidIdentityToken';
  const keys = createLocalJWKSet(await by.keys());
  const checks = { issuer: by.url, audience: UNWRAP_AUDIENCE, currentDate: new Date(now) };
  try {
    const { payload } = await jwtVerify(token, keys, { ...checks, requiredClaims: ['exp', 'iat', 'sub'] });
    return new Map(principalTags(payload).map(([name, values]) => [name, String(values)]));
  } catch (error) {
    return error instanceof errors.JWTExpired ? 'ExpiredTokenException' : 'InvalidIdentityToken';
  }
}

const principalTags = (payload: JWTPayload): [string, unknown][] =>
  Object.entries((payload[TAGS] as { principal_tags?: object } | undefined)?.principal_tags ?? {});

function wellFormed(form: URLSearchParams): boolean {
  const seconds = Number(form.get('DurationSeconds'));
  // A chained role session lasts at most one hour.
  return /^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '') && seconds >= 900 && seconds <= 3600;
}

function trusted(
  trust: Trust,
  by: Trust['by'],
  form: URLSearchParams,
  tags: ReadonlyMap<string, string>,
): boolean {
  const transitive = [...form.keys()].some((key) => key.startsWith('TransitiveTagKeys'));
  return (
    by === trust.by &&
    form.get('RoleArn') === roleArn(trust.role) &&
    [...tags.keys()].sort().join() === 'agency,purpose' &&
    trust.purposes.has(tags.get('purpose') ?? '') &&
    !transitive
  );
}

interface Issued {
  accessKeyId: string;
  token: string;
  ends: number;
  role: string;
  session: string;
}

function answerOf({ accessKeyId, token, ends, role, session }: Issued): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>${uniqueIdOf(role)}:${session}</AssumedRoleId>
      <Arn>arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${randomBytes(30).toString('base64')}</SecretAccessKey>
      <SessionToken>${token}</SessionToken>
      <Expiration>${new Date(ends).toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;
}

function refusal(code: string, status = 400): StsAnswer {
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>Refused</Message></Error></ErrorResponse>`,
  );
}

function xml(statusCode: number, text: string): StsAnswer {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
}
