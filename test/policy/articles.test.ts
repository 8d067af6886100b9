/** The articles of law behind rules: one for each rule, each text marked as the law's own words or as a paraphrase. */
import { expect, it } from 'vitest';
import { articleOf } from '../../shared/policy/pack/articles.ts';
import { faultsOf } from './changed-pack.ts';
import { compileFolder, HOUSING_FOLDER, children as shipped } from './support.ts';

it('every rule of the shipped pack shows its article in each language', () => {
  for (const rule of shipped.rules.keys()) {
    const article = articleOf(shipped, rule);
    expect(Object.keys(article?.text ?? {}), rule).toEqual(shipped.languages);
    // The English texts are the project's own.
    expect(article?.wording, rule).not.toContain('en');
  }
  expect(articleOf(shipped, 'A12.1')).toMatchObject({ name: 'A12', wording: ['zh'] });
  expect(articleOf(shipped, 'PIPL19')?.text['zh']).toContain('所必要的最短时间');
  expect(articleOf(shipped, 'A99.1')).toBeUndefined();
});

it('a pack without articles shows none', () => {
  expect(articleOf(compileFolder(HOUSING_FOLDER), 'A1')).toBeUndefined();
});

it.each([
  ['a rule without an article', 'A18:\n', 'A19:\n', /"A18.1" has no article: add A18 to `articles`/],
  ['an article without a rule', 'A18:\n', 'A19:\n', /no rule belongs to "A19"/],
  ['wording in a language of no text', 'wording: [zh]', 'wording: [fr]', /"fr" is not in `languages`/],
])('%s is a fault', (_, from, to, fault) => {
  expect(faultsOf('articles.yaml', from, to)).toContainEqual(expect.stringMatching(fault));
});
