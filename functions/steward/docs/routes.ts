import type { Context } from 'hono';
import type * as v from 'valibot';
import type { DocsQuery } from '../../../shared/contract/routes/steward.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Language } from '../../../shared/languages.ts';
import { languageHeaders, pageLanguage, spokenOf, wantedBy } from '../../http/language.ts';
import { DOCS_POLICY } from './page.ts';
import { problemPage, problemsPage } from './problems.ts';
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
