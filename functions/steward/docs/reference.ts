/** The reference page: the OpenAPI document for people, by who uses what. */

import type { ActName } from '../../../shared/acts.ts';
import type { Language } from '../../../shared/languages.ts';
import { docsTexts } from '../../../shared/messages/docs.ts';
import { type Markup, markup } from '../../../shared/pages/html.ts';
import { docsPage, labelsIn, say } from './page.ts';

interface Media {
  schema: Schema;
  example?: unknown;
}
interface Operation {
  summary: string;
  security: Record<string, unknown>[];
  'x-fieldgate-act': ActName;
  'x-fieldgate-actions'?: string[];
  parameters?: {
    name: string;
    in: 'path' | 'query' | 'header';
    required: boolean;
    schema: Schema;
    description: string;
  }[];
  'x-codeSamples'?: { lang: string; source: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media>; $ref?: string }>;
}
export interface ReferenceDocument {
  info: { title: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

interface Route {
  path: string;
  method: string;
  operation: Operation;
}

export function referencePage(document: ReferenceDocument, lang: Language): string {
  const t = labelsIn(lang);
  const base = document.servers[0]?.url ?? '';
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = GROUPS.map((group) => {
    const own = routes.filter(({ operation }) => groupOf(operation['x-fieldgate-act']) === group);
    return { name: say(docsTexts[group], lang), id: group, own };
  });
  const links = ({ own }: (typeof groups)[number]) =>
    own.map(
      ({ method, path }) =>
        markup`<li><a href="#${anchor(method, path)}"><code>${method} ${path}</code></a></li>\n`,
    );
  const body = markup`<p>${t('about')}</p>
<p>${t('baseUrl')}: <code>${base}</code><br>${t('forMachines')}: <a href="${base}/openapi.json"><code>openapi.json</code></a><br>
<a href="${base}/docs/problems?lang=${lang}">${t('problems')}</a></p>
<div class="search" hidden><label for="find">${t('search')}</label><input id="find" type="search" placeholder="${t('searchHint')}"><span><output for="find"></output> ${t('found')}</span></div>
<nav aria-label="${t('reference')}">${groups.map((one) => markup`<details><summary>${one.name}</summary><ul>${links(one)}</ul></details>\n`)}</nav>
${groups.map((one) => markup`<div data-group><h2 id="${one.id}">${one.name}</h2>\n${one.own.map((route) => section(route, lang, base))}</div>`)}`;
  return docsPage({ lang, title: t('title'), base, path: '/docs', body });
}

function section({ path, method, operation }: Route, lang: Language, base: string): Markup {
  const t = labelsIn(lang);
  const rows = (operation.parameters ?? []).map(
    (one) =>
      markup`<tr><td><code>${one.name}</code>${one.required ? ` (${t('required')})` : ''}</td><td>${t(one.in)}</td><td>${one.description}${t('stop')} <code>${shapeOf(one.schema)}</code></td></tr>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  const [sample] = operation['x-codeSamples'] ?? [];
  const answers = Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, media]) =>
      shown(`${t('answer')} ${status} ${type}`, media, t('schema')),
    ),
  );
  const refusals = path.startsWith('/oauth/') ? 'problems/oauth' : 'problems';
  return markup`<section id="${anchor(method, path)}" data-find="${`${operation['x-fieldgate-act']} ${operation.summary}`.toLowerCase()}"><h3><code><b class="method">${method}</b> ${path}</code></h3>
<p>${operation.summary}${t('stop')}</p><p>${tokens(operation, lang)}</p>
${rows.length > 0 ? markup`<details><summary>${t('parameters')}</summary><div class="scroll"><table><tr><th>${t('parameter')}</th><th>${t('place')}</th><th>${t('what')}</th></tr>${rows}</table></div></details>` : ''}
${bodies.flatMap(([type, media]) => [example(sample ? { ...media, example: sample.source } : media, `${t('example')} ${type}`), shown(`${t('request')} ${type}`, media, t('schema'))])}
${answers}<p>${t('otherwise')} <a href="${base}/docs/${refusals}?lang=${lang}">${t('code')}</a></p></section>
`;
}

function tokens({ security, 'x-fieldgate-actions': actions = [] }: Operation, lang: Language): string {
  if (security.length === 0) return say(docsTexts.noToken, lang);
  if (actions.length === 0) return say(docsTexts.anyToken, lang);
  const ofPeople = security.some((one) => 'person' in one);
  return say((ofPeople ? docsTexts.tokenOrPerson : docsTexts.token)(actions.join(' / ')), lang);
}

const example = ({ example: value }: Media, name: string) =>
  value === undefined ? markup`` : markup`<p>${name}</p>${json(value)}\n`;
const shown = (name: string, { schema }: Media, what: string) =>
  markup`<details><summary>${name}: ${what}</summary>${json(shapeOf(schema))}</details>\n`;
const json = (value: unknown) =>
  markup`<pre tabindex="0">${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>`;
const anchor = (method: string, path: string) => `${method}${path}`.replace(/[^A-Za-z0-9]+/g, '-');

/** A JSON schema as a reader writes it down: members with their types and limits, in a fraction of the space. */
interface Schema {
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

type Group = Extract<keyof typeof docsTexts, `group${string}`>;

/** The users of each act, by its first word or its whole name. The order is that of the page. */
const USERS: readonly (readonly [Group, readonly string[]])[] = [
  ['groupConnect', ['token', 'self', 'policy.read', 'policy.simulate', 'receipt']],
  [
    'groupAsk',
    [
      ...['release', 'case', 'purpose', 'statistics', 'leak', 'posting', 'request.file', 'request.list'],
      ...['request.read', 'request.supply', 'request.dispute', 'request.withdraw'],
    ],
  ],
  ['groupOwn', ['intake', 'source', 'task', 'request', 'usage', 'objection.resolve']],
  ['groupDesk', ['inquiry', 'consent', 'conflict', 'objection', 'check-code', 'harm', 'text']],
  ['groupOutside', ['verification', 'programme', 'release.card']],
  ['groupAudit', ['log', 'alert', 'decoy', 'freeze', 'incident', 'recusal']],
  ['groupSteward', ['agency', 'policy', 'subject', 'hold', 'keys', 'job']],
  ['groupPublic', ['public']],
];

export const GROUPS: readonly Group[] = USERS.map(([group]) => group);

/** The group whose routes the reader finds an act under; the whole name counts more than its first word. */
export function groupOf(act: ActName): Group {
  const by = (name: string) => USERS.find(([, acts]) => acts.includes(name))?.[0];
  return by(act) ?? by(act.split('.')[0] ?? '') ?? 'groupPublic';
}
