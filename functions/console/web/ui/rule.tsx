/** A rule whose text, and the article of law behind it, open in place. */
import { articleOf, ruleText } from '../reference.ts';
import { t } from '../text.ts';

export function Rule({ rule, code }: { rule: string; code?: string | undefined }) {
  const article = articleOf(rule);
  return (
    <details class="rule">
      <summary>
        {t().states.rule(rule)} {code && <span class="mono faint">{code}</span>}
      </summary>
      <p>{ruleText(rule)}</p>
      {article && (
        <p>
          {article.text}{' '}
          <span class="faint">({article.wording ? t().entry.wording : t().entry.paraphrase})</span>
        </p>
      )}
    </details>
  );
}
