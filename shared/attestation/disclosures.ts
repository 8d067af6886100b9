/** Disclosures of an SD-JWT (RFC 9901): their values, and the places where the payload commits to them. */
import type { Json } from '../json.ts';
import { reject } from './invalid.ts';
import { type Claims, isObject, readJson } from './jwt.ts';
import { fromBase64url, sha256 } from './platform/platform.ts';

/** A disclosed member of an object. If `name` is null, it is an element of an array. */
interface Disclosure {
  name: string | null;
  value: Json;
}

/** 128 bits in base64url. With fewer, a hidden value could be guessed from its digest. */
const SALT_CHARACTERS = 22;
const MOST_DISCLOSURES = 200;
const DIGEST_MEMBER = '_sd';
const ELEMENT_MEMBER = '...';

/**
 * Puts every disclosed value where the payload commits to it.
 * @returns the claims without digests; what is not disclosed is absent
 * @throws AttestationInvalid DISCLOSURE for a disclosure that is malformed, repeated or referred to nowhere;
 * a digest that occurs twice; a name that is reserved or taken
 */
export async function disclose(payload: Claims, encoded: readonly string[]): Promise<Disclosed> {
  const algorithm = payload.get('_sd_alg');
  if (algorithm !== undefined && algorithm !== 'sha-256') reject('DISCLOSURE');
  const known = await readAll(encoded);
  const state: State = { known, seen: new Set(), used: new Set(), names: new Set() };
  const claims = openObject(new Map([...payload].filter(([name]) => name !== '_sd_alg')), state, true);
  if (state.used.size !== known.size) reject('DISCLOSURE');
  return { claims, disclosed: state.names };
}

export interface Disclosed {
  claims: Claims;
  /** Top-level names that came from disclosures. */
  disclosed: ReadonlySet<string>;
}

interface State {
  known: ReadonlyMap<string, Disclosure>;
  /** Every digest of the payload, decoys included. */
  seen: Set<string>;
  used: Set<string>;
  names: Set<string>;
}

async function readAll(encoded: readonly string[]): Promise<Map<string, Disclosure>> {
  if (encoded.length > MOST_DISCLOSURES) reject('DISCLOSURE');
  const known = new Map<string, Disclosure>();
  // All at once: a browser makes each digest on another thread.
  const digests = await Promise.all(encoded.map(sha256));
  for (const [i, text] of encoded.entries()) {
    const digest = digests[i] ?? '';
    if (known.has(digest)) reject('DISCLOSURE');
    known.set(digest, readOne(text));
  }
  return known;
}

function readOne(text: string): Disclosure {
  const parts = readJson(text);
  if (!Array.isArray(parts) || (parts.length !== 2 && parts.length !== 3)) reject('DISCLOSURE');
  const salt = parts[0];
  const name = parts.length === 3 ? parts[1] : null;
  const value = parts.at(-1) as Json;
  if (typeof salt !== 'string' || salt.length < SALT_CHARACTERS) reject('DISCLOSURE');
  if (name !== null && typeof name !== 'string') reject('DISCLOSURE');
  if (name === DIGEST_MEMBER || name === ELEMENT_MEMBER || name === '_sd_alg') reject('DISCLOSURE');
  return { name: name ?? null, value };
}

function openObject(members: Claims, state: State, top: boolean): Map<string, Json> {
  const open = new Map<string, Json>();
  for (const [name, value] of members) {
    if (name === ELEMENT_MEMBER || name === '_sd_alg') reject('DISCLOSURE');
    if (name !== DIGEST_MEMBER) open.set(name, openValue(value, state));
  }
  const digests = members.get(DIGEST_MEMBER);
  if (digests === undefined) return open;
  if (!Array.isArray(digests)) reject('DISCLOSURE');
  for (const digest of digests) {
    const found = take(digest, state);
    if (!found) continue;
    if (found.name === null || open.has(found.name)) reject('DISCLOSURE');
    open.set(found.name, openValue(found.value, state));
    if (top) state.names.add(found.name);
  }
  return open;
}

function openValue(value: Json, state: State): Json {
  if (Array.isArray(value)) return value.flatMap((element) => openElement(element, state));
  if (!isObject(value)) return value;
  const open = openObject(new Map(Object.entries(value)), state, false);
  // Null prototype, so that `__proto__` is an ordinary member name.
  return Object.assign(Object.create(null) as { [name: string]: Json }, Object.fromEntries(open));
}

function openElement(element: Json, state: State): Json[] {
  if (!isObject(element) || !Object.hasOwn(element, ELEMENT_MEMBER)) return [openValue(element, state)];
  if (Object.keys(element).length !== 1) reject('DISCLOSURE');
  const found = take(element[ELEMENT_MEMBER] as Json, state);
  if (!found) return [];
  if (found.name !== null) reject('DISCLOSURE');
  return [openValue(found.value, state)];
}

/** @returns the disclosure of the digest, or `null` for a decoy or an undisclosed value */
function take(digest: Json, { known, seen, used }: State): Disclosure | null {
  if (typeof digest !== 'string' || fromBase64url(digest)?.length !== 32 || seen.has(digest)) {
    return reject('DISCLOSURE');
  }
  seen.add(digest);
  const found = known.get(digest);
  if (found) used.add(digest);
  return found ?? null;
}
