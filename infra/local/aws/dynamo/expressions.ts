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
    const { attrNames, attrVals = {}, unusedAttrNames = {}, unusedAttrVals = {} } = context;
    const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
    const key = JSON.stringify([text, context.isKeyCondition, attrNames, types]);
    const found = known.get(key);
    if (found) {
      for (const name of found.names) delete unusedAttrNames[name];
      for (const name of found.values) delete unusedAttrVals[name];
      return copy(found.template, (node) => (node instanceof Slot ? attrVals[node.name] : undefined));
    }
    const before = { names: Object.keys(unusedAttrNames), values: Object.keys(unusedAttrVals) };
    const parsed = parse(text, options);
    if (typeof parsed === 'string' || known.size >= KEPT) return parsed;
    const slots = new Map<unknown, Slot>(
      Object.entries(attrVals).map(([name, value]) => [value, new Slot(name)]),
    );
    known.set(key, {
      template: copy(parsed, (node) => slots.get(node)),
      names: before.names.filter((name) => !(name in unusedAttrNames)),
      values: before.values.filter((name) => !(name in unusedAttrVals)),
    });
    return parsed;
  };
}

/** A copy that operations may change. @param replace absent result: the node is copied */
function copy(node: unknown, replace: (node: unknown) => unknown): unknown {
  const other = replace(node);
  if (other !== undefined) return other;
  if (Array.isArray(node)) return node.map((one) => copy(one, replace));
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.create(Object.getPrototypeOf(node));
  for (const [name, part] of Object.entries(node)) made[name] = copy(part, replace);
  return made;
}
