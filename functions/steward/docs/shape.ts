/** A JSON schema as a reader writes it down: members with their types and limits, in a fraction of the space. */

export interface Schema {
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema | Schema[] | boolean;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

/** @param indent spaces before the lines of this schema's members */
export function shapeOf(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((one) => shapeOf(one, indent)))].join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => shapeOf(one, indent)).join(' & ');
  if (schema.prefixItems) return `[${schema.prefixItems.map((one) => shapeOf(one, indent)).join(', ')}]`;
  if (schema.type === 'array') return arrayOf(schema, indent);
  if (schema.type === 'object') return objectOf(schema, indent);
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
  const pattern = schema.pattern === undefined ? '' : ` /${schema.pattern}/`;
  return `${type}${range(schema.minLength ?? schema.minimum, schema.maxLength ?? schema.maximum)}${pattern}`;
}

function arrayOf({ items, minItems, maxItems }: Schema, indent: string): string {
  const item = typeof items === 'object' && !Array.isArray(items) ? shapeOf(items, indent) : 'any';
  return `${/ [|&] /.test(item) ? `(${item})` : item}[]${range(minItems, maxItems)}`;
}

function objectOf(schema: Schema, indent: string): string {
  const { properties = {}, required = [], additionalProperties: more } = schema;
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, one]) => {
    const about = one.description ? `${inner}// ${one.description}\n` : '';
    return `${about}${inner}${name}${required.includes(name) ? '' : '?'}: ${shapeOf(one, inner)}`;
  });
  if (typeof more === 'object') lines.push(`${inner}[name]: ${shapeOf(more, inner)}`);
  if (more === true) lines.push(`${inner}…`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return '';
  if (least === most) return ` (${least})`;
  return ` (${least ?? ''}–${most ?? ''})`;
}
