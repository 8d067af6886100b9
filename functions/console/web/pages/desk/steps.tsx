/** The five steps of a question. */
import { type Signal, useSignal } from '@preact/signals';
import type { CataloguePurpose } from '../../../../../shared/contract/office.ts';
import { departmentName, obligationText, policy } from '../../gateway/reference.ts';
import { grouped } from '../../grouped.ts';
import { formName } from '../../log/entries.ts';
import { label, t, visible } from '../../text.ts';
import { Controls, type Field } from '../../ui/field.tsx';
import { put } from '../../ui/kept.ts';
import { Rule } from '../../ui/rule.tsx';
import { type Fact, Facts } from '../../ui/table.tsx';
import { wayName, whomFields } from '../../ui/whom.ts';

export interface Draft {
  purpose: string;
  /** The way in which the person is named: see `whomFields`. */
  by: string;
  value: string;
  case: string;
  instrument: string;
  activity: string;
  reason: string;
  fields: readonly string[];
  /** The request whose approval is collected. */
  request: string;
}

export const EMPTY: Draft = {
  ...{ purpose: '', by: '', value: '', case: '', instrument: '', activity: '', reason: '' },
  ...{ fields: [], request: '' },
};

/** The step that names the person. */
export const WHO = 1;
/** Members that a purpose may demand. */
const DEMANDS = ['case', 'instrument', 'activity'] as const;
const REASON = 10;

/** What is missing in a step, in sentences. */
export function faultsOf(step: number, draft: Draft, purpose: CataloguePurpose | undefined): string[] {
  const { asking, act } = t();
  if (step === 0) return purpose ? [] : [asking.onePurpose];
  if (step === 3) return draft.fields.length === 0 ? [asking.oneField] : [];
  const values = textsOf(draft, purpose);
  return fieldsOf(step, draft, purpose).flatMap(({ name, label: called, optional, check }) => {
    const text = (values[name] ?? '').trim();
    const fault = check ? check(text) : text === '' && !optional ? act.needed : null;
    return fault ? [`${called}: ${fault}`] : [];
  });
}

/** The values of the fields by their names. */
function textsOf(
  { fields: _, ...texts }: Draft,
  purpose: CataloguePurpose | undefined,
): Record<string, string> {
  return { ...texts, matter: listedIn(texts, purpose) ?? '' };
}

/** The fields of the steps that name the person and the matter. */
function fieldsOf(step: number, draft: Draft, purpose: CataloguePurpose | undefined): Field[] {
  const { asking, act } = t();
  const [by, value] = whomFields();
  if (step === WHO) return [by, { ...value, label: asking.value }];
  if (step !== 2) return [];
  const isDemanded = (name: 'case' | 'instrument' | 'activity') => purpose?.demands.includes(name) === true;
  const listed = reasonsOf(purpose);
  // Known here, so that what checks the reason holds nothing that was typed.
  const isFree = listedIn(draft, purpose) === undefined;
  const matter = {
    ...{ name: 'matter', label: asking.matter, hint: asking.matterHint, none: asking.otherMatter },
    ...{ options: listed, optional: true },
  };
  return [
    ...DEMANDS.filter((name) => name === 'case' || isDemanded(name)).map(
      (name): Field => ({ name, label: asking[name], optional: !isDemanded(name) }),
    ),
    ...(listed.length > 0 ? [matter] : []),
    {
      ...{ name: 'reason', label: act.reason, hint: asking.reasonHint, long: true, most: 1000 },
      check: (text) => (isFree && text.length < REASON ? asking.tooShort : null),
    },
  ];
}

/** The reasons that the purpose lists, each with its words. */
const reasonsOf = (purpose: CataloguePurpose | undefined) =>
  Object.entries(purpose?.reasons ?? {}).map(([name, text]) => [name, label({ label: text })] as const);

/** The listed reason with which the stated one begins. */
const listedIn = ({ reason }: Pick<Draft, 'reason'>, purpose: CataloguePurpose | undefined) =>
  reasonsOf(purpose).find(([, words]) => reason.startsWith(words))?.[0];

/** Forms that show something of the value. */
const OPEN = new Set(['plain', 'masked', 'generalised']);

/** Whether the answer may hold a value of a restricted class, for which the login must be recent. */
export function givesRestricted({ fields, request }: Draft, purpose: CataloguePurpose | undefined): boolean {
  return (purpose?.fields ?? []).some(
    ({ name, form, secondPerson }) =>
      fields.includes(name) &&
      OPEN.has(form) &&
      (!secondPerson || request !== '') &&
      policy.value?.classes[policy.value.fields[name]?.class ?? '']?.restricted,
  );
}

interface Props {
  step: number;
  draft: Signal<Draft>;
  open: readonly CataloguePurpose[];
  purpose: CataloguePurpose | undefined;
  /** Goes back to a step. */
  change(step: number): void;
}

