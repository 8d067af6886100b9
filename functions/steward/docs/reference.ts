/** The reference page: the OpenAPI document for people, by who uses what. */

import type { ActName } from '../../../shared/acts.ts';
import type { Language } from '../../../shared/languages.ts';
import { docsTexts } from '../../../shared/messages/docs.ts';
import { type Markup, markup } from '../../../shared/pages/html.ts';
import { GROUPS, groupOf } from './groups.ts';
import { docsPage, labelsIn, say } from './page.ts';
import { type Schema, shapeOf } from './shape.ts';

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
