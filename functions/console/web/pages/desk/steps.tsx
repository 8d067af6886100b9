/** The five steps of a question. */
import type { Signal } from '@preact/signals';
import type { CataloguePurpose } from '../../../../../shared/contract/office.ts';
import { departmentName, fieldName, matchFields, obligationText, policy } from '../../gateway/reference.ts';
import { formName } from '../../log/entries.ts';
import { label, t } from '../../text.ts';
import { Rule } from '../../ui/rule.tsx';
import { type Fact, Facts } from '../../ui/table.tsx';

export interface Draft {
  purpose: string;
  /** The field that names the person; `''` for the office's own reference. */
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

/** Members that a purpose may demand. */
const DEMANDS = ['case', 'instrument', 'activity'] as const;
const REASON = 10;

/** What is missing in a step, in sentences. */
export function faultsOf(step: number, draft: Draft, purpose: CataloguePurpose | undefined): string[] {
  const { asking } = t();
  const missing = (name: 'case' | 'instrument' | 'activity' | 'value') =>
    draft[name].trim() === '' ? [`${asking[name]}: ${t().act.needed}`] : [];
  if (step === 0) return purpose ? [] : [asking.onePurpose];
  if (step === 1) return missing('value');
  if (step === 2) {
    const demanded = DEMANDS.filter((name) => purpose?.demands.includes(name)).flatMap(missing);
    return draft.reason.trim().length < REASON && listedIn(draft, purpose) === undefined
      ? [...demanded, `${t().act.reason}: ${asking.tooShort}`]
      : demanded;
  }
  return step === 3 && draft.fields.length === 0 ? [asking.oneField] : [];
}

/** The reasons that the purpose lists, each with its words. */
const reasonsOf = (purpose: CataloguePurpose | undefined) =>
  Object.entries(purpose?.reasons ?? {}).map(([name, text]) => [name, label({ label: text })] as const);

/** The listed reason with which the stated one begins. */
const listedIn = ({ reason }: Draft, purpose: CataloguePurpose | undefined) =>
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
}

export function StepBody({ step, draft, open, purpose }: Props) {
  const { asking } = t();
  const set = (changes: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changes };
  };
  if (step === 0) return <Purposes draft={draft} open={open} set={set} />;
  if (step === 1) {
    return (
      <>
        <label class="field">
          <span>{t().whom.by}</span>
          <select value={draft.value.by} onChange={(event) => set({ by: event.currentTarget.value })}>
            {matchFields().map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
            <option value="">{t().whom.ref}</option>
          </select>
        </label>
        <Input name="value" draft={draft} set={set} hint={t().whom.valueHint} />
      </>
    );
  }
  if (step === 2) {
    const shown = DEMANDS.filter((name) => name === 'case' || purpose?.demands.includes(name));
    return (
      <>
        {shown.map((name) => (
          <Input key={name} name={name} draft={draft} set={set} />
        ))}
        {reasonsOf(purpose).length > 0 && (
          <label class="field">
            <span>{asking.matter}</span>
            <small>{asking.matterHint}</small>
            <select
              name="matter"
              value={listedIn(draft.value, purpose) ?? ''}
              onChange={({ currentTarget: { value } }) => {
                const words = reasonsOf(purpose).find(([name]) => name === value)?.[1];
                set({ reason: words === undefined ? '' : `${words}: ` });
              }}
            >
              <option value="">{asking.otherMatter}</option>
              {reasonsOf(purpose).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t().act.reason}</span>
          <small>{asking.reasonHint}</small>
          <textarea
            name="reason"
            rows={3}
            maxLength={1000}
            value={draft.value.reason}
            onInput={(event) => set({ reason: event.currentTarget.value })}
          />
        </label>
      </>
    );
  }
  if (step === 3) return <Fields draft={draft} purpose={purpose} set={set} />;
  return <Summary draft={draft.value} purpose={purpose} />;
}

type Set = (changes: Partial<Draft>) => void;

function Purposes({ draft, open, set }: Pick<Props, 'draft' | 'open'> & { set: Set }) {
  const { asking } = t();
  const firstKey = matchFields()[0]?.[0] ?? '';
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

function Input({
  name,
  draft,
  set,
  hint,
}: {
  name: 'value' | 'case' | 'instrument' | 'activity';
  draft: Signal<Draft>;
  set: Set;
  hint?: string;
}) {
  return (
    <label class="field">
      <span>{t().asking[name]}</span>
      {hint && <small>{hint}</small>}
      <input
        type="text"
        name={name}
        autocomplete="off"
        spellcheck={false}
        value={draft.value[name]}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

function Fields({ draft, purpose, set }: Pick<Props, 'draft' | 'purpose'> & { set: Set }) {
  const { asking } = t();
  const { fields } = draft.value;
  return (
    <>
      {purpose?.fields.map(({ name, form, how, way, secondPerson, owners, ...one }) => (
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
            {how && ` (${label({ label: way }, how)})`} · {owners.map(departmentName).join(', ')}
            {secondPerson && ` · ${asking.approval}`}
          </small>
        </label>
      ))}
    </>
  );
}

function Summary({ draft, purpose }: { draft: Draft; purpose: CataloguePurpose | undefined }) {
  const { asking } = t();
  const names = purpose?.fields.filter(({ name }) => draft.fields.includes(name)) ?? [];
  const by = draft.by === '' ? t().whom.ref : fieldName(draft.by);
  const rows: Fact[] = [
    [asking.steps[0], `${draft.purpose} ${label(purpose, draft.purpose)}`],
    [by, draft.value],
    ...DEMANDS.map((name) => [asking[name], draft[name]] as const),
    [t().act.reason, draft.reason],
    [asking.steps[3], names.map((one) => label(one, one.name)).join(' · ')],
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
