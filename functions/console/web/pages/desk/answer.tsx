/** An answer about one person. */
import type { Catalogue } from '../../../../../shared/contract/office.ts';
import type { Released, ReleasedField, ReleaseResult } from '../../../../../shared/contract/release.ts';
import { departmentName, fieldName, obligationText } from '../../gateway/reference.ts';
import { formName } from '../../log/entries.ts';
import { day, dotted, label, t, visible } from '../../text.ts';
import { Once } from '../../ui/once.tsx';
import { Rule } from '../../ui/rule.tsx';
import { Value } from '../../ui/value.tsx';

interface Props {
  answer: Released;
  asked: { case: string; purpose: string };
  words: Catalogue['fields'];
  onClear(): void;
  onAgain(): void;
}

export function AnswerView({ answer, asked, words, onClear, onAgain }: Props) {
  const { asking } = t();
  const [result] = answer.results;
  const isRefused = result !== undefined && 'refused' in result;
  return (
    <Once
      receipt={result?.receipt}
      title={isRefused ? asking.refused : t().entry.sections.given}
      about={asked.case}
      limit={asking.notForPublication}
      onClear={onClear}
      onAgain={onAgain}
    >
      {result &&
        (isRefused ? <p>{asking.quote(result.receipt.entry)}</p> : <Values result={result} words={words} />)}
      {result && !isRefused && answer.obligations.length > 0 && (
        <p class="bar warn">
          {asking.obliges}: {answer.obligations.map((one) => obligationText(one)).join(' ')}
        </p>
      )}
    </Once>
  );
}

/** The form, and what was asked or to what it was made coarser. */
function wayInWords(
  form: string,
  { way, level, predicate }: Pick<ReleasedField, 'way' | 'level' | 'predicate'>,
) {
  const how = label({ label: way }, level ?? predicate ?? '');
  return how === '' ? formName(form) : `${formName(form)} (${how})`;
}

function Values({
  result,
  words,
}: {
  result: Exclude<ReleaseResult, { refused: object }>;
  words: Catalogue['fields'];
}) {
  const { asking } = t();
  return (
    <>
      {Object.entries(result.fields).map(([name, { form, value, owner, asOf, disputed, ...of }]) => (
        <section key={name} class="card">
          <h3>{fieldName(name)}</h3>
          <p class="value">
            {of.predicate === undefined ? (
              <Value of={value} words={words[name]} />
            ) : (
              (asking.answers[String(value)] ?? visible(String(value)))
            )}
          </p>
          <p class="faint">
            {dotted(
              wayInWords(form, of),
              owner && departmentName(owner),
              asOf && asking.asOf(day(asOf)),
              disputed && asking.disputed,
            )}
          </p>
        </section>
      ))}
      {Object.keys(result.withheld).length > 0 && <h3>{asking.withheld}</h3>}
      {Object.entries(result.withheld).map(([name, { reason, code, rule }]) => (
        <section key={name}>
          {fieldName(name)}: {label({ label: reason }, code)} <Rule rule={rule} />
        </section>
      ))}
    </>
  );
}
