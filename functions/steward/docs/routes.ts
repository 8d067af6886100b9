import type { Context } from 'hono';
import type * as v from 'valibot';
import type { DocsQuery } from '../../../shared/contract/routes/steward.ts';
import { PROBLEM_CODES, Problem, type ProblemCode, retryOf, statusOf } from '../../../shared/errors.ts';
import type { Language } from '../../../shared/languages.ts';
import { clientCodes, clientCodesTexts } from '../../../shared/messages/client-codes.ts';
import { oauthTexts } from '../../../shared/messages/oauth.ts';
import { problemsTexts, remediesTexts } from '../../../shared/messages/problems.ts';
import { type Markup, markup } from '../../../shared/pages/html.ts';
import { languageHeaders, pageLanguage, spokenOf, wantedBy } from '../../http/language.ts';
import { slugOf } from '../../http/problem.ts';
import { DOCS_POLICY, docsPage, labelsIn, say } from './page.ts';
import { type ReferenceDocument, referencePage } from './reference.ts';

/**
 * The OpenAPI document and the pages that explain the API. Anyone may request them.
 * @param describe makes the document in a language
 */
export function docsPages(base: string, describe: (language: Language) => Promise<object>) {
  const documentIn = inEach(describe);
  const answer = async (
    { c, query: { lang } }: Paged,
    make: (lang: Language) => string | null | Promise<string>,
    headers: Record<string, string> = PAGE,
  ) => {
    const wanted = lang === undefined ? wantedBy(c) : [lang];
    const made = await make(spokenOf([await pageLanguage(c, lang)]));
    if (made === null) throw new Problem('NOT_FOUND');
    return c.body(made, 200, {
      ...languageHeaders(wanted),
      'cache-control': 'public, max-age=300',
      ...headers,
    });
  };
  const reference = inEach(async (lang) =>
    referencePage((await documentIn(lang)) as ReferenceDocument, lang),
  );
  const json = inEach(async (lang) => JSON.stringify(await documentIn(lang)));
  return {
    readOpenApi: {
      raw: async (_c: Context, read: () => Promise<Paged>) =>
        answer(await read(), json, { 'content-type': 'application/json' }),
    },
    openRoot: ({ c }: Ask) => c.body(null, 302, { location: `${base}/docs` }),
    openReference: (ask: Paged) => answer(ask, reference),
    openProblems: (ask: Paged) => answer(ask, (lang) => problemsPage(base, lang)),
    openProblem: (ask: Paged & { code: string }) => answer(ask, (lang) => problemPage(base, ask.code, lang)),
  };
}

interface Ask {
  c: Context;
}
type Paged = Ask & { query: v.InferOutput<typeof DocsQuery> };

/** Anyone may request what it makes, so that is made once a language. */
function inEach<Made>(make: (lang: Language) => Made): (lang: Language) => Made {
  const made = new Map<Language, Made>();
  return (lang) => {
    const one = made.get(lang) ?? make(lang);
    made.set(lang, one);
    return one;
  };
}

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': DOCS_POLICY,
  'referrer-policy': 'no-referrer',
};

/** What each code means, what to do, and whether to try again. The `type` of a problem leads here. */
const SLUGS: ReadonlyMap<string, ProblemCode> = new Map(PROBLEM_CODES.map((code) => [slugOf(code), code]));
/** Codes of others than the gateway's routes, a page each. */
const OTHERS = { oauth: oauthTexts, client: clientCodesTexts };
type Others = keyof typeof OTHERS;
const OF_CLIENT: ReadonlySet<string> = new Set(Object.keys(clientCodes).map(slugOf));

/** All codes, with a search. */
function problemsPage(base: string, lang: Language): string {
  const t = labelsIn(lang);
  const rows = PROBLEM_CODES.map(
    (
      code,
    ) => markup`<tr data-find="${code.toLowerCase()}"><td><a href="${base}/docs/problems/${slugOf(code)}?lang=${lang}"><code>${code}</code></a></td>
<td>${String(statusOf(code))}</td><td>${say(problemsTexts[code], lang)}</td><td>${say(remediesTexts[code], lang)}</td><td>${t(retryOf(code))}</td></tr>\n`,
  );
  const heads = (['code', 'status', 'meaning', 'todo', 'again'] as const).map(
    (one) => markup`<th>${t(one)}</th>`,
  );
  const body = markup`<p>${t('problemsAbout')}</p>
<p><a href="${base}/docs?lang=${lang}">${t('reference')}</a> · <a href="${base}/docs/problems/oauth?lang=${lang}">${t('oauth')}</a> · <a href="${base}/docs/problems/client?lang=${lang}">${t('client')}</a></p>
<div class="search" hidden><label for="find">${t('search')}</label><input id="find" type="search"><output for="find"></output></div>
<table class="codes"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
  return docsPage({ lang, title: t('problems'), base, path: '/docs/problems', body });
}

/** @param last of a problem's `type`, or a code as it is. @returns `null` for one that neither an answer nor the client has */
function problemPage(base: string, last: string, lang: Language): string | null {
  const slug = slugOf(last);
  if (slug === 'oauth') return othersPage(base, 'oauth', lang);
  const code = SLUGS.get(slug);
  const isOfClient = slug === 'client' || OF_CLIENT.has(slug);
  if (code === undefined) return isOfClient ? othersPage(base, 'client', lang) : null;
  const t = labelsIn(lang);
  const facts: [string, string | Markup][] = [
    [t('meaning'), say(problemsTexts[code], lang)],
    [t('todo'), say(remediesTexts[code], lang)],
    [t('again'), t(retryOf(code))],
    [t('status'), String(statusOf(code))],
  ];
  const body = markup`<table class="codes"><tbody>${facts.map(([name, fact]) => markup`<tr><th scope="row">${name}</th><td>${fact}</td></tr>\n`)}</tbody></table>
<p><a href="${base}/docs/problems?lang=${lang}">${t('back')}</a></p>`;
  return docsPage({ lang, title: code, base, path: `/docs/problems/${slug}`, body });
}

function othersPage(base: string, which: Others, lang: Language): string {
  const t = labelsIn(lang);
  const rows = Object.entries(OTHERS[which]).map(
    ([code, text]) => markup`<tr><td><code>${code}</code></td><td>${say(text, lang)}</td></tr>\n`,
  );
  const body = markup`<p>${t(`${which}About`)}</p><table class="codes"><tbody>${rows}</tbody></table>
<p><a href="${base}/docs/problems?lang=${lang}">${t('back')}</a></p>`;
  return docsPage({ lang, title: t(which), base, path: `/docs/problems/${which}`, body });
}
