/** What an office would get for a purpose. No person is looked up, and no use is logged. */
import { useSignal } from '@preact/signals';
import { untilAnswered, write } from '../api.ts';
import { formName } from '../entries.ts';
import {
  fieldName,
  obligationText,
  officeName,
  offices,
  type PolicyView,
  purposeName,
} from '../reference.ts';
import { route, setQuery } from '../route.ts';
import { t, visible } from '../text.ts';
import { Rule } from '../ui/rule.tsx';
import { Shown, useLoad } from '../ui/state.tsx';

interface Cell {
  form?: string;
  code?: string;
  secondPerson?: boolean;
  rule: string;
}
interface Simulated {
  outcome?: string;
  reason: string;
  code?: string;
  rule: string;
  fields?: Record<string, Cell>;
  withheld?: Record<string, Cell>;
  obligations?: string[];
  demands?: string[];
}

export function Simulate({ view }: { view: PolicyView }) {
  const { simulate: text, log } = t();
  const codes = [...Object.keys(view.purposes), ...Object.keys(view.prohibited)];
  const purpose = route.value.query.get('purpose') ?? codes[0] ?? '';
  const agency = route.value.query.get('agency') ?? '';
  const only = useSignal('');
  const choices = (name: string, options: readonly (readonly [string, string])[], value: string) => (
    <select
      aria-label={name}
      value={value}
      onChange={(event) =>
        setQuery({ [name === log.filter.agency ? 'agency' : 'purpose']: event.currentTarget.value })
      }
    >
      {options.map(([code, label]) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </select>
  );
  return (
    <div class="column">
      <p>
        <b>{text.nobody}</b>
      </p>
      <p class="row">
        {choices(
          log.filter.agency,
          [['', text.own], ...[...offices.value.keys()].map((id) => [id, visible(officeName(id))] as const)],
          agency,
        )}
        {choices(
          log.filter.purpose,
          codes.map((code) => [code, `${code} ${purposeName(code)}`] as const),
          purpose,
        )}
        <select
          aria-label={log.filter.field}
          value={only.value}
          onChange={(event) => {
            only.value = event.currentTarget.value;
          }}
        >
          <option value="">{text.allFields}</option>
          {Object.keys(view.fields).map((name) => (
            <option key={name} value={name}>
              {fieldName(name)}
            </option>
          ))}
        </select>
      </p>
      <Outcome
        key={`${purpose} ${agency} ${only.value}`}
        purpose={purpose}
        agency={agency}
        field={only.value}
      />
    </div>
  );
}

function Outcome({ purpose, agency, field }: { purpose: string; agency: string; field: string }) {
  const { simulate: text, entry, policyPage } = t();
  const loaded = useLoad<Simulated>(
    // It changes nothing, so it is repeated as a reading is.
    (signal) =>
      untilAnswered(
        () =>
          write('/v1/policy/simulate', {
            purpose,
            ...(agency !== '' && { agency }),
            ...(field !== '' && { fields: [field] }),
          }),
        { signal },
      ),
    [],
  );
  return (
    <Shown of={loaded}>
      {({ outcome, reason, code, rule, fields = {}, withheld = {}, obligations = [], demands = [] }) => (
        <>
          <p class={outcome === 'release' ? 'good' : 'bad'} role="status">
            <b>{outcome === 'release' ? `✓ ${text.given}` : `✗ ${text.refused}`}</b> {visible(reason)}
          </p>
          <Rule rule={rule} code={code} />
          <Cells title={entry.sections.given} cells={fields} />
          <Cells title={entry.sections.withheld} cells={withheld} />
          <dl>
            <dt>{policyPage.demands}</dt>
            <dd>{demands.map((name) => policyPage.demandNames[name] ?? name).join(', ')}</dd>
            <dt>{entry.obligations}</dt>
            <dd>{obligations.map((name) => obligationText(name)).join(' ')}</dd>
          </dl>
        </>
      )}
    </Shown>
  );
}

function Cells({ title, cells }: { title: string; cells: Readonly<Record<string, Cell>> }) {
  const { policyPage } = t();
  const all = Object.entries(cells);
  if (all.length === 0) return null;
  return (
    <>
      <h2>
        {title} ({all.length})
      </h2>
      <table>
        <tbody>
          {all.map(([name, { form, code, rule, secondPerson }]) => (
            <tr key={name}>
              <td>{fieldName(name)}</td>
              <td>
                {form === undefined ? '' : formName(form.split(/[ :(]/)[0] ?? form)}
                {secondPerson && <span class="mark">{policyPage.second}</span>}
              </td>
              <td>
                <Rule rule={rule} code={code} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
