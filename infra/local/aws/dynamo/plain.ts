/**
 * Whether a request has the types that dynalite's `checkTypes` demands, so that its result would be an equal copy. The SDK makes
 * no others, and the copy takes longer than the write.
 */

/** A type as dynalite's validations state it: its name, or with the types of its parts. */
type Type = string | { type?: string; children?: unknown };

/** Tells `checkTypes` nothing to refuse, convert or leave out. */
type IsPlain = (value: unknown) => boolean;

const known = new WeakMap<object, IsPlain>();

/** @param types of an operation's parameters, as dynalite's validations state them */
export function isPlain(request: unknown, types: object): boolean {
  const check = known.get(types) ?? membersOf(types as Record<string, Type>);
  known.set(types, check);
  return check(request);
}

function membersOf(types: Readonly<Record<string, Type>>): IsPlain {
  const checks = new Map(Object.entries(types).map(([name, type]) => [name, checkOf(type)]));
  return (value) => isObject(value) && every(value, (part, name) => checks.get(name)?.(part) === true);
}

function checkOf(type: Type): IsPlain {
  const { type: name, children } = typeof type === 'string' ? { type, children: undefined } : type;
  const [kind, parts] = [name?.replace(/<.*/, ''), children as Type & Record<string, Type>];
  switch (kind) {
    case 'String':
      return (value) => typeof value === 'string';
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Short':
    case 'Integer':
    case 'Long':
      return Number.isSafeInteger;
    case 'Blob':
      return isBase64;
    case 'AttrStruct':
      return isAttribute;
    case 'List':
    case 'ParameterizedList': {
      const check = checkOf(parts);
      return (value) => Array.isArray(value) && value.every(check);
    }
    case 'Map':
    case 'ParameterizedMap': {
      const check = checkOf(parts);
      return (value) => isObject(value) && every(value, check);
    }
    case 'ValueStruct':
    case 'FieldStruct':
      return membersOf(parts);
    default:
      return () => false;
  }
}

/** One value of an item. */
function isAttribute(value: unknown): boolean {
  return isObject(value) && every(value, (part, name) => ATTRIBUTE.get(name)?.(part) === true);
}

const listOf =
  (check: IsPlain): IsPlain =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isString: IsPlain = (value) => typeof value === 'string';
const isBoolean: IsPlain = (value) => typeof value === 'boolean';

const ATTRIBUTE: ReadonlyMap<string, IsPlain> = new Map([
  ['S', isString],
  ['N', isString],
  ['B', isBase64],
  ['BOOL', isBoolean],
  ['NULL', isBoolean],
  ['SS', listOf(isString)],
  ['NS', listOf(isString)],
  ['BS', listOf(isBase64)],
  ['L', listOf(isAttribute)],
  ['M', (value) => isObject(value) && every(value, isAttribute)],
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function every(value: Record<string, unknown>, check: (part: unknown, name: string) => boolean): boolean {
  for (const name of Object.keys(value)) if (name === '__proto__' || !check(value[name], name)) return false;
  return true;
}

/** Canonical base64, as dynalite compares it: no bits are set that no byte takes. An expression takes longer than both conversions. */
function isBase64(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
}
