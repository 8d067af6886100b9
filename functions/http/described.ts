import type { JsonSchema } from '@valibot/to-json-schema';

/** A part of a JSON schema; what is below may be a schema, a list or a map of schemas. */
type Part = JsonSchema | boolean | Part[] | undefined;

/**
 * Puts a description at each member of a schema.
 * @param path where the schema stands, as the words of the contract name places
 * @param say what the member at a path means
 * @param other a schema that is left as it is
 */
export function described(
  schema: JsonSchema,
  path: string,
  say: (path: string) => string,
  other?: JsonSchema,
): JsonSchema {
  const inside = <P extends Part>(part: P): P => {
    if (typeof part !== 'object' || part === other) return part;
    if (Array.isArray(part)) return part.map(inside) as P;
    return described(part, path, say, other) as P;
  };
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const at = `${path}.${name}`;
    if (typeof member !== 'object' || member === other) return [name, member];
    return [name, { description: say(at), ...described(member, at, say, other) }];
  });
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(members) }),
    ...Object.fromEntries(
      BELOW.filter((key) => schema[key]).map((key) => [key, inside(schema[key] as Part)]),
    ),
  };
}

/** What a list, a map or a choice holds is named like the list itself. */
const BELOW = ['items', 'prefixItems', 'additionalProperties', 'anyOf', 'oneOf', 'allOf'] as const;
