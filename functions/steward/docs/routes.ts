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
 * The pages that explain the API. Anyone may request them.
 * @param describe makes the OpenAPI document
 */
export function mountDocs<V extends object>(
  app: App<V>,
  { base, now, describe }: { base: string; now: () => number; describe: () => object },
): void {
  const references = new Map<Language, string>();
  const answer = async (c: Context, make: (lang: Language) => string | null) => {
    const { lang } = readQuery(c, DocsQuery);
    const wanted = lang === undefined ? wantedBy(c) : [lang];
    const page = make(spokenOf([await pageLanguage(c, lang)]));
    if (page === null) throw new Problem('NOT_FOUND');
    return c.body(page, 200, {
      ...languageHeaders(wanted),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
      'content-security-policy': DOCS_POLICY,
      'referrer-policy': 'no-referrer',
    });
  };
  const reference = (lang: Language) => {
    const page = references.get(lang) ?? referencePage(describe() as ReferenceDocument, lang);
    references.set(lang, page);
    return page;
  };
  app.get('/', openBudget(now), (c) => c.body(null, 302, { location: `${base}/docs` }));
  app.get('/docs', openBudget(now), (c) => answer(c, reference));
  app.get('/docs/problems', openBudget(now), (c) => answer(c, (lang) => problemsPage(base, lang)));
  app.get('/docs/problems/:code', openBudget(now), (c) =>
    answer(c, (lang) => problemPage(base, c.req.param('code') ?? '', lang)),
  );
}
