import type { Context } from 'hono';
import { DocsQuery } from '../../../shared/contract/routes/steward.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Language } from '../../../shared/languages.ts';
import type { App } from '../../http/app.ts';
import { readQuery } from '../../http/body.ts';
import { languageHeaders, pageLanguage, spokenOf, wantedBy } from '../../http/language.ts';
import { openBudget } from '../../http/open-budget.ts';
import { DOCS_POLICY } from './page.ts';
import { problemPage, problemsPage } from './problems.ts';
import { type ReferenceDocument, referencePage } from './reference.ts';

/**
 * The OpenAPI document and the pages that explain the API. Anyone may request them.
 * @param describe makes the document in a language
 */
export function mountDocs<V extends object>(
  app: App<V>,
  {
    base,
    now,
    describe,
  }: { base: string; now: () => number; describe: (language: Language) => Promise<object> },
): void {
  const documentIn = inEach(describe);
  const answer = async (
    c: Context,
    make: (lang: Language) => string | null | Promise<string>,
    headers: Record<string, string> = PAGE,
  ) => {
    const { lang } = readQuery(c, DocsQuery);
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
  app.get('/openapi.json', openBudget(now), (c) => answer(c, json, { 'content-type': 'application/json' }));
  app.get('/', openBudget(now), (c) => c.body(null, 302, { location: `${base}/docs` }));
  app.get('/docs', openBudget(now), (c) => answer(c, reference));
  app.get('/docs/problems', openBudget(now), (c) => answer(c, (lang) => problemsPage(base, lang)));
  app.get('/docs/problems/:code', openBudget(now), (c) =>
    answer(c, (lang) => problemPage(base, c.req.param('code') ?? '', lang)),
  );
}

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
