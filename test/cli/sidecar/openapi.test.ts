/** The sidecar describes itself, and the description agrees with what it takes. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { describe as description, index } from '../../../infra/cli/sidecar/openapi.ts';
import { ROUTES, routeAt } from '../../../infra/cli/sidecar/routes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into
const document = description() as any;
const bodies = ROUTES.filter(({ method, members, of }) => method === 'POST' && members.size > 0 && !of);

it.each(ROUTES)('$name is described, and listed at the root', ({ name, method, path }) => {
  expect(document.paths[path][method.toLowerCase()].summary).toBeTruthy();
  expect(index('edu-county')).toMatchObject({ routes: { [name]: expect.any(String) } });
  expect(routeAt(method, path.replace('{id}', 'A-1'))?.route.name).toBe(name);
});

it.each(bodies)('the example of $name has the form that the description gives', ({ path }) => {
  const { schema, example } = document.paths[path].post.requestBody.content['application/json'];
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(document, 'sidecar');
  const resolved = JSON.parse(JSON.stringify(schema).replaceAll('#/components', 'sidecar#/components'));
  const valid = ajv.compile(resolved);
  expect(valid(example), JSON.stringify(valid.errors)).toBe(true);
  expect(valid({ ...example, unknown: 1 })).toBe(false);
});

it.each(ROUTES.filter(({ of }) => of))(
  '$name is called by its path at the gateway, too',
  ({ name, of, method }) => {
    expect(routeAt(method, of?.path.replace(':id', 'A-1') ?? '')).toMatchObject({ route: { name } });
  },
);

it('no other route of the gateway is offered', () => {
  expect(routeAt('POST', '/v1/agencies/A-1/suspend')).toBeNull();
  expect(routeAt('POST', '/v1/subjects/A-1/erase')).toBeNull();
});

it('a path of more parts, or of none, is no route', () => {
  for (const path of [
    '/requests/',
    '/requests/a/b/approve',
    '/requests//approve',
    '/requests/%2e',
    '/requests/a/',
  ])
    expect(routeAt('GET', path)?.route.name ?? null, path).toBe(
      path === '/requests/%2e' ? 'GET /requests/{id}' : null,
    );
});
