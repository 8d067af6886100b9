/** An answer about one person. */
import type { Catalogue } from '../../../../../shared/contract/office.ts';
import type { Released, ReleaseResult } from '../../../../../shared/contract/release.ts';
import { formName } from '../../entries.ts';
import { departmentName, fieldName, obligationText } from '../../reference.ts';
import { label, t } from '../../text.ts';
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
      title={isRefused ? asking.refused : asking.given}
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
      {Object.entries(result.fields).map(([name, { form, value, owner, asOf, disputed, level }]) => (
        <section key={name} class="card">
          <h3>{fieldName(name)}</h3>
          <p class="value">
            <Value of={value} words={words[name]?.values} />
          </p>
          <p class="faint">
            {[
              formName(form) + (level ? ` ${level}` : ''),
              owner && departmentName(owner),
              asOf && asking.asOf(asOf.slice(0, 10)),
              disputed && asking.disputed,
            ]
              .filter(Boolean)
              .join(' · ')}
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
