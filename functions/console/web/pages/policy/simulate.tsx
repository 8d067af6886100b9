/** What an office would get for a purpose. No person is looked up, and no use is logged. */
import { type Signal, useSignal } from '@preact/signals';
import type { Answer } from '../../../../../shared/contract/api.ts';
import type { Json } from '../../../../../shared/json.ts';
import { route, setQuery } from '../../frame/route.ts';
import { call, untilAnswered } from '../../gateway/api.ts';
import {
  fieldName,
  obligationText,
  officeName,
  offices,
  type PolicyView,
  purposeName,
} from '../../gateway/reference.ts';
import { formName } from '../../log/entries.ts';
import { t, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/choose.tsx';
import { put } from '../../ui/kept.ts';
import { Rule } from '../../ui/rule.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';

type Simulated = Extract<Answer<'POST /v1/policy/simulate'>, { outcome: string }>;

export function Simulate({ view }: { view: PolicyView }) {
  const { simulate: text, log } = t();
  const codes = [...Object.keys(view.purposes), ...Object.keys(view.prohibited)];
  const purpose = route.value.query.get('purpose') ?? codes[0] ?? '';
  const agency = route.value.query.get('agency') ?? '';
  const fields = useSignal<readonly string[]>([]);
  const facts = useSignal<Readonly<Record<string, Json>>>({});
  const names = Object.keys(view.fields);
  return (
    <div class="column">
      <p>
        <b>{text.nobody}</b>
      </p>
      <p class="row">
        <Select
          label={log.filter.agency}
          value={agency}
          any={text.own}
          options={[...offices.value.keys()].map((id) => [id, visible(officeName(id))])}
          onPick={(id) => setQuery({ agency: id })}
        />
        <Select
          label={log.filter.purpose}
          value={purpose}
          options={codes.map((code) => [code, `${code} ${purposeName(code)}`])}
          onPick={(code) => setQuery({ purpose: code })}
        />
        <Select
          label={log.filter.field}
          value=""
          any={fields.value.length === 0 ? text.allFields : text.oneMore}
          options={names.map((name) => [name, fieldName(name)])}
          onPick={(name) => {
            if (name !== '' && !fields.value.includes(name)) fields.value = [...fields.value, name];
          }}
        />
        {fields.value.map((name) => (
          <Chip
            key={name}
            text={fieldName(name)}
            onRemove={() =>
              put(
                fields,
                fields.value.filter((one) => one !== name),
              )
            }
          />
        ))}
      </p>
      <Facts facts={facts} names={names} />
      <Outcome
        key={JSON.stringify([purpose, agency, fields.value, facts.value])}
        purpose={purpose}
        agency={agency}
        fields={fields.value}
        facts={facts.value}
      />
    </div>
  );
}

function Chip({ text, onRemove }: { text: string; onRemove(): void }) {
  return (
    <button type="button" class="chip" onClick={onRemove}>
      {text} <span aria-hidden="true">✕</span>
      <span class="hidden">{t().log.remove(text)}</span>
    </button>
  );
}

/** What the person would be like: fields with values, which the gateway checks against their shapes. */
function Facts({
  facts,
  names,
}: {
  facts: Signal<Readonly<Record<string, Json>>>;
  names: readonly string[];
}) {
  const { simulate: text, states } = t();
  const [name, value] = [useSignal(names[0] ?? ''), useSignal('')];
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.value.trim() !== '')
          facts.value = { ...facts.value, [name.value]: factOf(value.value.trim()) };
        value.value = '';
      }}
    >
      <Select
        label={text.fact}
        value={name.value}
        options={names.map((one) => [one, text.ofPerson(fieldName(one))])}
        onPick={(one) => put(name, one)}
      />
      <input
        type="text"
        aria-label={text.value}
        placeholder={text.value}
        value={value.value}
        onInput={(event) => put(value, event.currentTarget.value)}
      />
      <Button type="submit">{states.done}</Button>
      {Object.entries(facts.value).map(([one, fact]) => (
        <Chip
          key={one}
          text={`${fieldName(one)}: ${visible(typeof fact === 'string' ? fact : JSON.stringify(fact))}`}
          onRemove={() =>
            put(facts, Object.fromEntries(Object.entries(facts.value).filter(([other]) => other !== one)))
          }
        />
      ))}
    </form>
  );
}

/** A truth value, a list or an object as JSON; anything else as text. */
function factOf(text: string): Json {
  if (!/^(true|false|[[{])/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function Outcome({
  purpose,
  agency,
  fields: asked,
  facts,
}: {
  purpose: string;
  agency: string;
  fields: readonly string[];
  facts: Readonly<Record<string, Json>>;
}) {
  const { simulate: text, entry, policyPage } = t();
  const loaded = useLoad(
    // It changes nothing, so it is repeated as a reading is.
    (signal) =>
      untilAnswered(
        () =>
          call('POST /v1/policy/simulate', {
            body: {
              purpose,
              ...(agency !== '' && { agency }),
              ...(asked.length > 0 && { fields: [...asked] }),
              ...(Object.keys(facts).length > 0 && { facts }),
            },
          }),
        { signal },
      ),
    [],
  );
  return (
    <Shown of={loaded}>
      {({ reason, rule, ...more }) => {
        // Of a prohibited purpose there is no more than its rule.
        const whole = 'outcome' in more ? more : null;
        const given = whole?.outcome === 'release';
        return (
          <>
            <p class={given ? 'good' : 'bad'} role="status">
              <b>{given ? `✓ ${text.given}` : `✗ ${text.refused}`}</b> {visible(reason)}
            </p>
            <Rule rule={rule} code={whole?.code} />
            <Cells title={entry.sections.given} cells={whole?.fields ?? {}} />
            <Cells title={entry.sections.withheld} cells={whole?.withheld ?? {}} />
            <dl>
              <dt>{policyPage.demands}</dt>
              <dd>{whole?.demands.map((name) => policyPage.demandNames[name] ?? name).join(', ')}</dd>
              {whole && whole.obligations.length > 0 && (
                <>
                  <dt>{entry.obligations}</dt>
                  <dd>{whole.obligations.map((name) => obligationText(name)).join(' ')}</dd>
                </>
              )}
            </dl>
          </>
        );
      }}
    </Shown>
  );
}

function Cells({ title, cells }: { title: string; cells: Simulated['fields'] }) {
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
