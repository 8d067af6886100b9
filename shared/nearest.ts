/** The known name closest to a mistyped one. */

/** Names longer than this are compared by their beginning. */
const LENGTH = 64;

/** @returns the known name with the fewest letters changed, if they are at most a third of it; otherwise `null` */
export function nearestOf(name: string, known: Iterable<string>): string | null {
  const own = name.slice(0, LENGTH).toLowerCase();
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const other = one.slice(0, LENGTH).toLowerCase();
    const most = Math.max(1, Math.floor(one.length / 3));
    // Each letter that one of them has more is a change.
    if (Math.abs(own.length - other.length) > most) continue;
    const changes = distance(own, other);
    if (changes < least && changes <= most) [best, least] = [one, changes];
  }
  return best;
}

/** Letters put in, left out, exchanged, or two that changed places. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(exchanged, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
