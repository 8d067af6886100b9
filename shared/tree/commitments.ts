/**
 * The contents of a leaf: one salted commitment for each member of the entry, in this order, whether or not
 * the entry has the member. Each half has a secret of its own, from which its salts are derived. Runs in
 * browsers too.
 */
import { fromBase64 } from './base64.ts';
import type { Sha256 } from './merkle.ts';

/** Members about the actor. They stay readable after the person is erased. */
export const ACTOR_MEMBERS = [
  ...([
    'kind',
    'operation',
    'owners',
    'handler',
    'officer',
    'person',
    'purpose',
    'programme',
    'collection',
  ] as const),
  ...(['policy', 'rule', 'forms', 'outcome', 'event', 'about', 'attempt'] as const),
] as const;
/** Members that lead to the person or may be personal. They become unreadable with the person's keys. */
export const PERSON_MEMBERS = [
  ...(['subject', 'internal', 'code', 'fields', 'withheld', 'usedForDecision', 'obligations'] as const),
  ...(['keys', 'consents', 'approvals', 'sheet', 'case', 'reason', 'request'] as const),
  ...(['evidence', 'area', 'finding'] as const),
] as const;
export const MEMBERS = [...ACTOR_MEMBERS, ...PERSON_MEMBERS] as const;

type ActorMember = (typeof ACTOR_MEMBERS)[number];
type PersonMember = (typeof PERSON_MEMBERS)[number];
export type Member = ActorMember | PersonMember;

export const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Size of all commitments of a leaf in bytes. */
export const COMMITTED_BYTES: number = MEMBERS.length * HASH_BYTES;

const POSITIONS: ReadonlyMap<string, number> = new Map(MEMBERS.map((name, i) => [name, i]));
const encoder = new TextEncoder();
const MEMBER_DOMAIN = encoder.encode('fieldgate member v2\n');
const COUNT_DOMAIN = encoder.encode('fieldgate count v2\n');

/** The opening of one commitment. As JSON: salt in base64, and the text. */
export interface Opening {
  salt: string;
  /** RFC 8785 form of the member's value; empty if the entry has no such member. */
  text: string;
}

/**
 * SHA-256(domain ‖ salt ‖ length of the name ‖ name ‖ UTF-8 of the text). Injective, because the salt has 16
 * bytes, the length one, and the text is last.
 */
export function commitment(sha256: Sha256, name: Member, salt: Uint8Array, text: string): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RangeError('a salt has 16 bytes');
  const label = LABELS.get(name) as Uint8Array;
  const before = MEMBER_DOMAIN.length + SALT_BYTES + label.length;
  // UTF-8 has at most three bytes for a unit of the text.
  const most = before + 3 * text.length;
  if (memberInput.length < most) memberInput = memberInputOf(2 * most);
  memberInput.set(salt, MEMBER_DOMAIN.length);
  memberInput.set(label, before - label.length);
  const { written } = encoder.encodeInto(text, memberInput.subarray(before));
  return sha256(memberInput.subarray(0, before + written));
}

/** Reused, because a hash function keeps nothing of its input, and each entry has a commitment for each member. */
let memberInput = memberInputOf(4096);

function memberInputOf(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(MEMBER_DOMAIN);
  return bytes;
}

/** The length of each name, and the name. */
const LABELS: ReadonlyMap<Member, Uint8Array> = new Map(
  MEMBERS.map((name) => [name, Uint8Array.of(name.length, ...encoder.encode(name))]),
);

/** The commitment to one member. @param committed all commitments of the leaf, in order */
export function commitmentIn(committed: Uint8Array, name: Member): Uint8Array {
  const position = MEMBERS.indexOf(name);
  return committed.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
}

/** Whether the opening matches the leaf's commitment. @param committed all commitments of the leaf, in order */
export function opens(sha256: Sha256, committed: Uint8Array, name: string, { salt, text }: Opening): boolean {
  const bytes = fromBase64(salt, SALT_BYTES);
  return bytes !== null && holds(sha256, committed, name, bytes, text);
}

/** As `opens`, for a salt in bytes. */
export function holds(
  sha256: Sha256,
  committed: Uint8Array,
  name: string,
  salt: Uint8Array,
  text: string,
): boolean {
  const position = POSITIONS.get(name);
  if (position === undefined || committed.length !== COMMITTED_BYTES) return false;
  const expected = committed.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
  return equal(commitment(sha256, name as Member, salt, text), expected);
}

/**
 * Commits to the entry being the person's n-th in the log: SHA-256(domain ‖ salt ‖ log id ‖ space ‖ n in
 * decimal).
 * @param salt of this entry, from the secret of the person's half
 */
export function countCommitment(sha256: Sha256, salt: Uint8Array, subject: string, n: number): Uint8Array {
  return sha256(join([COUNT_DOMAIN, salt, encoder.encode(`${subject} ${n}`)]));
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // Each entry that is opened compares a thousand bytes, and a function called for each would take longer than their hashes.
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The bytes of all, one after another. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
