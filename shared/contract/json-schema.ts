import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { FieldValue, MAPS } from './routes/common.ts';

/** OpenAPI 3.1 schemas are JSON Schema 2020-12. What JSON Schema cannot express (sizes in bytes) is left out. */
export function schemaOf(
  schema: v.GenericSchema<unknown, unknown>,
  typeMode: 'input' | 'output',
  written?: JsonSchema,
): JsonSchema {
  const { $schema: _, ...json } = toJsonSchema(schema as v.GenericSchema, {
    target: 'draft-2020-12',
    typeMode,
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const map = MAPS.get(valibotSchema);
      if (map?.member === FieldValue && written) return written;
      if (map) {
        const most = map.most === undefined ? {} : { maxProperties: map.most };
        return { type: 'object', ...most, additionalProperties: schemaOf(map.member, typeMode) };
      }
      // The library omits it, as it also does for objects that allow no other members.
      return valibotSchema.type === 'loose_object'
        ? { ...jsonSchema, additionalProperties: true }
        : undefined;
    },
  });
  return json;
}
