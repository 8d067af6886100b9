/**
 * STS AssumeRole and AssumeRoleWithWebIdentity with session tags, written by hand: one form and five texts of the answer. The SDK's
 * client for STS would add 37 KB to a bundle of 370 KB, and no other call uses its protocol.
 */
import type { KMSClient } from '@aws-sdk/client-kms';
import { Problem } from '../errors.ts';
import { callService } from './signed-call.ts';

interface RoleRequest {
  /** URL of the region's STS. */
  endpoint: string;
  roleArn: string;
  /** Session name, shown by CloudTrail with every call of the session. */
  name: string;
  /** Those of a session that the role of `kms` names. */
  tags?: ReadonlyMap<string, string>;
  /** A token of an issuer that the role trusts, which says the tags in their place. */
  token?: string;
  /** Seconds. STS allows 900 to 3600 for a role that assumes another. */
  seconds: number;
}

/** What STS says of a token that is late. `InvalidIdentityToken` is no fault of a caller: STS may not have reached the issuer. */
const LATE = /^ExpiredToken(Exception)?$/;

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

const ATTEMPTS = 3;
/** Milliseconds before the second attempt; doubled before the third. */
const PAUSE = 60;

/**
 * @param kms the client whose credentials, region and connections are used
 * @throws Problem KMS_UNAVAILABLE if STS gives no session, TOKEN_INVALID if the token is late; the cause contains its
 * error code and no value
 */
export async function assumeRole(kms: KMSClient, request: RoleRequest): Promise<SessionCredentials> {
  for (let attempt = 1; ; attempt++) {
    // The token is what says who calls.
    const signed = request.token === undefined ? 'sts' : null;
    const { status, body } = await callService(kms, signed, request.endpoint, formOf(request)).catch(
      (error: unknown) => ({
        status: 599,
        body: `<Code>${error instanceof Error ? error.name : 'Error'}</Code>`,
      }),
    );
    const credentials = status === 200 ? credentialsIn(body) : null;
    if (credentials) return credentials;
    const code = textOf(body, 'Code') || 'UnreadableAnswer';
    const passing =
      status >= 500 ||
      /^(Throttling|RequestLimitExceeded|IDPCommunicationError|InvalidIdentityToken)/.test(code);
    if (LATE.test(code)) throw new Problem('TOKEN_INVALID', { cause: named(code) });
    if (!passing || attempt === ATTEMPTS) throw new Problem('KMS_UNAVAILABLE', { cause: named(code) });
    await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random())));
  }
}

function formOf({ roleArn, name, tags = new Map(), token, seconds }: RoleRequest): string {
  const form = new URLSearchParams({
    ...(token === undefined
      ? { Action: 'AssumeRole' }
      : { Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: token }),
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: name,
    DurationSeconds: String(seconds),
  });
  for (const [i, [key, value]] of [...tags].entries()) {
    form.set(`Tags.member.${i + 1}.Key`, key);
    form.set(`Tags.member.${i + 1}.Value`, value);
  }
  return form.toString();
}

/** The texts are base64 and a time, which need no XML escapes. */
function credentialsIn(xml: string): SessionCredentials | null {
  const accessKeyId = textOf(xml, 'AccessKeyId');
  const secretAccessKey = textOf(xml, 'SecretAccessKey');
  const sessionToken = textOf(xml, 'SessionToken');
  const expiration = new Date(textOf(xml, 'Expiration'));
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime())) return null;
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>\\s*([^<]*?)\\s*</${element}>`).exec(xml)?.[1] ?? '';
}

function named(code: string): Error {
  const error = new Error('STS gave no session');
  error.name = /^[A-Za-z]{1,64}$/.test(code) ? code : 'Error';
  return error;
}
