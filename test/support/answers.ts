/** Holds real answers against the OpenAPI document, by a JSON Schema validator of other people. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApi } from '../../functions/http/openapi.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { wordsIn } from '../../shared/contract/words/load.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of every shape
type Any = any;

const ajv = new Ajv2020({ strict: false, allErrors: false });
let routes: { method: string; pattern: RegExp; operation: Any }[] | null = null;
const validators = new Map<object, ValidateFunction>();
const NOWHERE = { server: '', version: '', words: await wordsIn('en'), actions: () => [] };
const { components } = openApi([], NOWHERE) as Any;

/**
 * @param path as called, with its query
 * @throws Error that names route, status and place, never a value: an answer that the document does not have
 */
export function checkAnswer(method: string, path: string, status: number, type: string, body: unknown): void {
  const found = routeOf(method, path);
  if (!found) return;
  const where = `${method} ${found.pattern.source} answered ${status}`;
  const declared =
    found.operation.responses[status] ?? (status >= 400 ? problem(found.operation) : undefined);
  if (!declared) throw new Error(`${where}, which the document does not have`);
  if (declared.content === undefined && type === '') return;
  const [media = ''] = type.split(';');
  const content = declared.content?.[media];
  if (!content) throw new Error(`${where} as ${media}, which the document does not have`);
  if (!media.endsWith('json') || media === 'application/x-ndjson') return;
  const validate = validatorOf(content.schema);
  if (!validate(body)) {
    const [fault] = validate.errors ?? [];
    const more = fault?.params['additionalProperty'] ?? fault?.params['missingProperty'] ?? '';
    throw new Error(`${where}, not as documented: ${fault?.instancePath} ${fault?.message} ${more}`);
  }
}

function problem(operation: Any): Any {
  const name = operation.responses.default.$ref.split('/').at(-1);
  const { content } = components.responses[name];
  const schema = name === 'Problem' ? components.schemas.Problem : content['application/json'].schema;
  return { content: { [Object.keys(content)[0] as string]: { schema } } };
}

function routeOf(method: string, path: string) {
  routes ??= Object.entries<Any>(openApi(ALL_ROUTES, NOWHERE).paths).flatMap(([template, operations]) =>
    Object.entries<Any>(operations).map(([name, operation]) => ({
      method: name.toUpperCase(),
      pattern: new RegExp(`^${template.replace(/\{path\}/, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );
  const [plain = ''] = path.split('?');
  const fitting = routes.filter((route) => route.method === method && route.pattern.test(plain));
  // `/v1/agencies/self/jwks` is not the route of an agency with that id.
  return fitting.find(({ pattern }) => !pattern.source.includes('[^/]+')) ?? fitting[0];
}

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile(closed(schema) as object);
  validators.set(schema, known);
  return known;
}

/** The same schema without room for members that it does not name: what is not documented must not be there. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}
