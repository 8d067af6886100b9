/**
 * Which regular expressions a pack may use: those whose time grows at most with the square of the text. A repeated group holds
 * neither a choice nor a repetition, so it reads a text in one way, and all repetitions together leave few ways.
 */

/** Ways of an open repetition, as if of a text of this length; and ways of a pattern, at most. */
const [OPEN, MOST] = [1000, 1_000_000];

/** A piece with its repetition: a character, a class of them, or the end of a group. */
const PIECE =
  /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?::|<?[=!]|<[^>]*>))?|\)|\||[^\\]/gsu;
const TIMES = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/;

interface Group {
  ways: number;
  choices: number;
}

/** @returns whether the pattern is tried in few ways, whatever the text */
export function isLinear(source: string): boolean {
  const groups: Group[] = [{ ways: 1, choices: 1 }];
  PIECE.lastIndex = 0;
  for (let at = 0; at < source.length; ) {
    PIECE.lastIndex = at;
    const [piece = ''] = PIECE.exec(source) ?? [];
    if (piece === '') return false;
    at += piece.length;
    const group = groups.at(-1) as Group;
    if (piece.startsWith('(')) {
      // What looks ahead or behind reads the same text again.
      if (/[=!]$/.test(piece)) return false;
      groups.push({ ways: 1, choices: 1 });
      continue;
    }
    if (piece.startsWith('\\k') || /^\\[1-9]$/.test(piece)) return false;
    if (piece === '|') {
      group.choices += 1;
      continue;
    }
    const inner = piece === ')' ? (groups.pop() as Group) : { ways: 1, choices: 1 };
    const outer = groups.at(-1);
    if (!outer) return false;
    const own = inner.ways * inner.choices;
    const [times = '', least, comma, most] = TIMES.exec(source.slice(at)) ?? [];
    at += times.length;
    const ways = waysOf(times, least, comma, most);
    const repeats = times !== '' && !times.startsWith('?');
    if (repeats && own > 1 && ways * own > 1) {
      // A fixed number of repetitions of a choice, such as of two digits, stays small.
      const count = comma === undefined ? Number(least) : Number.POSITIVE_INFINITY;
      outer.ways *= own ** count;
    } else outer.ways *= own * ways;
    if (!(outer.ways <= MOST)) return false;
  }
  const [whole] = groups;
  return groups.length === 1 && whole !== undefined && whole.ways * whole.choices <= MOST;
}

function waysOf(times: string, least = '', comma?: string, most?: string): number {
  if (times === '') return 1;
  if (times.startsWith('?')) return 2;
  if (times.startsWith('{')) {
    if (comma === undefined) return 1;
    return most ? Math.max(1, Number(most) - Number(least) + 1) : OPEN;
  }
  return OPEN;
}
