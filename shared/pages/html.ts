/** Pages to print: no script, no external resources, and all text escaped. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Labelled } from '../contract/common.ts';
import { inLanguage } from '../language.ts';
import { wordsFor } from '../messages/texts.ts';
import { valuesTexts } from '../messages/values.ts';
import { instantIn, type Zone } from '../times.ts';

/** A language tag. What a page itself says is in the nearest of its own languages. */
export type Language = string;

/** For whom a page is made: the language, and the zone in which it shows times. */
export interface Reader {
  lang: Language;
  zone: Zone;
}

/** Text that is already HTML. */
export type Markup = HtmlEscapedString;

/** A template whose values are escaped unless they are markup. No value is a promise, so the result is not one either. */
export const markup = html as (
  parts: TemplateStringsArray,
  ...values: (string | Markup | Markup[])[]
) => Markup;

const STYLE = `body{font:11pt/1.5 system-ui,"Noto Sans SC","PingFang SC",sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;break-after:avoid}table{border-collapse:collapse;width:100%}
th,td{border-top:1px solid #999;padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top;min-width:4em;overflow-wrap:break-word}span{overflow-wrap:anywhere}
time{white-space:nowrap}th,.name{word-break:keep-all}.name{font-weight:400}.watermark{position:fixed;top:45%;left:0;right:0;text-align:center;transform:rotate(-24deg);font-size:1.5rem;color:#000;opacity:.12;pointer-events:none}
.facts th{width:11em}.facts td{overflow-wrap:anywhere}.blank td{height:4.5rem}th{font-weight:600}thead{display:table-header-group}small{color:#555}.stamp{display:flex;gap:3rem;margin-top:3rem;break-inside:avoid}.stamp div{flex:1;border-top:1px solid #000;padding:.3rem 0 5rem}
@media screen and (max-width:40rem){.facts th,.facts td{display:block;width:auto;border:0;padding:.1rem 0}.facts tr{display:block;border-top:1px solid #999;padding:.4rem 0}.list thead{display:none}.list tr{display:block;border-top:1px solid #999;padding:.4rem 0}.list td{display:block;border:0;padding:.1rem 0}.list td::before{content:attr(data-head) " ";color:#555}.stamp{display:block}}
@page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif}}
@media print{body{font-size:10pt;line-height:1.4;margin:0;max-width:none;padding:0}h1{font-size:1.25rem;margin:0 0 .5rem}h2{font-size:11pt;margin:.8rem 0 .3rem}.two,.two~table,.two~div{font-size:9pt}.blank td{height:2.2rem}tr{break-inside:avoid}.stamp{margin-top:1.2rem}.stamp div{padding-bottom:4.2rem}.list th,.list td{padding:.2rem .6rem .2rem 0}.digest{font-size:.75em}.two tbody{display:grid;grid-template-columns:1fr 1fr;column-gap:1.5rem}.two tr{display:grid;grid-template-columns:8em 1fr;border-top:1px solid #999}.two th,.two td{width:auto;border:0;padding:.15rem .5rem .15rem 0}.two th{font-weight:400;color:#333}}`;

/**
 * Allows only the page's own style. Sent as a header, and part of the page so that it also applies to a saved
 * copy.
 */
const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** Headers of a page. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': PAGE_POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/** The words of an answer in the language of its page. @param labels of its fields */
export function wordsIn(lang: Language, labels: Readonly<Record<string, Labelled>>) {
  const labelOf = (one: Labelled) => inLanguage(one.label, [lang]);
  const fieldName = (field: string) => {
    const known = Object.hasOwn(labels, field) ? labels[field] : undefined;
    return known ? labelOf(known) : field;
  };
  return { labelOf, fieldName };
}

/** A whole document. */
export function page(lang: Language, title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(STYLE)}</style>
<h1>${title}</h1>
${body}
</html>
`.toString();
}

/**
 * On a narrow screen each row is a block, and each cell names its column.
 * @param rows cells of each row; without rows, the sentence is shown instead
 */
export function tableOf(
  heads: readonly string[],
  rows: readonly (string | Markup)[][],
  none: string,
): Markup {
  if (rows.length === 0) return markup`<p>${none}</p>`;
  const cells = (row: readonly (string | Markup)[]) =>
    row.map((cell, at) => markup`<td data-head="${heads[at] ?? ''}">${cell}</td>`);
  return markup`<table class="list">
<thead><tr>${heads.map((head) => markup`<th>${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
</table>`;
}

/** Names with their values, one a row. @param as `blank`: with room for a value that is written by hand; `two`: two in a row on paper */
export function factsOf(
  facts: readonly (readonly [string, string])[],
  as: '' | 'blank' | 'two' = '',
): Markup {
  const rows = facts.map(([name, value]) => markup`<tr><th>${name}</th><td>${value}</td></tr>\n`);
  return markup`<table class="facts ${as}">${rows}</table>`;
}

/** Marks as the language of the page sets them. */
export const marksIn = (lang: Language) => wordsFor(valuesTexts, lang);

/** An instant in a cell, of one line; the page names the zone once. */
export function momentIn(zone: Zone, at: string): Markup {
  return markup`<time>${instantIn(zone, at).replace(/ \([^)]*\)$/, '')}</time>`;
}

/** A short name in a cell: no line break within a Chinese one, unless there is no room for it. */
export function nameIn(name: string): Markup {
  return markup`<b class="name">${name}</b>`;
}

/** Lines to sign, and room for the stamp of the office. */
export function stampOf(lines: readonly string[]): Markup {
  return markup`<div class="stamp">${lines.map((line) => markup`<div>${line}</div>`)}</div>`;
}

/** The form in which a field was received. */
export function formName(form: string, lang: Language): string {
  return wordsFor(valuesTexts, lang)[form as 'plain'] || form;
}
