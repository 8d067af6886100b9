import type { JsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { type ActName, actDef } from '../../shared/acts.ts';
import { schemaOf } from '../../shared/contract/json-schema.ts';
import { ProblemDetails } from '../../shared/contract/routes/common.ts';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import type { Words } from '../../shared/contract/words/words.ts';
import { defined } from '../../shared/defined.ts';
import { described } from './described.ts';

type Schema = v.GenericSchema<unknown, unknown>;

interface Described {
  /** Public base URL. */
  server: string;
  version: string;
  /** What routes and members mean, in the language of the document. */
  words: Words;
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
  { server, version, words, actions, written, examples = {}, samples = {} }: Described,
) {
  const paths: Record<string, Record<string, object>> = Object.create(null);
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
    paths[path] ??= Object.create(null) as Record<string, object>;
    const name = `${route.method} ${route.path}`;
    const sample = samples[name];
    paths[path][route.method.toLowerCase()] = {
      ...operation(route, { words, written, actions: actions(route.act), example: examples[name] }),
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
      schemas: { Problem: describedIn(words, '', 'problem', schemaOf(ProblemDetails, 'output')) },
      responses: {
        Problem: {
          description: 'RFC 9457 problem details; `code` is from a closed list',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
        OAuthError: {
          description: 'RFC 6749 error',
          content: {
            'application/json': {
              schema: describedIn(words, '', 'error', OAUTH_ERROR),
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
            'An access token of the OpenID Connect issuer that `/.well-known/oauth-protected-resource` names, if the operator allows tokens that are bound to no key. A bound one is sent as `dpop`',
        },
      },
    },
  };
}

interface Around {
  words: Words;
  actions: readonly string[];
  example: unknown;
  written: JsonSchema | undefined;
}

function operation(route: RouteContract, { words, actions, example, written }: Around): object {
  const name = `${route.method} ${route.path}`;
  const error = route.path.startsWith('/oauth/') ? 'OAuthError' : 'Problem';
  const say = (place: string) => words.word(name, place)[1];
  const content = (types: Record<string, Schema>, place: string, mode: 'input' | 'output') =>
    Object.fromEntries(
      Object.entries(types).map(([type, schema]) => [
        type,
        { schema: described(schemaOf(schema, mode, written), place, say, written) },
      ]),
    );
  const answer = (description: string, types: Record<string, Schema>) => ({
    description,
    headers: { 'x-request-id': { description: say('header.x-request-id'), schema: { type: 'string' } } },
    content: content(types, 'answer', 'output'),
  });
  const parameters = [
    ...pathParameters(route.path),
    ...queryParameters(route.query),
    ...headerParameters(route.headers),
    ...(route.tagged ? [IF_NONE_MATCH] : []),
  ].map((one) => ({
    ...one,
    description: say(`${one.in}.${one.name}`),
    schema: described(one.schema, `${one.in}.${one.name}`, say),
  }));
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: words.summary(name),
    security: securityOf(route, actions),
    'x-fieldgate-act': route.act,
    ...defined({
      'x-fieldgate-actions': actions.length > 0 ? actions : undefined,
      parameters: parameters.length > 0 ? parameters : undefined,
      requestBody: (route.body ?? route.bodyAs) && {
        required: !route.bodyOptional,
        content: withExample(content(bodiesOf(route), 'body', 'input'), example),
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

const TEXT: JsonSchema = { type: 'string' };
const OAUTH_ERROR: JsonSchema = {
  type: 'object',
  properties: { error: TEXT, error_description: TEXT, error_uri: TEXT, message: TEXT },
  required: ['error'],
};

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: JsonSchema;
}

const IF_NONE_MATCH: Parameter = { name: 'if-none-match', in: 'header', schema: TEXT };

/** Actions that a role of people may grant. A route that needs no action accepts any token. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['audit', 'steward', 'casework']);

function securityOf({ act }: RouteContract, actions: readonly string[]): object[] {
  if (actDef(act).open) return [];
  const ofPeople = actions.length === 0 || actions.some((action) => OF_PEOPLE.has(action));
  return [{ dpop: [] }, ...(ofPeople ? [{ person: [] }] : [])];
}

function pathParameters(path: string): Parameter[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return [...names, ...(path.endsWith('*') ? ['path'] : [])].map((name = '') => ({
    name,
    in: 'path',
    required: true,
    schema: TEXT,
  }));
}

function queryParameters(query: RouteContract['query']): Parameter[] {
  return Object.entries(query?.entries ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(schema, 'input'),
  }));
}

function headerParameters(headers: RouteContract['headers'] = {}): Parameter[] {
  return Object.entries(headers).map(([name, { schema, required = false }]) => ({
    name,
    in: 'header',
    required,
    schema: schemaOf(schema, 'input'),
  }));
}

function bodiesOf({ body, bodyAs }: RouteContract): Record<string, Schema> {
  return { ...(body && { 'application/json': body }), ...bodyAs };
}

function withExample(types: Record<string, object>, example: unknown): object {
  const [type] = ['application/json', 'application/x-www-form-urlencoded'].filter((one) => types[one]);
  return type !== undefined && example !== undefined
    ? { ...types, [type]: { ...types[type], example } }
    : types;
}

const describedIn = (words: Words, line: string, path: string, schema: JsonSchema) =>
  described(schema, path, (place) => words.word(line, place)[1]);
