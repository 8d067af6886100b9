/** A rule whose text, and the article of law behind it, open in place. */
import { articleOf, type PolicyView, reasonText, ruleText } from '../gateway/reference.ts';
import { t } from '../text.ts';

/** @param view the version of the policy that decided; without it, the one in force */
export function Rule({
  rule,
  code,
  view,
}: {
  rule: string;
  code?: string | undefined;
  view?: PolicyView | null | undefined;
}) {
  const article = articleOf(rule, view ?? undefined);
  return (
    <details class="rule">
      <summary>
        {t().states.rule(rule)}
        {code && `: ${reasonText(code, view ?? undefined)}`}
      </summary>
      <p>{ruleText(rule, view ?? undefined)}</p>
      {article && (
        <p>
          {article.text}{' '}
          <span class="faint">({article.wording ? t().entry.wording : t().entry.paraphrase})</span>
        </p>
      )}
    </details>
  );
}
