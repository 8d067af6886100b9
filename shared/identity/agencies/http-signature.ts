import { constants, hash, type KeyObject, verify } from 'node:crypto';
import type { Json } from '../../json.ts';
import { readPublicJwk } from '../jwk.ts';

/** What of a request its signature must cover, each under the name that RFC 9421 gives it. */
export interface SignedRequest {
  method: string;
  /** Configured base, path and query, as requested. */
  targetUri: string;
  /** The header that says who calls and what for; by its lower-case name. */
  credential: { header: string; value: string };
  body: Uint8Array;
  /** The headers as received: several of one name joined by a comma. */
  signature: string;
  signatureInput: string;
  contentDigest: string;
}

/** A signature that held: enough to check it again by whoever has the key. */
export interface HttpSignature {
  keyid: string;
  /** The text that was signed: the signature base of RFC 9421 section 2.5. */
  base: string;
  /** Base64. */
  signature: string;
  key: Json;
}

/** Beside the header with the credential. */
const COMPONENTS: readonly string[] = ['@method', '@target-uri', 'content-digest'];

/** Seconds between `created` and now. */
const MAX_AGE = 120;
const MAX_AHEAD = 60;

/** Algorithm names of RFC 9421 for the algorithms of JOSE that serve here. */
const ALGORITHMS = new Map([
  ['ES256', 'ecdsa-p256-sha256'],
  ['EdDSA', 'ed25519'],
  ['Ed25519', 'ed25519'],
  ['PS256', 'rsa-pss-sha512'],
]);

/** A signature by the algorithm of RFC 9421 that the key's kind has. */
function holds(name: string, base: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  if (name === 'ed25519') return verify(null, base, key, signature);
  if (name === 'rsa-pss-sha512') {
    return verify(
      'sha512',
      base,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
      signature,
    );
  }
  return signature.length === 64 && verify('sha256', base, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/**
 * Checks an RFC 9421 signature over exactly `COMPONENTS` and the credential, in any order, and the body's RFC 9530 digest.
 * @param find gives the registered signing keys of that id. @param now epoch milliseconds.
 * @returns `null` when anything is wrong: more than one signature, other components, parameters that the
 * standard does not know, a digest of another body, a key that is not registered.
 */
export function verifyHttpSignature(
  request: SignedRequest,
  find: (keyid: string) => readonly Json[],
  now: number,
): HttpSignature | null {
  const input = readInput(request.signatureInput, [...COMPONENTS, request.credential.header]);
  const signature = input && readSignature(request.signature, input.label);
  if (!input || !signature || !isDigest(request.contentDigest, request.body)) return null;
  const age = now / 1000 - input.created;
  if (age > MAX_AGE || age < -MAX_AHEAD || (input.expires !== null && input.expires <= now / 1000))
    return null;
  const base = signatureBase(request, input);
  for (const jwk of find(input.keyid)) {
    const key = readPublicJwk(jwk);
    const names = key?.algorithms.map((name) => ALGORITHMS.get(name)) ?? [];
    const [name] = names;
    if (!key || name === undefined || (input.alg !== null && !names.includes(input.alg))) continue;
    if (holds(name, Buffer.from(base), key.key, signature))
      return { keyid: input.keyid, base, signature: signature.toString('base64'), key: jwk };
  }
  return null;
}

/** The lines that are signed. */
function signatureBase(request: SignedRequest, { components, parameters }: Input): string {
  const { credential } = request;
  const values = new Map([
    ['@method', request.method],
    ['@target-uri', request.targetUri],
    ['content-digest', request.contentDigest],
    [credential.header, credential.value],
  ]);
  const lines = components.map((name) => `"${name}": ${values.get(name)}`);
  return [...lines, `"@signature-params": ${parameters}`].join('\n');
}

interface Input {
  label: string;
  components: string[];
  /** List and parameters as sent; what is parsed here has one spelling only. */
  parameters: string;
  created: number;
  expires: number | null;
  keyid: string;
  alg: string | null;
}

/** Reads `label=("…" …);created=…;keyid="…"`, in the canonical spelling of RFC 8941 alone. */
function readInput(header: string, needed: readonly string[]): Input | null {
  const parts =
    /^([a-z][a-z\d_-]{0,63})=(\(([^()]*)\)((?:;[a-z]+=(?:\d{1,12}|"[\x20-\x21\x23-\x5b\x5d-\x7e]{1,256}"))*))$/.exec(
      header,
    );
  if (!parts) return null;
  const [, label = '', parameters = '', list = '', rest = ''] = parts;
  const items = list.split(' ');
  if (items.length !== needed.length || !needed.every((name) => items.includes(`"${name}"`))) return null;
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of rest.matchAll(/;([a-z]+)=(\d+|"[^"]*")/g)) {
    if (values.has(name) || !PARAMETERS.has(name)) return null;
    if (PARAMETERS.get(name) !== value.startsWith('"')) return null;
    values.set(name, value.replaceAll('"', ''));
  }
  const [created, keyid] = [values.get('created'), values.get('keyid')];
  if (created === undefined || keyid === undefined) return null;
  const expires = values.get('expires');
  return {
    label,
    components: items.map((item) => item.slice(1, -1)),
    parameters,
    created: Number(created),
    expires: expires === undefined ? null : Number(expires),
    keyid,
    alg: values.get('alg') ?? null,
  };
}

/** Signature parameters of RFC 9421, and whether their values are text. */
const PARAMETERS = new Map([
  ['created', false],
  ['expires', false],
  ['keyid', true],
  ['alg', true],
  ['nonce', true],
  ['tag', true],
]);

function readSignature(header: string, label: string): Buffer | null {
  const [, name, text = ''] = /^([a-z][a-z\d_-]{0,63})=:([A-Za-z\d+/]+={0,2}):$/.exec(header) ?? [];
  const bytes = Buffer.from(text, 'base64');
  return name === label && bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}

/** One SHA-256 or SHA-512 digest of RFC 9530. */
function isDigest(header: string, body: Uint8Array): boolean {
  const [, name, text] = /^(sha-256|sha-512)=:([A-Za-z\d+/]+={0,2}):$/.exec(header) ?? [];
  return text !== undefined && hash(name === 'sha-512' ? 'sha512' : 'sha256', body, 'base64') === text;
}

/** Checks stored evidence again, by the key that it names. */
export function verifyStoredSignature({ base, signature, key }: HttpSignature): boolean {
  const read = readPublicJwk(key);
  if (!read) return false;
  const [name] = read.algorithms.flatMap((algorithm) => ALGORITHMS.get(algorithm) ?? []);
  return name !== undefined && holds(name, Buffer.from(base), read.key, Buffer.from(signature, 'base64'));
}
