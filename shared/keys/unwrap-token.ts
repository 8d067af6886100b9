/**
 * The token by which release opens data keys for one agency and one purpose. STS takes both from it as tags of the session
 * (AWS IAM, "Pass session tags using AssumeRoleWithWebIdentity"), so that release can't choose them. It lies in the access token,
 * encrypted: an agency that had it could assume the session itself, because that call is not signed.
 */
import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { UNWRAP_AUDIENCE } from '../env.ts';
import type { ClientId } from '../ids.ts';
import { decryptUnder, encryptUnder } from './jwe.ts';
import { generateMac, perClient } from './kms.ts';

/** The claim that STS reads. */
export const TAGS = 'https://aws.amazon.com/tags';

interface Signing {
  issuer: string;
  /** Thumbprint of the signing key. */
  kid: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** Epoch milliseconds. */
  now: number;
  /** Seconds. */
  lasts: number;
}

/** @returns a JWT under the key of access tokens, whose type and audience differ from theirs */
export async function mintUnwrapToken(
  { agency, purpose }: { agency: ClientId; purpose: string },
  { issuer, kid, sign, now, lasts }: Signing,
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const claims = {
    iss: issuer,
    aud: UNWRAP_AUDIENCE,
    sub: `${purpose}@${agency}`,
    iat,
    exp: iat + lasts,
    jti: randomUUID(),
    [TAGS]: { principal_tags: { agency: [agency], purpose: [purpose] } },
  };
  const encode = (value: unknown) => toBase64url(Buffer.from(JSON.stringify(value)));
  const text = `${encode({ typ: 'unwrap+jwt', alg: 'ES256', kid })}.${encode(claims)}`;
  return `${text}.${toBase64url(await sign(Buffer.from(text)))}`;
}

/** @param keyId the key that only `token` and `release` may use */
export const hideUnwrapToken = async (kms: KMSClient, keyId: string, token: string): Promise<string> =>
  encryptUnder(await nestingKey(kms, keyId), token);

/** @returns `null` for what `hideUnwrapToken` did not make */
export const findUnwrapToken = async (
  kms: KMSClient,
  keyId: string,
  hidden: string,
): Promise<string | null> => decryptUnder(await nestingKey(kms, keyId), hidden);

/** The same in both functions, and in none of the answers of either. */
const nestingKey = (kms: KMSClient, keyId: string): Promise<KeyObject> =>
  keys(kms, keyId, async () => {
    const mac = await generateMac(kms, keyId, Buffer.from('fieldgate unwrap token 1'));
    const key = createSecretKey(mac);
    mac.fill(0);
    return key;
  });
const keys = perClient<KeyObject>(1);
