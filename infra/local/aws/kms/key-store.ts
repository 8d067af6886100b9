/**
 * Keys of an external key store, as KMS has them (AWS KMS External Key Store Proxy API, version 1): what KMS wrapped is wrapped again by
 * a key that the department keeps elsewhere. KMS reaches it through the department's proxy, which may refuse each call.
 */
import { SignatureV4 } from '@smithy/signature-v4';
import * as v from 'valibot';
import { Sha256 } from '../sha256.ts';
import { contextBytes, type EncryptionContext } from './context.ts';
import { KmsError } from './errors.ts';
import { type Key, REGION } from './keys.ts';

/** Where the proxy of a department answers, and what KMS signs its calls with. */
export interface KeyStore {
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** For which call of KMS, and whose. */
interface Cause {
  operation: string;
  principal: string;
  request: string;
}

/** Milliseconds for connection and answer together, as AWS has it. KMS tries a call that got no answer once more. */
const PATIENCE = 250;
/** Mark ‖ key id (16) ‖ initialisation vector (12) ‖ tag (16) ‖ ciphertext. The mark is the id of no suite. */
const MARK = 0x58;
const [VECTOR, TAG, BODY] = [17, 29, 45];

const base64 = v.pipe(
  v.string(),
  v.transform((text) => Buffer.from(text, 'base64')),
);
const Sealed = v.object({ ciphertext: base64, initializationVector: base64, authenticationTag: base64 });
const Opened = v.object({ plaintext: base64 });

/** Wraps what KMS wrapped. @throws KmsError KMSInvalidStateException whatever the proxy's fault or refusal is, as in AWS */
export async function wrapOutside(
  store: KeyStore,
  key: Key,
  blob: Buffer,
  context: EncryptionContext,
  cause: Cause,
): Promise<Buffer> {
  const asked = { plaintext: blob.toString('base64'), encryptionAlgorithm: 'AES_GCM' };
  const sealed = await call(store, key, 'encrypt', Sealed, { ...about(key, context, cause), ...asked });
  const { initializationVector: vector, authenticationTag: tag, ciphertext } = sealed;
  if (vector.length !== TAG - VECTOR || tag.length !== BODY - TAG)
    throw closed('answered what KMS cannot read');
  return Buffer.concat([Buffer.of(MARK), idOf(key), vector, tag, ciphertext]);
}

/** @throws KmsError IncorrectKeyException if no key of this store made the blob; else as `wrapOutside` */
export async function unwrapOutside(
  store: KeyStore,
  key: Key,
  blob: Buffer,
  context: EncryptionContext,
  cause: Cause,
): Promise<Buffer> {
  if (blob[0] !== MARK || blob.length <= BODY || !blob.subarray(1, VECTOR).equals(idOf(key)))
    throw new KmsError('IncorrectKeyException', 'The key is not the one that made the ciphertext');
  const asked = {
    ...about(key, context, cause),
    ciphertext: blob.toString('base64', BODY),
    initializationVector: blob.toString('base64', VECTOR, TAG),
    authenticationTag: blob.toString('base64', TAG, BODY),
    encryptionAlgorithm: 'AES_GCM',
  };
  return (await call(store, key, 'decrypt', Opened, asked)).plaintext;
}

const idOf = ({ id }: Key) => Buffer.from(id.replaceAll('-', ''), 'hex');

const about = (key: Key, context: EncryptionContext, { operation, principal, request }: Cause) => ({
  requestMetadata: {
    ...{ awsPrincipalArn: principal, kmsKeyArn: key.arn, kmsOperation: operation, kmsRequestId: request },
  },
  additionalAuthenticatedData: contextBytes(context).toString('base64'),
});

async function call<Answer>(
  { url, ...credentials }: KeyStore,
  key: Key,
  what: 'encrypt' | 'decrypt',
  schema: v.GenericSchema<unknown, Answer>,
  body: object,
): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(url);
  const path = `/kms/xks/v1/keys/${key.external}/${what}`;
  const request = {
    ...{ method: 'POST', protocol, hostname, path, body: JSON.stringify(body) },
    ...(port !== '' && { port: Number(port) }),
    headers: { host, 'content-type': 'application/json' },
  };
  const signer = new SignatureV4({ service: 'kms-xks-proxy', region: REGION, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(request);
  const ask = () =>
    fetch(new URL(path, url), {
      ...{ method: 'POST', body: request.body, headers: { ...headers, host: undefined } as never },
      signal: AbortSignal.timeout(PATIENCE),
    });
  const answer = await ask()
    .catch(ask)
    .catch(() => {
      throw closed('did not answer in time');
    });
  if (!answer.ok) throw closed(`refused with status ${answer.status}`);
  const parsed = v.safeParse(schema, await answer.json().catch(() => null));
  if (!parsed.success) throw closed('answered what KMS cannot read');
  return parsed.output;
}

const closed = (what: string) =>
  new KmsError('KMSInvalidStateException', `The proxy of the external key store ${what}`);
