import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { FieldValue, MAPS, ProblemDetails } from '../../shared/contract/routes/common.ts';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import { defined } from '../../shared/defined.ts';
import { type ActName, actDef } from '../../shared/policy/acts/names.ts';

interface Described {
  /** Public base URL. */
  server: string;
  version: string;
  /** Actions of a token, one of which the act needs; none if any token is enough. */
  actions(act: ActName): readonly string[];
  /** The fields that an intake may write, as the pack has them. */
  written?: JsonSchema;
  /** Bodies by method and path, as objects. */
  examples?: Readonly<Record<string, unknown>>;
  /** Whole requests by method and path, where a body alone does not show how one is made. */
  samples?: Readonly<Record<string, string>>;
}

/**
 * The OpenAPI 3.1 document of these routes, made from the schemas that validate their input.
 */
export function openApi(
  routes: readonly RouteContract[],
  { server, version, actions, written, examples = {}, samples = {} }: Described,
) {
  const paths: Record<string, Record<string, object>> = Object.create(null);
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
    paths[path] ??= Object.create(null) as Record<string, object>;
    const name = `${route.method} ${route.path}`;
    const sample = samples[name];
    paths[path][route.method.toLowerCase()] = {
      ...operation(route, actions(route.act), examples[name], written),
      ...(sample !== undefined && { 'x-codeSamples': [{ lang: 'HTTP', source: sample }] }),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fieldgate',
      version,
      description:
        'A data gateway that releases only the fields that a purpose allows and logs every decryption.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemDetails, 'output') },
      responses: {
        Problem: {
          description: 'RFC 9457 problem details; `code` is from a closed list',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
        OAuthError: {
          description: 'RFC 6749 error',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  error: { type: 'string' },
                  error_description: { type: 'string' },
                  error_uri: { type: 'string' },
                  /** The description in the language of the caller, unless that is English. */
                  message: { type: 'string' },
                },
                required: ['error'],
              },
            },
          },
        },
      },
      securitySchemes: {
        dpop: {
          type: 'http',
          scheme: 'DPoP',
          description:
            'RFC 9449: `Authorization: DPoP <token>` and a fresh proof in the `DPoP` header for each request',
        },
        person: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token of the OpenID Connect issuer that `/.well-known/oauth-protected-resource` names',
        },
      },
    },
  };
}

function operation(
  route: RouteContract,
  actions: readonly string[],
  example: unknown,
  written: JsonSchema | undefined,
): object {
  const error = route.path.startsWith('/oauth/') ? 'OAuthError' : 'Problem';
  const parameters = [
    ...pathParameters(route.path),
    ...queryParameters(route.query),
    ...headerParameters(route.headers),
    ...(route.tagged ? [IF_NONE_MATCH] : []),
  ];
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    security: securityOf(route, actions),
    'x-fieldgate-act': route.act,
    ...defined({
      'x-fieldgate-actions': actions.length > 0 ? actions : undefined,
      parameters: parameters.length > 0 ? parameters : undefined,
      requestBody: route.request && {
        required: !route.bodyOptional,
        content: withExample(content(route.request, 'input', written), example),
      },
    }),
    responses: {
      ...(route.response && {
        200: answer('Done', {
          [route.produces ?? 'application/json']: route.response,
          ...route.otherwise,
        }),
      }),
      ...defined({
        201: route.created && answer('Created', { 'application/json': route.created }),
        202: route.accepted && answer('Accepted', { 'application/json': route.accepted }),
        304: route.tagged && { description: 'The answer that `If-None-Match` names' },
      }),
      default: { $ref: `#/components/responses/${error}` },
    },
  };
}

const IF_NONE_MATCH = { name: 'if-none-match', in: 'header', schema: { type: 'string' } };

function answer(description: string, types: Record<string, v.GenericSchema<unknown, unknown>>): object {
  return {
    description,
    headers: { 'x-request-id': { schema: { type: 'string' } } },
    content: content(types, 'output'),
  };
}

/** Actions that a role of people may grant. A route that needs no action accepts any token. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['audit', 'steward', 'casework']);

function securityOf({ act }: RouteContract, actions: readonly string[]): object[] {
  if (actDef(act).open) return [];
  const ofPeople = actions.length === 0 || actions.some((action) => OF_PEOPLE.has(action));
  return [{ dpop: [] }, ...(ofPeople ? [{ person: [] }] : [])];
}

function pathParameters(path: string): object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return [...names, ...(path.endsWith('*') ? ['path'] : [])].map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: RouteContract['query']): object[] {
  return Object.entries(query?.entries ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(schema, 'input'),
  }));
}

function headerParameters(headers: RouteContract['headers'] = {}): object[] {
  return Object.entries(headers).map(([name, { schema, required = false }]) => ({
    name,
    in: 'header',
    required,
    schema: schemaOf(schema, 'input'),
  }));
}

function withExample(types: Record<string, object>, example: unknown): object {
  const [type] = ['application/json', 'application/x-www-form-urlencoded'].filter((one) => types[one]);
  return type !== undefined && example !== undefined
    ? { ...types, [type]: { ...types[type], example } }
    : types;
}

function content(
  types: Record<string, v.GenericSchema<unknown, unknown>>,
  mode: 'input' | 'output',
  written?: JsonSchema,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(types).map(([type, schema]) => [type, { schema: schemaOf(schema, mode, written) }]),
  );
}

/** OpenAPI 3.1 schemas are JSON Schema 2020-12. What JSON Schema cannot express (sizes in bytes) is left out. */
function schemaOf(
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
