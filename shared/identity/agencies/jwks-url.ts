/**
 * Keys that an agency publishes at an address of its own. The address is the agency's word, so the gateway must
 * not be led by it into its own network: https alone, public addresses alone, no redirect, bounded in time and
 * size, and the connection goes to the very address that was checked.
 */

import { type RequestOptions, request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { parseJson } from '../../json.ts';
import { type RegisteredKey, readKeySet } from '../key-set.ts';

/** Gets the text of a JWKS. @throws Error for anything but a good answer. */
export type FetchJwks = (url: string) => Promise<string>;

const MAX_BYTES = 64 * 1024;
const TIMEOUT = 3000;

/** @returns the URL in its one spelling, or `null` unless it is https to a host name on port 443, nothing else. */
export function readJwksUrl(text: string): URL | null {
  if (text.length > 512 || !URL.canParse(text)) return null;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.hash === '' && url.port === '';
  const named = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && url.hostname.includes('.');
  return url.protocol === 'https:' && plain && named && url.href === text ? url : null;
}

export interface FetchOptions {
  resolve(host: string): Promise<{ address: string; family: number }[]>;
  isPublic(address: string): boolean;
  /** What `https.request` takes more, such as `ca` and `port`. */
  tls?: RequestOptions;
}

const PLAIN: FetchOptions = {
  // Loaded when it is needed: most requests name no such address, and it takes time at a cold start.
  resolve: async (host) => (await import('node:dns/promises')).lookup(host, { all: true, verbatim: true }),
  isPublic: isPublicAddress,
};

/** Makes the fetcher; the options stand in for name service and trust store. */
export function jwksFetcher({ resolve, isPublic, tls }: FetchOptions = PLAIN): FetchJwks {
  return async (text) => {
    const url = readJwksUrl(text);
    if (!url) throw new Error('not an address for keys');
    const deadline = AbortSignal.timeout(TIMEOUT);
    const addresses = await Promise.race([resolve(url.hostname), rejectAt(deadline)]);
    const [first] = addresses;
    // One private address among public ones is refused as well: the next answer might begin with it.
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
      // The name was looked up once and checked; a second look-up could be answered otherwise.
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
/** Of IPv6 only global unicast is public, less documentation, Teredo, 6to4 and the other special blocks in it. */
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

/** Milliseconds that fetched keys serve, and that a failure is remembered, so that nobody is asked in a loop. */
const FRESH = 300_000;
const SORRY = 10_000;
const MAX_CACHED = 200;

/**
 * A cache of fetched key sets with one call at a time for each address. Keys that an agency takes down serve for
 * five minutes more at most; keys that can't be fetched again do not serve beyond that.
 * @returns a function that gives the keys; with `fresh` it fetches them again, once in ten seconds.
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
  if (typeof keys === 'string') throw new Error(keys);
  return keys;
}
