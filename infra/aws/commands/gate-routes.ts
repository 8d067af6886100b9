import { text } from './permissions.ts';
import type { Template } from './template.ts';

interface Method {
  /** `method path`. */
  name: string;
  /** Whether a signature is demanded. An empty requirement among others demands none. */
  signed: boolean;
  /** What API Gateway passes a request on to, as text. */
  target: string;
}

/** Methods of the API that no longer demand a signature, and new ones that demand none if others do. */
export function unsigned(before: Template, after: Template): string[] {
  // The pre-flight of a browser is never signed.
  const [had, has] = [methodsOf(before), methodsOf(after)].map((all) =>
    all.filter(({ name }) => !name.startsWith('options ')),
  ) as [Method[], Method[]];
  if (!had.some(({ signed }) => signed)) return [];
  const open = new Set(had.filter(({ signed }) => !signed).map(({ name }) => name));
  return has.filter(({ name, signed }) => !signed && !open.has(name)).map(({ name }) => `UNSIGNED ${name}`);
}

/**
 * Methods whose requests go elsewhere, and new ones that go to a target that the API did not have: a request carries
 * tokens and values, and an integration by HTTP would send them to any host.
 */
export function rerouted(before: Template, after: Template): string[] {
  const had = methodsOf(before);
  const targets = new Map(had.map(({ name, target }) => [name, target]));
  const known = new Set(targets.values());
  return methodsOf(after)
    .filter(({ name, target }) => (targets.has(name) ? targets.get(name) !== target : !known.has(target)))
    .map(({ name }) => `ROUTED ELSEWHERE ${name}`);
}

/** Members of the API's document apart from its paths, such as its policy and the answers that it gives itself. */
export function aboutApi(before: Template, after: Template): string[] {
  const members = ({ Resources }: Template) =>
    Object.values(Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::ApiGateway::RestApi' ? [(Properties?.['Body'] ?? {}) as Record<string, unknown>] : [],
    );
  const [had = {}] = members(before);
  const [has = {}] = members(after);
  return [...new Set([...Object.keys(had), ...Object.keys(has)])]
    .filter((name) => !DESCRIBED.has(name) && text(had[name] ?? null) !== text(has[name] ?? null))
    .sort()
    .map((name) => `API ${name} changes`);
}

/** `paths` is compared method by method. */
const DESCRIBED = new Set(['paths', 'info', 'tags', 'openapi']);

function methodsOf({ Resources }: Template): Method[] {
  return Object.values(Resources)
    .flatMap(({ Type, Properties }) =>
      Type === 'AWS::ApiGateway::RestApi' ? [Properties?.['Body']?.paths ?? {}] : [],
    )
    .flatMap((paths: Record<string, Record<string, { security?: object[]; [INTEGRATION]?: object }>>) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { security = [], [INTEGRATION]: target }]) => ({
          name: `${method} ${path}`,
          signed: security.length > 0 && security.every((one) => Object.keys(one).length > 0),
          target: text(target ?? null),
        })),
      ),
    );
}

const INTEGRATION = 'x-amazon-apigateway-integration';
