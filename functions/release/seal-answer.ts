import { hash } from 'node:crypto';
import type { Context } from 'hono';
import { toBase64url } from '../../shared/bytes.ts';
import { askedText } from '../../shared/contract/asked.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import type { SealingKey } from '../../shared/identity/tokens/access-token.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { signingKey, signUnder } from '../../shared/keys/signing-keys.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import { accepts } from '../http/headers.ts';
import type { Session } from '../session/session.ts';
import {
  encryptTo,
  isHybrid,
  keepHybrid,
  ofPage,
  recipientOf,
  requireReadable,
} from '../steps/encrypt-to.ts';
import type { ReleaseDeps } from './deps.ts';

/** Media types of a sealed answer: as a JWE, or to a hybrid key. */
const SEALED = 'application/jose';
const SEALED_HYBRID = 'application/fieldgate-sealed';

/**
 * Most bytes of an answer. Sealing encodes it twice, to 16/9 of its size, and Lambda sends at most 6 MB.
 * Beyond that the caller would get a failure for an answer that is in the log.
 */
export const MOST_BYTES = 3 * 1024 * 1024;

export interface Answer {
  text: string;
  /** Media type of the text, if it is not JSON, and headers of an answer that is not sealed. */
  type?: string;
  headers?: Record<string, string>;
  /** Whether it must be sealed because of its possible fields. */
  restricted: boolean;
  /** A public key of the person whom the answer is for: it is sealed to that one and not to the agency. */
  sealTo?: SealingKey | undefined;
  /** The entry of its first receipt. */
  entry: EntryId;
}

/**
 * @throws Problem NO_ENCRYPTION_KEY if the answer will be sealed, and there is no key to which it could be, or the caller
 * accepts sealed answers, and none of the kind that this key makes; INVALID_REQUEST for a key of the inquirer that can't be read
 */
export function checkSealable(c: Context, session: Session, sealTo?: SealingKey): void {
  const asked = wantsSealed(c);
  if (sealTo) requireReadable(sealTo);
  else if (!session.page && !asked) return;
  const recipient = sealTo ?? recipientOf(session);
  const hybrid = isHybrid(recipient);
  if (!asked || session.page || accepts(c, hybrid ? SEALED_HYBRID : SEALED)) return;
  const { acceptHybrid, registerHybrid } = releaseTexts;
  throw new Problem('NO_ENCRYPTION_KEY', { detail: hybrid ? acceptHybrid : registerHybrid });
}

const wantsSealed = (c: Context) => accepts(c, SEALED) || accepts(c, SEALED_HYBRID);

/**
 * Sends an answer, sealed to the agency if the caller accepts that or the answer is restricted. An answer to a person
 * at the console is always sealed, to the key of the page.
 * @throws Problem TOO_LARGE, NO_ENCRYPTION_KEY
 */
export async function sendAnswer(
  deps: SealDeps,
  c: Context,
  session: Session,
  { text, type, headers = {}, restricted, sealTo, entry }: Answer,
): Promise<Response> {
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new Problem('TOO_LARGE', { detail: releaseTexts.answerBytes(MOST_BYTES) });
  if (!sealTo && !session.page && !restricted && !wantsSealed(c))
    return c.body(text, 200, { 'content-type': 'application/json', ...headers });
  const { method, path, url } = c.req;
  const named = askedText(method, path, new URL(url).searchParams, String(c.get('sent') ?? ''));
  const asked = hash('sha256', named, 'base64url');
  const sealed = await sealAnswer(deps, session, asked, { text, sealTo, entry, ...defined({ type }) });
  return c.body(sealed, 200, {
    'content-type': sealed.includes('.') ? SEALED : SEALED_HYBRID,
  });
}

/**
 * Seals an answer to the page of the person who asks, or to the agency. The gateway signs it as a JWS, because encryption
 * does not authenticate the sender, and encrypts that as a JWE (ECDH-ES, A256GCM), or by HPKE to a hybrid key. The signed
 * header names the request, the instant and the entry, so that a kept answer is not taken for another one.
 * @param asked SHA-256 of method, path, query and body of the request, base64url
 * @returns the compact JWE, or what `sealHybrid` makes, which has no dot
 */
async function sealAnswer(
  deps: SealDeps,
  session: Session,
  asked: string,
  { text: answer, type: cty, sealTo, entry }: Pick<Answer, 'text' | 'type' | 'sealTo' | 'entry'>,
): Promise<string> {
  const { agency } = session;
  const recipient = sealTo ? ofPage(sealTo) : recipientOf(session);
  if (!sealTo && !session.page) await keepHybrid(deps, agency, recipient);
  const publicKey = await publicKeyOf(deps.kms, signingKey(deps.env.answerKey));
  const kid = thumbprintOf(publicKey.export({ format: 'jwk' }) as Json);
  const iat = Math.floor(deps.now() / 1000);
  const claims = { iss: deps.env.publicUrl, aud: agency.clientId, iat, asked, entry };
  const header = { alg: 'ES256', typ: 'fieldgate-release+jws', kid, ...defined({ cty }), ...claims };
  const signed = `${encode(JSON.stringify(header))}.${encode(answer)}`;
  const signature = await signUnder(deps.kms, deps.env.answerKey, 'ECDSA_SHA_256', Buffer.from(signed));
  return encryptTo(recipient, `${signed}.${toBase64url(signature)}`);
}

type SealDeps = Pick<ReleaseDeps, 'kms' | 'env' | 'now' | 'tables'>;

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
