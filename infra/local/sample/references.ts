import type { Random } from './random.ts';

/** A made-up reference to a file that lies with its owner. */
export function fileReference(random: Random): string {
  let hex = '';
  for (let at = 0; at < 64; at++) hex += random.whole(0, 15).toString(16);
  return `file:sha256-${hex}`;
}
