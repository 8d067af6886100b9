import { sha256 } from '../node-crypto.ts';

/**
 * Which part of the records a key belongs to, with all its unwraps, so that each part can be compared by itself. Records
 * come from outside, so an attacker must not be able to choose keys that make one part large.
 */
export const partOf = (key: string, parts: number): number =>
  Buffer.from(sha256(Buffer.from(key))).readUInt32BE(0) % parts;
