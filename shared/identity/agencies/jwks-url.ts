/**
 * Keys that an agency publishes at an address of its own. The agency chooses the address, so it must not lead
 * the gateway into its own network. Only https and public addresses are allowed, without redirects and within
 * limits of time and size. The connection goes to the address that was checked.
 */

import { type RequestOptions, request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { type Json, parseJson } from '../../json.ts';
import type { Text } from '../../language.ts';
import { keysTexts } from '../../messages/keys.ts';
import { readHybridJwk } from '../hybrid-key.ts';
import { readPublicJwk } from '../jwk.ts';

/** Fetches the text of a JWKS. @throws Error for any answer other than a complete 200. */
export type FetchJwks = (url: string) => Promise<string>;

const MAX_BYTES = 64 * 1024;
const TIMEOUT = 3000;

/** @returns the URL in its canonical spelling, or `null` unless it is https to a host name on port 443. */
export function readJwksUrl(text: string): URL | null {
  if (text.length > 512 || !URL.canParse(text)) return null;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.hash === '' && url.port === '';
  const named = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && url.hostname.includes('.');
  return url.protocol === 'https:' && plain && named && url.href === text ? url : null;
}

interface FetchOptions {
  resolve(host: string): Promise<{ address: string; family: number }[]>;
  isPublic(address: string): boolean;
  /** Further options of `https.request`, such as `ca` and `port`. */
  tls?: RequestOptions;
}

const PLAIN: FetchOptions = {
  // Loaded on demand: most requests need no such address, and loading slows a cold start.
  resolve: async (host) => (await import('node:dns/promises')).lookup(host, { all: true, verbatim: true }),
  isPublic: isPublicAddress,
};

/** Makes the fetcher. Tests replace the name service and the trust store by the options. */
export function jwksFetcher({ resolve, isPublic, tls }: FetchOptions = PLAIN): FetchJwks {
  return async (text) => {
    const url = readJwksUrl(text);
    if (!url) throw new Error('not an address for keys');
    const deadline = AbortSignal.timeout(TIMEOUT);
    const addresses = await Promise.race([resolve(url.hostname), rejectAt(deadline)]);
    const [first] = addresses;
    // One private address among public ones is also refused, because the next lookup could return it first.
    if (!first || !addresses.every(({ address }) => isPublic(address))) throw new Error('no public address');
    return download(url, first, { ...tls, signal: deadline });
  };
}

function download(url: URL, to: { address: string; family: number }, more: RequestOptions): Promise<string> {
  return new Promise((done, fail) => {
    const options: RequestOptions = {
      ...more,
      agent: false,
      headers: { accept: 'application/jwk-set+json, application/json' },
      // Uses the address that was checked. A second lookup could give another one.
      lookup: (_host, { all }, callback) =>
        (callback as (...args: unknown[]) => void)(null, ...(all ? [[to]] : [to.address, to.family])),
    };
    const sent = request(url, options, (response) => {
      const type = response.headers['content-type'] ?? '';
      const good = response.statusCode === 200 && /^application\/(jwk-set\+)?json\s*(;|$)/i.test(type);
      if (!good) return void sent.destroy(new Error('no JWKS at this address'));
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) sent.destroy(new Error('the JWKS is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () => (response.complete ? done(Buffer.concat(chunks).toString()) : fail(CUT)));
      response.on('error', fail);
    });
    sent.on('error', fail);
    sent.end();
  });
}

const CUT = new Error('the answer was cut');

function rejectAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

/** Networks that are not the public Internet (IANA special-purpose registries). */
const SPECIAL = new BlockList();
for (const [network, bits] of [
  ...[
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ],
  ...[
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
  ],
  ...[
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
] as [string, number][]) {
  SPECIAL.addSubnet(network, bits, 'ipv4');
}
/**
 * For IPv6 only global unicast is public, without the special blocks in it such as documentation, Teredo and
 * 6to4.
 */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as [string, number][]) {
  SPECIAL.addSubnet(network, bits, 'ipv6');
}

/** True for an address that belongs to the public Internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL.check(address, 'ipv4');
  return family === 6 && GLOBAL.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
}

/**
 * How long fetched keys are used, and how long a failure is remembered so that the address is not called in a
 * loop; milliseconds.
 */
const FRESH = 300_000;
const SORRY = 10_000;
const MAX_CACHED = 200;

/**
 * A cache of fetched key sets with at most one concurrent call for each address. Keys that an agency removes
 * remain valid for at most five minutes. After that, keys that can't be fetched again are no longer valid.
 * @returns a function that gives the keys; with `fresh` it fetches them again, at most once in ten seconds.
 */
export function jwksCache(
  fetchJwks: FetchJwks,
  now: () => number,
): (url: string, fresh?: boolean) => Promise<RegisteredKey[]> {
  const cache = new Map<string, { keys: Promise<RegisteredKey[]>; at: number; until: number }>();
  return (url, fresh = false) => {
    const known = cache.get(url);
    if (known && now() < known.until && !(fresh && now() >= known.at + SORRY)) return known.keys;
    cache.delete(url);
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
    const entry = { keys: fetchJwks(url).then(readText), at: now(), until: now() + FRESH };
    entry.keys.catch(() => {
      entry.until = entry.at + SORRY;
    });
    cache.set(url, entry);
    return entry.keys;
  };
}

function readText(text: string): RegisteredKey[] {
  const keys = readKeySet(parseJson(text));
  if ('fault' in keys) throw new Error(keys.fault['en']);
  return keys;
}

/** A public key as registered: key members, id, use. */
type RegisteredKey = {
  kty: string;
  kid: string;
  use: 'sig' | 'enc';
  alg?: string;
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
  pub?: string;
};

const MAX_KEYS = 20;
const PARTS = ['crv', 'x', 'y', 'n', 'e', 'pub'] as const;

/**
 * Checks a JWKS submitted by an agency.
 * @returns the keys without irrelevant members (`x5c`, `key_ops`, …), or a sentence about the fault that
 * repeats nothing of the input.
 */
export function readKeySet(value: Json | undefined): RegisteredKey[] | { fault: Text } {
  const keys = isObject(value) && Object.hasOwn(value, 'keys') ? value['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS) {
    return { fault: keysTexts.keyCount(MAX_KEYS) };
  }
  const read: RegisteredKey[] = [];
  const kids = new Set<string>();
  const materials = new Set<string>();
  for (const jwk of keys) {
    const key = readKey(jwk);
    if ('fault' in key) return key;
    if (kids.has(key.kid)) return { fault: keysTexts.kidTwice };
    const material = PARTS.map((part) => key[part] ?? '').join('.');
    // If one key pair served both uses, a signature could be passed off as a decryption.
    if (materials.has(material)) return { fault: keysTexts.keyTwice };
    kids.add(key.kid);
    materials.add(material);
    read.push(key);
  }
  return read.some(({ use }) => use === 'sig') ? read : { fault: keysTexts.noSigningKey };
}

function readKey(jwk: Json): RegisteredKey | { fault: Text } {
  if (!isObject(jwk)) return { fault: keysTexts.keyNoObject };
  const text = (name: string) => {
    const member = Object.hasOwn(jwk, name) ? jwk[name] : undefined;
    return typeof member === 'string' ? member : undefined;
  };
  const [kty, kid, use, alg] = [text('kty'), text('kid'), text('use'), text('alg')];
  if (kid === undefined || !/^[\x21-\x7e]{1,128}$/.test(kid)) return { fault: keysTexts.kidMissing };
  if (use !== 'sig' && use !== 'enc') return { fault: keysTexts.useMissing };
  if (Object.hasOwn(jwk, 'alg') && alg === undefined) return { fault: keysTexts.algNoText };
  if (use === 'enc' && kty === 'AKP')
    return readHybridJwk(jwk)
      ? { kty, kid, use, alg: 'X-Wing', pub: text('pub') as string }
      : { fault: keysTexts.keyInvalid };
  // The gateway has one more encryption algorithm, so only its keys are allowed. The point is checked as well.
  const { use: _, alg: __, key_ops: ___, ...bare } = jwk;
  const point = readPublicJwk(use === 'sig' ? jwk : bare);
  if (point === null) return { fault: keysTexts.keyInvalid };
  if (use === 'sig' && point.algorithms.length === 0) return { fault: keysTexts.algNotServed };
  if (use === 'enc' && !(text('crv') === 'P-256' && (alg === undefined || alg === 'ECDH-ES'))) {
    return { fault: keysTexts.notEcdh };
  }
  const key: RegisteredKey = { kty: kty as string, kid, use };
  if (alg !== undefined) key.alg = alg;
  for (const part of PARTS) {
    const member = text(part);
    if (member !== undefined) key[part] = member;
  }
  return key;
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
