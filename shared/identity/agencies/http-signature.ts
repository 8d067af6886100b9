import { constants, hash, type KeyObject, verify } from 'node:crypto';
import type { Json } from '../../json.ts';
import { readPublicJwk } from '../jwk.ts';

/** The parts of a request that its signature must cover, under their RFC 9421 names. */
interface SignedRequest {
  method: string;
  /** Configured base URL with the path and query of the request. */
  targetUri: string;
  /** The header with the credential, by its lower-case name. */
  credential: { header: string; value: string };
  body: Uint8Array;
  /** The received headers. Several headers of one name are joined by a comma. */
  signature: string;
  signatureInput: string;
  contentDigest: string;
}

/** A verified signature, with everything needed to verify it again. */
export interface HttpSignature {
  keyid: string;
  /** The signed text: the signature base of RFC 9421 section 2.5. */
  base: string;
  /** Base64. */
  signature: string;
  key: Json;
}

/** Covered in addition to the credential header. */
const COMPONENTS: readonly string[] = ['@method', '@target-uri', 'content-digest'];

/** Maximum age of `created` in seconds. */
const MAX_AGE = 120;
const MAX_AHEAD = 60;

/** RFC 9421 names of the supported JOSE algorithms. */
const ALGORITHMS = new Map([
  ['ES256', 'ecdsa-p256-sha256'],
  ['EdDSA', 'ed25519'],
  ['Ed25519', 'ed25519'],
  ['PS256', 'rsa-pss-sha512'],
]);

/** Signs with the RFC 9421 algorithm of the key's kind. */
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
 * Checks an RFC 9421 signature over exactly `COMPONENTS` and the credential header, in any order, and the RFC
 * 9530 digest of the body.
 * @param find gives the registered signing keys with that id. @param now epoch milliseconds.
 * @returns `null` for any fault: several signatures, other components, parameters unknown to the standard, a
 * digest of another body, an unregistered key.
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

/** The signed lines. */
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
  /** List and parameters as sent. The parser accepts one spelling only. */
  parameters: string;
  created: number;
  expires: number | null;
  keyid: string;
  alg: string | null;
}

/** Reads `label=("…" …);created=…;keyid="…"` in the canonical spelling of RFC 8941 only. */
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

/** Checks stored evidence again with the key that it names. */
export function verifyStoredSignature({ base, signature, key }: HttpSignature): boolean {
  const read = readPublicJwk(key);
  if (!read) return false;
  const [name] = read.algorithms.flatMap((algorithm) => ALGORITHMS.get(algorithm) ?? []);
  return name !== undefined && holds(name, Buffer.from(base), read.key, Buffer.from(signature, 'base64'));
}
