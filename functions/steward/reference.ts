/** The reference page: the OpenAPI document as HTML, without scripts or external resources. */

import { raw } from 'hono/html';
import { type Markup, markup } from '../../shared/pages/html.ts';

interface Media {
  schema: unknown;
}
interface Operation {
  summary: string;
  security: Record<string, unknown>[];
  'x-fieldgate-actions'?: string[];
  parameters?: { name: string; in: string; schema: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media>; $ref?: string }>;
}
export interface ReferenceDocument {
  info: { title: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Problem: unknown } };
}

export function referencePage(document: ReferenceDocument, codes: readonly string[]): string {
  const { title, description } = document.info;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const links = operations.map(
    ({ path, method }) =>
      markup`<li><a href="#${anchor(method, path)}"><code>${method} ${path}</code></a></li>\n`,
  );
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} HTTP API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${raw(STYLE)}</style></head>
<body><h1>${title} HTTP API</h1><p>${description}</p>
<p>Base URL <code>${document.servers[0]?.url ?? ''}</code>. The machine-readable form:
<a href="openapi.json">openapi.json</a>.</p>
<nav><ul>${links}</ul></nav>
${operations.map(section)}
<h2 id="problems">Problems</h2><p>Every refusal, except those of <code>/oauth</code>, is <code>application/problem+json</code>
with one of these codes.</p><p>${codes.map((code) => markup`<code>${code}</code> `)}</p>
${shown('Problem', document.components.schemas.Problem)}
</body></html>`.toString();
}

function section({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): Markup {
  const rows = (operation.parameters ?? []).map(
    (one) => markup`<tr><td><code>${one.name}</code></td><td>${one.in}</td><td>${json(one.schema)}</td></tr>`,
  );
  const answers = Object.entries(operation.responses).flatMap(([status, { content = {}, $ref }]) =>
    $ref === undefined
      ? Object.entries(content).map(([type, { schema }]) => shown(`${status} ${type}`, schema))
      : [markup`<p>Else: ${$ref.split('/').at(-1) ?? ''}.</p>`],
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return markup`<section id="${anchor(method, path)}"><h2><code>${method} ${path}</code></h2>
<p>${operation.summary}.</p><p>${tokens(operation)}</p>
${rows.length > 0 ? markup`<table><tr><th>parameter</th><th>in</th><th>what</th></tr>${rows}</table>` : ''}
${bodies.map(([type, { schema }]) => shown(`request ${type}`, schema))}
${answers}</section>
`;
}

function tokens({ security, 'x-fieldgate-actions': actions = [] }: Operation): string | Markup {
  if (security.length === 0) return 'Needs no token.';
  const people = security.some((one) => 'person' in one) ? ', or of a person who has logged in' : '';
  const named = actions.map((action, i) => markup`${i === 0 ? '' : ' or '}<code>${action}</code>`);
  const what = actions.length === 0 ? 'Any token' : markup`A token with the action ${named}`;
  return markup`${what}, of an agency (DPoP)${people}.`;
}

const shown = (name: string, schema: unknown) =>
  markup`<details><summary>${name}</summary>${json(schema)}</details>\n`;
const json = (value: unknown) => markup`<pre>${JSON.stringify(value, null, 1)}</pre>`;
const anchor = (method: string, path: string) => `${method}${path}`.replace(/[^A-Za-z0-9]+/g, '-');

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow:auto;background:#8881;padding:.5rem;margin:0}
section{border-top:1px solid #8886;margin-top:1.5rem}h2{font-size:1.1rem}nav ul{columns:2;list-style:none;padding:0}
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem}summary{cursor:pointer}`;
