/** The frame of the pages under /docs: one style and one script, each allowed by its hash. */
import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { Text } from '../../../shared/language.ts';
import { LANGUAGE_TAGS, LANGUAGES, type Language } from '../../../shared/languages.ts';
import { docsTexts } from '../../../shared/messages/docs.ts';
import { type Markup, markup } from '../../../shared/pages/html.ts';

export interface Page {
  lang: Language;
  title: string;
  /** Base URL of the gateway, for links. */
  base: string;
  /** Path of this page below the base. */
  path: string;
  body: Markup;
}

export const say = (text: Text, lang: Language): string => text[lang] ?? '';

type Label = Exclude<keyof typeof docsTexts, 'token' | 'tokenOrPerson'>;

/** The labels of the pages in one language. */
export const labelsIn = (lang: Language) => (name: Label) => say(docsTexts[name], lang);

export function docsPage({ lang, title, base, path, body }: Page): string {
  return markup`<!doctype html>
<html lang="${LANGUAGES[lang].tag}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${raw(STYLE)}</style></head>
<body><header><a href="${base}/docs?lang=${lang}">Fieldgate</a> ${LANGUAGE_TAGS.filter((one) => one !== lang).map((one) => markup`<a href="${base}${path}?lang=${one}" hreflang="${one}" lang="${LANGUAGES[one].tag}">${LANGUAGES[one].name}</a> `)}</header>
<main><h1>${title}</h1>
${body}</main><script>${raw(SCRIPT)}</script></body></html>
`.toString();
}

const STYLE = `:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 25%,transparent);--soft:color-mix(in srgb,currentColor 7%,transparent)}
*{box-sizing:border-box}body{font:16px/1.55 system-ui,"Noto Sans SC","PingFang SC",sans-serif;max-width:62rem;margin:0 auto;padding:0 1rem 4rem}
header{display:flex;justify-content:space-between;padding:.75rem 0;border-bottom:1px solid var(--line)}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}code,pre{font-family:ui-monospace,monospace;font-size:.875em}
pre{overflow:auto;background:var(--soft);padding:.75rem;margin:.25rem 0;border-radius:.25rem}code{overflow-wrap:anywhere}
section{border-top:1px solid var(--line);padding:1rem 0}section p{margin:.25rem 0}summary{cursor:pointer;min-height:1.75rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line)}
.scroll{overflow-x:auto}.search{position:sticky;top:0;background:Canvas;padding:.75rem 0;display:flex;gap:.75rem;align-items:center}
input{font:inherit;flex:1;min-width:0;padding:.4rem .6rem;border:1px solid var(--line);border-radius:.25rem}nav ul{list-style:none;padding:0;columns:2 14rem}
nav li{break-inside:avoid;overflow-wrap:anywhere}b.method{display:inline-block;min-width:4.2em;font-family:ui-monospace,monospace}[hidden]{display:none}
@media(max-width:40rem){nav ul{columns:1}table.codes,.codes tbody,.codes tr,.codes td{display:block}.codes thead{display:none}.codes td{border:0;padding:.1rem 0}.codes tr{border-top:1px solid var(--line);padding:.5rem 0}}`;

/** Hides what does not hold every word of the search. Without a script the whole page is there. */
const SCRIPT = `const box=document.querySelector('input[type=search]');if(box){const parts=[...document.querySelectorAll('[data-find]')];
const count=document.querySelector('output');const find=()=>{const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);let n=0;
for(const part of parts){const text=part.dataset.find+' '+part.textContent.toLowerCase();part.hidden=!words.every(word=>text.includes(word));if(!part.hidden)n++}
for(const group of document.querySelectorAll('[data-group]'))group.hidden=![...group.querySelectorAll('[data-find]')].some(part=>!part.hidden);
count.textContent=String(n)};box.closest('.search').hidden=false;box.addEventListener('input',find);find()}`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The policy of these pages: their own style and script, and nothing from elsewhere. */
export const DOCS_POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
