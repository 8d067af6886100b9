/** The sidecar's own description: `GET /` for people, `GET /openapi.json` for programs. */

import * as v from 'valibot';
import packageFile from '../../../package.json' with { type: 'json' };
import { schemaOf } from '../../../shared/contract/json-schema.ts';
import { EntriesResponse } from '../../../shared/contract/routes/log.ts';
import { ReleaseResponse, releaseRoutes } from '../../../shared/contract/routes/release.ts';
import { requestRoutes } from '../../../shared/contract/routes/requests.ts';
import { subjectRoutes } from '../../../shared/contract/routes/subjects.ts';
import { VerificationResponse, verifyRoutes } from '../../../shared/contract/routes/verify.ts';
import { ListState } from '../../../shared/contract/routes/verify-lists.ts';
import { wordsIn } from '../../../shared/contract/words/load.ts';
import { bare, membersOf, type Schema } from '../derive/schema.ts';
import { language, texts } from '../messages/language.ts';
import { examples } from './examples.ts';
import { ROUTES, type Route } from './routes.ts';

const { about, openapi: t } = await texts('sidecar');
const words = await wordsIn(language);

const summaryOf = ({ name, of }: Route) => (of ? words.summary(of.line) : about[name as keyof typeof about]);

const SUBJECT = { $ref: '#/components/schemas/Subject' };
const SUBJECTS = { type: 'array', items: SUBJECT, minItems: 1 };
const NAMES = { type: 'array', items: { type: 'string' } };
/** Members whose type alone says too little. */
const SCHEMAS: Readonly<Record<string, object>> = {
  subject: SUBJECT,
  subjects: SUBJECTS,
  rows: SUBJECTS,
  fields: NAMES,
  officers: NAMES,
  missing: NAMES,
  documents: NAMES,
  records: { type: 'array', items: { type: 'object' }, minItems: 1 },
};

type Answer = v.GenericSchema<unknown, unknown>;
const itemsOf = (list: unknown) => v.object({ items: list as Answer });
/** What routes answer that are the sidecar's own; of the rest the words alone say it. */
const OWN: Readonly<Partial<Record<Route['name'], Answer>>> = {
  'GET /programmes': itemsOf(verifyRoutes.listProgrammes.response.entries.programmes),
  'POST /find': subjectRoutes.findSubject.response,
  'POST /release': ReleaseResponse,
  'POST /verify': VerificationResponse,
  'POST /lists/{id}': ListState,
  'GET /lists/{id}': ListState,
  'POST /requests': requestRoutes.fileRequest.response,
  'GET /log': itemsOf(EntriesResponse.entries.entries),
};

/** A list of the gateway is read in whole, as `items`. */
function answerOf({ name, path, of }: Route): object {
  const list = of && membersOf(of.response).find(([member]) => member === path.slice(1))?.[1];
  const schema = list ? itemsOf(bare(list as Schema)) : ((of?.response as Answer | undefined) ?? OWN[name]);
  return schema ? schemaOf(schema, 'output') : { type: 'object' };
}

export function index(clientId: string): object {
  const routes = Object.fromEntries(ROUTES.map((route) => [route.name, summaryOf(route)]));
  return { fieldgate: packageFile.version, agency: clientId, openapi: '/openapi.json', routes };
}

export function describe(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    servers: [{ url: '/' }],
    info: { title: t.title, version: packageFile.version, description: t.what },
    paths,
    components: { schemas: { Subject: subject(), Problem: problem() } },
  };
}

function operation(route: Route): object {
  const { method, path, members, lines, name } = route;
  const parameters = [
    ...(path.includes('{id}')
      ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
      : []),
    ...(method === 'GET' ? [...members].map(([name, type]) => parameter(route, name, type)) : []),
  ];
  const schema = bodySchema(route);
  const content = { 'application/json': { schema, ...(examples[name] && { example: examples[name] }) } };
  const type = lines ? 'application/x-ndjson' : 'application/json';
  const good = {
    description: lines ? t.lines : t.answer,
    content: { [type]: { schema: answerOf(route) } },
  };
  const accepted = schemaOf(releaseRoutes.releaseFields.accepted, 'output');
  const filed = { description: t.filed, content: { 'application/json': { schema: accepted } } };
  const bad = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    operationId: name.toLowerCase().replaceAll(/\W+/g, '-').replace(/-$/, ''),
    summary: summaryOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'POST' && { requestBody: { required: 'required' in schema, content } }),
    responses: {
      200: good,
      ...(name === 'POST /release' && { 202: filed }),
      default: { description: t.problem, content: bad },
    },
  };
}

function parameter(route: Route, name: string, type: string): object {
  const schema = { type: type.replace('!', '') };
  return { name, in: 'query', required: type.endsWith('!'), schema, ...meaningOf(route, name) };
}

/** What a member of the gateway's own routes means. */
const meaningOf = ({ of }: Route, name: string) =>
  of && { description: words.word(of.line, `${of.method === 'GET' ? 'query' : 'body'}.${name}`)[1] };

function bodySchema(route: Route): object {
  const { members } = route;
  const required = [...members].flatMap(([name, type]) => (type.endsWith('!') ? [name] : []));
  const properties = Object.fromEntries(
    [...members].map(([name, type]) => [
      name,
      { ...(SCHEMAS[name] ?? { type: type.replace('!', '') }), ...meaningOf(route, name) },
    ]),
  );
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function subject(): object {
  const keys = { type: 'object', additionalProperties: { type: 'string' } };
  return {
    description: t.subject,
    type: 'object',
    properties: { ref: { type: 'string' }, match: keys, code: { type: 'string' } },
  };
}

function problem(): object {
  return {
    type: 'object',
    required: ['code'],
    properties: {
      code: { type: 'string' },
      message: { type: 'string' },
      status: { type: 'integer' },
      rule: { type: 'string' },
      reason: { type: 'string' },
    },
  };
}
