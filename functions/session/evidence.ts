import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import { type HttpSignature, verifyHttpSignature } from '../../shared/identity/agencies/http-signature.ts';
import type { Json } from '../../shared/json.ts';
import { readBytes } from '../http/body.ts';
import { targetUriOf } from '../http/headers.ts';

/**
 * Reads and checks the RFC 9421 signature of a request. The body can still be read afterwards.
 * @param credential name of the header that identifies the caller.
 * @param find the caller's registered signing keys with this id.
 * @param now epoch milliseconds.
 * @returns `null` if the request is not signed.
 * @throws Problem SIGNATURE_INVALID: a signature that is present must verify, or it would prove nothing later.
 */
export async function readEvidence(
  c: Context,
  {
    publicUrl,
    credential,
    find,
    now,
  }: { publicUrl: string; credential: string; find(keyid: string): readonly Json[]; now: number },
): Promise<HttpSignature | null> {
  const header = (name: string) => c.req.header(name) ?? '';
  if (header('signature') === '' && header('signature-input') === '') return null;
  const request = {
    method: c.req.method,
    targetUri: targetUriOf(c, publicUrl),
    credential: { header: credential, value: header(credential) },
    contentDigest: header('content-digest'),
    signature: header('signature'),
    signatureInput: header('signature-input'),
    body: await readBytes(c.req.raw.clone()),
  };
  const evidence = verifyHttpSignature(request, find, now);
  if (!evidence) throw new Problem('SIGNATURE_INVALID');
  return evidence;
}
