import * as v from 'valibot';
import { LANGUAGE_TAGS } from '../../languages.ts';
import { httpTexts } from '../../messages/http.ts';
import { Registered } from './agencies.ts';
import { AnyJson, byName, line, Name, Text } from './common.ts';
import { say } from './messages.ts';
import { Form, Labels, PolicyResponse } from './policy-view.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Rate = v.object({ limit: v.number(), left: v.number() });

export const WhoamiResponse = v.object({
  ...Registered,
  trainedUntil: v.string(),
  institution: v.optional(v.string()),
  byPeople: v.optional(v.array(v.string())),
  suspended: v.optional(Text),
  person: v.optional(v.object({ name: v.string(), subject: v.string(), actions: v.array(v.string()) })),
  acts: v.array(v.string()),
  limits: v.object({
    requests: v.object({
      seconds: v.number(),
      resetsAt: v.string(),
      agency: Rate,
      officer: v.optional(Rate),
    }),
    misses: v.optional(
      v.object({
        resetsAt: v.string(),
        agency: Rate,
        officer: v.optional(Rate),
        requests: Rate,
        checks: Rate,
        leaks: Rate,
      }),
    ),
    people: v.optional(
      v.object({
        resetsAt: v.string(),
        tiers: v.array(
          v.object({
            tier: v.string(),
            levels: v.array(v.string()),
            told: v.number(),
            alert: v.number(),
            limit: v.number(),
            left: v.number(),
          }),
        ),
      }),
    ),
  }),
  clockSkew: v.number(),
  time: v.string(),
});

/** One field in the form in which a purpose releases it to the caller. */
const CatalogueField = v.object({
  name: v.string(),
  ...Labels,
  owners: v.array(v.string()),
  form: Form,
  how: v.optional(v.string()),
  way: v.optional(Text),
  secondPerson: v.optional(v.boolean()),
  rule: v.string(),
});
/** The form of a field. `schema` is JSON Schema 2020-12; `null` for a field that is computed and never stored. */
export const FieldForm = v.object({
  ...Labels,
  level: v.string(),
  owners: v.array(v.string()),
  matchable: v.boolean(),
  schema: v.nullable(byName(AnyJson)),
  members: v.optional(byName(Text)),
  values: v.optional(byName(Text)),
  checks: v.array(v.string()),
});
export const CatalogueResponse = v.object({
  collection: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  fields: byName(FieldForm),
  obligations: byName(Text),
  departments: byName(Text),
  purposes: v.array(
    v.object({
      code: v.string(),
      ...Labels,
      demands: v.array(v.string()),
      reasons: v.optional(byName(Text)),
      approval: v.string(),
      batch: v.number(),
      route: v.optional(v.string()),
      obligations: v.array(v.string()),
      fields: v.array(CatalogueField),
    }),
  ),
  intake: v.array(v.object({ name: v.string(), ...Labels, matchable: v.boolean() })),
});

const SimulatedCell = v.object({
  form: v.optional(Form),
  how: v.optional(v.string()),
  secondPerson: v.optional(v.boolean()),
  code: v.optional(v.string()),
  rule: v.string(),
  reason: v.optional(Text),
});
const SimulateResponse = v.union([
  v.object({ decision: v.string(), reason: v.string(), rule: v.string() }),
  v.object({
    outcome: v.picklist(['release', 'refused']),
    decision: v.string(),
    code: v.optional(v.string()),
    reason: v.string(),
    rule: v.string(),
    fields: byName(SimulatedCell),
    withheld: byName(SimulatedCell),
    obligations: v.array(v.string()),
    demands: v.array(v.string()),
    assumed: byName(AnyJson),
  }),
]);

/** Either the inputs of the consent table, or a whole release without a subject. */
export const SimulateRequest = v.pipe(
  strictObject({
    consent: v.optional(byName(AnyJson)),
    purpose: v.optional(Name),
    agency: v.optional(Name),
    facts: v.optional(byName(AnyJson)),
    fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  }),
  v.check(
    ({ consent, purpose, agency, facts, fields }) =>
      consent === undefined
        ? purpose !== undefined
        : [purpose, agency, facts, fields].every((member) => member === undefined),
    say(httpTexts.consentAlone),
  ),
);
export type SimulateRequest = v.InferOutput<typeof SimulateRequest>;

/** A published version by its name, or by its hash as entries give it. */
export const PolicyQuery = strictObject({
  version: v.optional(line(64)),
  hash: v.optional(line(64)),
});

/** The language of a page; by default that of `Accept-Language`. */
export const DocsQuery = strictObject({ lang: v.optional(v.picklist(LANGUAGE_TAGS)) });

export const stewardRoutes = routes('policy', 'steward', {
  readSelf: route('GET /v1/whoami', 'self.read', { response: WhoamiResponse }),
  readDirectory: route('GET /v1/directory', 'policy.read', {
    tagged: true,
    response: v.object({
      agencies: v.array(
        v.object({
          ...{ clientId: v.string(), name: Text, suspended: v.boolean() },
          ...{ departments: v.array(v.string()), roles: v.array(v.string()) },
        }),
      ),
    }),
  }),
  readCatalogue: route('GET /v1/catalogue', 'policy.read', { response: CatalogueResponse }),
  exportCatalogue: route('GET /v1/catalogue/export', 'policy.read', {
    response: v.object({
      ...{ collection: v.string(), policy: v.object({ version: v.string(), hash: v.string() }) },
      directories: v.array(v.record(v.string(), v.string())),
      note: v.optional(Text),
      fields: v.array(v.record(v.string(), v.string())),
    }),
    otherwise: { 'text/csv': v.string() },
  }),
  readCollectionSchema: route('GET /v1/schema/:collection', 'policy.read', {
    response: v.object({
      ...{ $schema: v.string(), title: v.string(), type: v.literal('object') },
      additionalProperties: v.literal(false),
      collection: v.string(),
      policy: v.object({ version: v.string(), hash: v.string() }),
      properties: byName(byName(AnyJson)),
      fields: byName(FieldForm),
    }),
    produces: 'application/schema+json',
  }),
  readPolicy: route('GET /v1/policy', 'policy.read', {
    query: PolicyQuery,
    tagged: true,
    response: PolicyResponse,
  }),
  simulatePolicy: route('POST /v1/policy/simulate', 'policy.simulate', {
    body: SimulateRequest,
    response: SimulateResponse,
  }),
});

/** What explains the API, and whether it runs. */
export const docsRoutes = routes('docs', 'steward', {
  readOpenApi: route('GET /openapi.json', 'public.read', {
    query: DocsQuery,
    response: v.looseObject({ openapi: v.string() }),
  }),
  openRoot: route('GET /', 'public.read', { response: v.string(), produces: 'text/html' }),
  openReference: route('GET /docs', 'public.read', {
    query: DocsQuery,
    response: v.string(),
    produces: 'text/html',
  }),
  openProblems: route('GET /docs/problems', 'public.read', {
    query: DocsQuery,
    response: v.string(),
    produces: 'text/html',
  }),
  openProblem: route('GET /docs/problems/:code', 'public.read', {
    query: DocsQuery,
    response: v.string(),
    produces: 'text/html',
  }),
  readHealth: route('GET /healthz', 'public.read', { response: v.object({ status: v.literal('ok') }) }),
  readReadiness: route('GET /readyz', 'public.read', { response: v.object({ status: v.literal('ready') }) }),
});
