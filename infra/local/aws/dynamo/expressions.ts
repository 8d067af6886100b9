/**
 * Expressions that dynalite parses once. It would parse the text of each request, which takes longer than the
 * read or write, and a program has few texts.
 */

interface Context {
  attrNames?: Record<string, string>;
  attrVals?: Record<string, object>;
  unusedAttrNames?: Record<string, unknown>;
  unusedAttrVals?: Record<string, unknown>;
  isKeyCondition?: boolean;
}

/** A parser of dynalite. It answers with a text if the expression is refused. */
interface Parser {
  parse(text: string, options: { context: Context }): unknown;
}

/** Makes what the parser made, which operations may change, with the values and names of a request. */
type Make = (values: Record<string, object>, names: Record<string, string>) => unknown;

interface Parsed {
  make: Make;
  names: string[];
  values: string[];
}

/**
 * Stands for the name of an attribute, so that texts which differ in such names alone share one parse: a record has
 * attributes named by random ids. The parser compares names with each other and with the words of the text, so that is
 * done only if no two are equal.
 */
const MARK = '\u0001';

/** @returns `null` if the names count for the parser */
function marked(text: string, names: Readonly<Record<string, string>>): Record<string, string> | null {
  const all = Object.values(names);
  if (all.length === 0 || new Set(all).size < all.length || all.some((name) => text.includes(name)))
    return null;
  return Object.fromEntries(Object.keys(names).map((token) => [token, MARK + token]));
}

/** These depend on what a value is, everything else on its type alone. */
const BY_VALUE = /between|attribute_type/i;
/** Texts that are kept for each parser. */
const KEPT = 1000;

export function parseOnce(parser: Parser): void {
  const parse = parser.parse.bind(parser);
  const known = new Map<string, Parsed>();
  parser.parse = (text, options) => {
    if (BY_VALUE.test(text)) return parse(text, options);
    const { context } = options;
    const { attrNames = {}, attrVals = {}, unusedAttrNames = {}, unusedAttrVals = {} } = context;
    const marks = marked(text, attrNames);
    const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
    const key = JSON.stringify([text, context.isKeyCondition, marks ?? attrNames, types]);
    const found = known.get(key);
    if (found) {
      for (const name of found.names) delete unusedAttrNames[name];
      for (const name of found.values) delete unusedAttrVals[name];
      return found.make(attrVals, attrNames);
    }
    const before = { names: Object.keys(unusedAttrNames), values: Object.keys(unusedAttrVals) };
    const parsed = parse(text, marks ? { context: Object.assign(context, { attrNames: marks }) } : options);
    if (marks) Object.assign(context, { attrNames });
    if (typeof parsed === 'string') return marks ? parse(text, options) : parsed;
    const places = new Map<unknown, string>(Object.entries(attrVals).map(([name, value]) => [value, name]));
    const make = makerOf(parsed, places);
    if (known.size < KEPT)
      known.set(key, {
        make,
        names: before.names.filter((name) => !(name in unusedAttrNames)),
        values: before.values.filter((name) => !(name in unusedAttrVals)),
      });
    return make(attrVals, attrNames);
  };
}

/** @param places the names of the values with which the text was parsed */
function makerOf(node: unknown, places: ReadonlyMap<unknown, string>): Make {
  const place = places.get(node);
  if (place !== undefined) return (values) => values[place];
  if (typeof node === 'string') {
    if (!node.startsWith(MARK)) return () => node;
    const token = node.slice(MARK.length);
    return (_, names) => names[token] ?? node;
  }
  if (typeof node !== 'object' || node === null) return () => node;
  if (Array.isArray(node)) {
    const parts = node.map((one) => makerOf(one, places));
    return (values, names) => parts.map((part) => part(values, names));
  }
  const prototype = Object.getPrototypeOf(node);
  const parts = Object.entries(node).map(
    ([name, part]) => [makerOf(name, places), makerOf(part, places)] as const,
  );
  return (values, names) => {
    const made = Object.create(prototype);
    for (const [name, part] of parts) made[name(values, names) as string] = part(values, names);
    return made;
  };
}
