/** `fieldgate pack rule`: a rule in words, and the article of law that it rests on. */
import { languageOf } from '../../../shared/language.ts';
import { articleOf } from '../../../shared/policy/pack/articles.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Article } from '../../../shared/policy/pack/parts.ts';
import { type GlobalOptions, print } from '../common.ts';
import { spoken, texts, wanted } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs } from '../terminal/table.ts';

const { rule: t } = await texts('policy');

type Named = Article & { name: string };

export function ruleCommand(pack: Pack, id: string, options: GlobalOptions): void {
  const text = pack.rules.get(id);
  if (!text) throw new UsageError(t.noRule(id));
  const article = articleOf(pack, id);
  const laws = pack.bases.filter((base) => id.startsWith(base.slice(0, base.indexOf(' '))));
  const law = laws.sort((one, other) => other.indexOf(' ') - one.indexOf(' '))[0] ?? '';
  print(options, { rule: id, text, law, article: article ?? null }, () =>
    pairs([[t.rule, `${id}  ${spoken(text)}`], [t.law, law], ...articleRows(article)]),
  );
}

/** The article in the reader's language, with whose words they are. */
export function articleRows(article: Named | undefined): (readonly [string, string])[] {
  if (!article) return [];
  const tag = languageOf(Object.keys(article.text), wanted) ?? '';
  const whose = article.wording.includes(tag) ? t.wording : t.paraphrase;
  return [[t.article, `${article.name}  ${spoken(article.text)} (${whose})`]];
}
