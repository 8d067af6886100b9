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

/** Where a value of the request belongs. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Parsed {
  template: unknown;
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
    const nameOf = (mark: string) => (mark.startsWith(MARK) ? (attrNames[mark.slice(1)] ?? mark) : mark);
    const made = (template: unknown) =>
      copy(template, (node) => (node instanceof Slot ? attrVals[node.name] : undefined), nameOf);
    const found = known.get(key);
    if (found) {
      for (const name of found.names) delete unusedAttrNames[name];
      for (const name of found.values) delete unusedAttrVals[name];
      return made(found.template);
    }
    const before = { names: Object.keys(unusedAttrNames), values: Object.keys(unusedAttrVals) };
    const parsed = parse(text, marks ? { context: Object.assign(context, { attrNames: marks }) } : options);
    if (marks) Object.assign(context, { attrNames });
    if (typeof parsed === 'string') return marks ? parse(text, options) : parsed;
    const slots = new Map<unknown, Slot>(
      Object.entries(attrVals).map(([name, value]) => [value, new Slot(name)]),
    );
    const template = copy(parsed, (node) => slots.get(node));
    if (known.size < KEPT)
      known.set(key, {
        template,
        names: before.names.filter((name) => !(name in unusedAttrNames)),
        values: before.values.filter((name) => !(name in unusedAttrVals)),
      });
    return made(template);
  };
}

/**
 * A copy that operations may change.
 * @param replace absent result: the node is copied
 * @param nameOf names that texts and members stand for
 */
function copy(
  node: unknown,
  replace: (node: unknown) => unknown,
  nameOf: (mark: string) => string = (name) => name,
): unknown {
  const other = replace(node);
  if (other !== undefined) return other;
  if (Array.isArray(node)) return node.map((one) => copy(one, replace, nameOf));
  if (typeof node === 'string') return nameOf(node);
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.create(Object.getPrototypeOf(node));
  for (const [name, part] of Object.entries(node)) made[nameOf(name)] = copy(part, replace, nameOf);
  return made;
}
