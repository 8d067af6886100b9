/** Numbers that follow from a seed alone. */

export interface Random {
  /** An integer below a bound. */
  below(bound: number): number;
  bytes(length: number): Buffer;
}

/** sfc32 */
export function randomFrom(seed: number): Random {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88 ^ seed, 0xb7e15162 + seed, 1];
  const word = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  return {
    below: (bound) => Math.floor((word() / 2 ** 32) * bound),
    bytes(length) {
      const made = Buffer.alloc(length + 3);
      for (let at = 0; at < length; at += 4) made.writeUInt32LE(word(), Math.min(at, length - 1));
      return made.subarray(0, length);
    },
  };
}

/** A number from 0 to 2^32 that depends on all of these, and on nothing that came before. */
export function hashOf(...parts: (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const code of Buffer.from(parts.join('/'))) hash = Math.imul(hash ^ code, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
