/** Unwraps of a span in bounded memory. */
import { createHash } from 'node:crypto';
import { readUnwrap, type Unwrap } from '../../shared/log/read/reconcile.ts';
import type { Trail, TrailFile } from './trail.ts';

/** Unwraps that are held at once. 150,000 took 404 MB of memory, entries and all. */
const MOST = 50_000;

export interface Part {
  unwraps: Unwrap[];
  /** Whether unwraps of this key belong to this part. */
  has(key: string): boolean;
}

/**
 * Yields all unwraps in the files within the span: at once, or if there are too many, in parts by their keys.
 * The files are read again for each part. All unwraps of a key are in one part, so each part can be compared
 * by itself.
 */
export async function* unwrapsOf(
  trail: Trail,
  files: readonly TrailFile[],
  reach: { from: number; to: number },
  most = MOST,
): AsyncGenerator<Part> {
  let first: Unwrap[] = [];
  let count = 0;
  for await (const unwrap of within(trail, files, reach)) {
    count += 1;
    if (count <= most) first.push(unwrap);
    else first = [];
  }
  if (count <= most) {
    yield { unwraps: first, has: () => true };
    return;
  }
  const parts = Math.ceil(count / most) + 1;
  for (let part = 0; part < parts; part++) {
    const has = (key: string) => partOf(key, parts) === part;
    const unwraps: Unwrap[] = [];
    for await (const unwrap of within(trail, files, reach)) if (has(unwrap.key)) unwraps.push(unwrap);
    yield { unwraps, has };
  }
}

/** Records come from outside, so an attacker must not be able to choose keys that make one part large. */
function partOf(key: string, parts: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % parts;
}

async function* within(
  trail: Trail,
  files: readonly TrailFile[],
  { from, to }: { from: number; to: number },
): AsyncGenerator<Unwrap> {
  for (const file of files) {
    for await (const record of trail.read(file, from)) {
      const unwrap = readUnwrap(record);
      if (unwrap && unwrap.at >= from && unwrap.at < to) yield unwrap;
    }
  }
}