export function StepBody({ step, draft, open, purpose, change }: Props) {
  const set = (changes: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changes };
  };
  if (step === 0) return <Purposes draft={draft} open={open} set={set} />;
  if (step === WHO || step === 2)
    return (
      <Controls
        fields={fieldsOf(step, draft.value, purpose)}
        values={textsOf(draft.value, purpose)}
        wrong={{}}
        set={(name, value) => {
          // A listed reason begins the sentence.
          const words = reasonsOf(purpose).find(([reason]) => reason === value)?.[1];
          set(name === 'matter' ? { reason: words === undefined ? '' : `${words}: ` } : { [name]: value });
        }}
      />
    );
  if (step === 3) return <Fields draft={draft} purpose={purpose} set={set} />;
  return <Summary draft={draft.value} purpose={purpose} change={change} />;
}

type Set = (changes: Partial<Draft>) => void;

function Purposes({ draft, open, set }: Pick<Props, 'draft' | 'open'> & { set: Set }) {
  const { asking } = t();
  const firstKey = whomFields()[0].value ?? '';
  return (
    <>
      {open.map((one) => (
        <label key={one.code} class="choice">
          <input
            type="radio"
            name="purpose"
            checked={draft.value.purpose === one.code}
            onChange={() => set({ purpose: one.code, by: firstKey, fields: [] })}
          />
          <b>
            {one.code} {label(one, one.code)}
          </b>
          <small>{one.fields.map((field) => label(field, field.name)).join(' · ')}</small>
        </label>
      ))}
      <h3>{asking.prohibited}</h3>
      <ul>
        {Object.entries(policy.value?.prohibited ?? {}).map(([code, one]) => (
          <li key={code}>
            {label(one, code)} <Rule rule={one.rule} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Fields({ draft, purpose, set }: Pick<Props, 'draft' | 'purpose'> & { set: Set }) {
  const { asking } = t();
  const { fields } = draft.value;
  const sought = useSignal('');
  const shown = (purpose?.fields ?? []).filter((one) =>
    `${one.name} ${label(one, one.name)}`.toLowerCase().includes(sought.value.trim().toLowerCase()),
  );
  const groups = [...grouped(shown, ({ owners }) => owners.map(departmentName).join(', '))];
  return (
    <>
      <label class="field">
        <span>{asking.seek}</span>
        <input
          type="text"
          autocomplete="off"
          value={sought.value}
          onInput={({ currentTarget }) => put(sought, currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        />
      </label>
      {shown.length === 0 && <p role="status">{t().states.nothing}</p>}
      {groups.map(([owners, own]) => (
        <fieldset key={owners}>
          <legend>{owners}</legend>
          {own.map(({ name, form, how, way, secondPerson, ...one }) => (
            <label key={name} class="choice">
              <input
                type="checkbox"
                name={name}
                checked={fields.includes(name)}
                onChange={(event) =>
                  set({
                    fields: event.currentTarget.checked
                      ? [...fields, name]
                      : fields.filter((other) => other !== name),
                  })
                }
              />
              {label(one, name)}
              <small>
                {formName(form)}
                {how && ` (${label({ label: way }, how)})`}
                {secondPerson && ` · ${asking.approval}`}
              </small>
            </label>
          ))}
        </fieldset>
      ))}
    </>
  );
}

/** By itself, so that what listens to it holds nothing that was typed. */
function Change({ name, step, change }: { name: string | undefined } & Pick<Props, 'step' | 'change'>) {
  const { asking } = t();
  return (
    <button type="button" class="link" aria-label={`${asking.change}: ${name}`} onClick={() => change(step)}>
      {asking.change}
    </button>
  );
}

function Summary({ draft, purpose, change }: { draft: Draft } & Pick<Props, 'purpose' | 'change'>) {
  const { asking } = t();
  const names = purpose?.fields.filter(({ name }) => draft.fields.includes(name)) ?? [];
  const changed = (name: string | undefined, text: string, step: number): Fact => [
    name,
    text && (
      <>
        {visible(text)} <Change name={name} step={step} change={change} />
      </>
    ),
  ];
  const rows: Fact[] = [
    changed(asking.steps[0], `${draft.purpose} ${label(purpose, draft.purpose)}`, 0),
    changed(wayName(draft.by), draft.value, WHO),
    ...DEMANDS.map((name) => changed(asking[name], draft[name], 2)),
    changed(t().act.reason, draft.reason, 2),
    changed(asking.steps[3], names.map((one) => label(one, one.name)).join(' · '), 3),
    [asking.obliges, purpose?.obligations.map((one) => obligationText(one)).join(' ') ?? ''],
  ];
  return (
    <>
      <Facts rows={rows} />
      <p>
        <b>{asking.inYourName}</b>
      </p>
    </>
  );
}
