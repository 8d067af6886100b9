/**
 * What OCSF 1.4.0 demands of an event: the attributes of the two classes and of the objects that they hold, derived from
 * the definition that the project publishes (`source` of the file).
 */
import schema from './ocsf-1.4.0.json' with { type: 'json' };

interface Attribute {
  type: string;
  object?: string;
  array?: boolean;
  required?: boolean;
  enum?: number[];
}
interface Shape {
  constraints: { at_least_one?: string[]; just_one?: string[] };
  attributes: Record<string, Attribute>;
}
type Value = Record<string, unknown>;

const CLASSES: Record<number, Shape> = {
  6003: schema.classes.api_activity,
  2004: schema.classes.detection_finding,
};
const OBJECTS: Record<string, Shape> = schema.objects;
/** Whole numbers; all other types of values are texts. */
const NUMBERS = new Set(['integer_t', 'long_t', 'timestamp_t', 'port_t']);

/** @returns what is wrong, by the path of the attribute */
export function ocsfFaults(event: Value): string[] {
  const { class_uid: uid, activity_id: activity, type_uid: type, category_uid: category } = event;
  const shape = CLASSES[Number(uid)];
  if (!shape) return ['class_uid'];
  const sums = [
    ...(type === Number(uid) * 100 + Number(activity) ? [] : ['type_uid']),
    ...(category === Math.floor(Number(uid) / 1000) ? [] : ['category_uid']),
  ];
  return [...faultsIn(event, shape, ''), ...sums];
}

function faultsIn(value: Value, { constraints, attributes }: Shape, path: string): string[] {
  const missing = Object.entries(attributes).filter(
    ([name, { required }]) => required && value[name] === undefined,
  );
  const oneOf = constraints.at_least_one ?? constraints.just_one;
  const named = oneOf?.filter((name) => value[name] !== undefined).length;
  return [
    ...missing.map(([name]) => `${path}${name} is missing`),
    ...(named === 0 ? [`${path} has none of ${oneOf?.join(', ')}`] : []),
    ...Object.entries(value).flatMap(([name, one]) => {
      const attribute = attributes[name];
      if (one === undefined) return [];
      return attribute ? faultsAt(one, attribute, path + name) : [`${path}${name} is no attribute`];
    }),
  ];
}

function faultsAt(value: unknown, attribute: Attribute, path: string): string[] {
  const { type, object, array, enum: known } = attribute;
  if (array) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one) => faultsAt(one, { ...attribute, array: false }, `${path}[]`));
  }
  if (type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
    // `unmapped` and objects that no event of ours has are open.
    const shape = OBJECTS[object ?? ''];
    return shape ? faultsIn(value as Value, shape, `${path}.`) : [];
  }
  if (known && !known.includes(value as number)) return [`${path} is not of the list`];
  if (NUMBERS.has(type)) return Number.isInteger(value) ? [] : [`${path} is no whole number`];
  if (type === 'boolean_t') return typeof value === 'boolean' ? [] : [`${path} is neither true nor false`];
  return typeof value === 'string' ? [] : [`${path} is no text`];
}
