/** What each code means, what to do, and whether to try again. The `type` of a problem leads here. */
import { PROBLEM_CODES, type ProblemCode, retryOf, statusOf } from '../../../shared/errors.ts';
import type { Language } from '../../../shared/languages.ts';
import { oauthTexts } from '../../../shared/messages/oauth.ts';
import { problemsTexts, remediesTexts } from '../../../shared/messages/problems.ts';
import { type Markup, markup } from '../../../shared/pages/html.ts';
import { slugOf } from '../../http/problem.ts';
import { docsPage, labelsIn, say } from './page.ts';

const SLUGS: ReadonlyMap<string, ProblemCode> = new Map(PROBLEM_CODES.map((code) => [slugOf(code), code]));
const OAUTH = 'oauth';

/** All codes, with a search. */
export function problemsPage(base: string, lang: Language): string {
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
<p><a href="${base}/docs?lang=${lang}">${t('reference')}</a> · <a href="${base}/docs/problems/${OAUTH}?lang=${lang}">${t('oauth')}</a></p>
<div class="search" hidden><label for="find">${t('search')}</label><input id="find" type="search"><output for="find"></output></div>
<table class="codes"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
  return docsPage({ lang, title: t('problems'), base, path: '/docs/problems', body });
}

/** @param slug the last part of a problem's `type`. @returns `null` for one that no answer has */
export function problemPage(base: string, slug: string, lang: Language): string | null {
  if (slug === OAUTH) return oauthPage(base, lang);
  const code = SLUGS.get(slug);
  if (code === undefined) return null;
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

function oauthPage(base: string, lang: Language): string {
  const t = labelsIn(lang);
  const rows = Object.entries(oauthTexts).map(
    ([code, text]) => markup`<tr><td><code>${code}</code></td><td>${say(text, lang)}</td></tr>\n`,
  );
  const body = markup`<p>${t('oauthAbout')}</p><table class="codes"><tbody>${rows}</tbody></table>
<p><a href="${base}/docs/problems?lang=${lang}">${t('back')}</a></p>`;
  return docsPage({ lang, title: t('oauth'), base, path: `/docs/problems/${OAUTH}`, body });
}
