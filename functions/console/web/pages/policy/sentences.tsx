/** Sentences of law: each in the languages of the policy, what was looked at, and a case against it. */
import type { Answer } from '../../../../../shared/contract/api.ts';
import { read } from '../../gateway/api.ts';
import { type PolicyView, purposeName, roleName } from '../../gateway/reference.ts';
import { number, t, visible } from '../../text.ts';
import { Rule } from '../../ui/rule.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';

type Sentence = Answer<'GET /v1/policy/sentences'>['sentences'][number];

/** Those of a version of the policy. */
export function SentencesOf({ view }: { view: PolicyView }) {
  const { hash } = view;
  const loaded = useLoad((signal) => read('GET /v1/policy/sentences', { query: { hash } }, signal), [hash]);
  return <Shown of={loaded}>{({ sentences }) => <Sentences of={sentences} view={view} />}</Shown>;
}

/** Whether the file itself says that one of them does not hold. */
export const areBroken = (of: readonly Sentence[]): boolean =>
  of.some(({ verdict }) => verdict?.holds === false);

const rank = ({ verdict }: Sentence) => (verdict ? (verdict.holds ? 2 : 0) : 1);
const worstFirst = (a: Sentence, b: Sentence) => rank(a) - rank(b);

/** @param view without it, the rules are those of the version in force */
export function Sentences({ of, view }: { of: readonly Sentence[]; view?: PolicyView }) {
  const { sentences: text } = t().policyPage;
  const proved = of.flatMap(({ verdict }) => verdict ?? []);
  const broken = proved.filter(({ holds }) => !holds).length;
  return (
    <>
      <p role="status" class={broken > 0 ? 'bad' : undefined}>
        <b>{text.inShort(number(of.length), number(proved.length), number(broken))}</b> {text.by}
      </p>
      <table>
        <tbody>
          {[...of].sort(worstFirst).map(({ name, say, rules, verdict }) => (
            <tr key={name}>
              <td>
                {Object.entries(say).map(([tag, words]) => (
                  <p key={tag} lang={tag}>
                    {visible(words)}
                  </p>
                ))}
                {rules.map((rule) => (
                  <Rule key={rule} rule={rule} view={view} />
                ))}
              </td>
              <td class={verdict?.holds ? 'good' : 'bad'}>
                {verdict ? (verdict.holds ? text.holds : text.broken) : text.unproved}
                {verdict && <p class="faint">{text.looked(number(verdict.cells), number(verdict.cases))}</p>}
                {verdict?.against && <Against of={verdict.against} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Against({ of }: { of: NonNullable<NonNullable<Sentence['verdict']>['against']> }) {
  const { purpose, role, what, request } = of;
  return (
    <details>
      <summary>{visible(`${purpose} ${purposeName(purpose)}, ${roleName(role)}: ${what}`)}</summary>
      {request !== undefined && (
        <pre class="mono">{visible(JSON.stringify(request, null, 1)).replaceAll('⟨000A⟩', '\n')}</pre>
      )}
    </details>
  );
}
