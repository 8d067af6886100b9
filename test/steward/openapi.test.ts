import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeRoutes } from '../../functions/steward/app.ts';
import { referencePage } from '../../functions/steward/docs/reference.ts';
import { actDef } from '../../shared/acts.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { PROBLEM_CODES } from '../../shared/errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of every shape
type Any = any;

const document: Any = await describeRoutes('https://gateway.example');

describe('the OpenAPI document', () => {
  it('is version 3.1 and plain JSON', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('contains only schemas that a third-party validator accepts', () => {
    const ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      formats: { date: true },
    });
    const schemas: Any[] = [];
    JSON.stringify(document, (name, value) => {
      if (name === 'schema' && !value.$ref) schemas.push(value);
      return value;
    });
    expect(schemas.length).toBeGreaterThan(100);
    for (const schema of schemas) expect(() => ajv.compile(schema)).not.toThrow();
    expect(() => ajv.compile({ type: 'objekt' })).toThrow();
  });

  it('documents 202 for acts that need a second person or continue later', () => {
    const accepted = ALL_ROUTES.filter((route) => route.accepted).map(
      ({ method, path }) => `${method} ${path}`,
    );
    expect(accepted).toContain('POST /v1/subjects/:ref/erase');
    expect(document.paths['/v1/keys/rewrap'].post.responses).not.toHaveProperty('200');
  });

  it('is a page to read, too, with every route and no external resources', () => {
    const page = referencePage(document, 'en');
    for (const { method, path } of ALL_ROUTES) {
      const shown = path.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
      expect(page).toContain(`<b class="method">${method}</b> ${shown}`);
    }
    expect(page).not.toMatch(/<script [^>]|src=|style=|@import/);
    const odd: Any = structuredClone(document);
    odd.paths['/v1/policy'].get.summary = '<script>"';
    expect(referencePage(odd, 'en')).not.toContain('<script>"');
  });

  it('has unique operation ids, answers and errors for every route', () => {
    const operations: Any[] = Object.values(document.paths).flatMap((item) => Object.values(item as object));
    expect(operations).toHaveLength(ALL_ROUTES.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses, security } of operations) {
      expect(responses).toMatchObject({ default: { $ref: expect.any(String) } });
      expect(responses[200] ?? responses[201] ?? responses[202]).toMatchObject({
        description: expect.any(String),
      });
      expect(security).toEqual(expect.any(Array));
    }
  });

  it('resolves every reference, and declares every path parameter', () => {
    const text = JSON.stringify(document);
    for (const [, ref = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = ref.split('/').reduce((at, name) => at?.[name], document);
      expect(target, ref).toBeDefined();
    }
    for (const [path, item] of Object.entries<Any>(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values<Any>(item)) {
        const declared = parameters.filter((one: Any) => one.in === 'path').map((one: Any) => one.name);
        expect(declared).toEqual(names);
      }
    }
  });

  it('names the headers that routes read, and the closed list of codes', () => {
    const headers = (path: string) =>
      document.paths[path].post.parameters.filter((one: { in: string }) => one.in === 'header');
    expect(headers('/oauth/token')).toEqual([
      {
        ...{ name: 'DPoP', in: 'header', required: true, schema: { type: 'string' } },
        description: expect.any(String),
      },
    ]);
    expect(headers('/v1/intake')).toMatchObject([{ name: 'Idempotency-Key', required: false }]);
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(PROBLEM_CODES);
  });

  it('describes the values of members that the caller names', () => {
    const { properties } = document.paths['/v1/releases'].post.requestBody.content['application/json'].schema;
    expect(properties.subjects.items.properties.match).toEqual({
      description: expect.any(String),
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: 'string', minLength: 1, maxLength: 128 },
    });
    expect(properties.subjects.maxItems).toBe(100);
  });

  it('needs no token for health, metadata, the public log and itself only', () => {
    const open = ALL_ROUTES.filter(({ act }) => actDef(act).open).map(({ path }) => path);
    expect(open.sort()).toEqual([
      '/',
      '/.well-known/jwks.json',
      '/.well-known/jwt-vc-issuer',
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource',
      '/.well-known/openid-configuration',
      '/.well-known/token-keys.json',
      '/attestations/check',
      '/attestations/signature',
      '/attestations/status',
      '/console',
      '/console/*',
      '/docs',
      '/docs/problems',
      '/docs/problems/:code',
      '/healthz',
      '/log/builds',
      '/log/checkpoint',
      '/log/key',
      '/log/pending',
      '/log/policy',
      '/log/signatures/*',
      '/log/sm3/*',
      '/log/tile/*',
      '/log/witnessed',
      '/log/writer-key',
      '/oauth/token',
      '/openapi.json',
      '/readyz',
      '/v1/notices',
      '/v1/notices/:hash',
      '/v1/sessions',
      '/v1/sessions',
      '/v1/sessions/end',
      '/v1/sessions/renew',
      '/v1/status/:list',
      '/witnessed/checkpoint',
      '/witnessed/tile/*',
    ]);
  });
});
