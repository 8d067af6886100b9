/** An act with a reason: a form that shows its faults together and at each field, and then the result. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Answer } from '../api.ts';
import { t, time } from '../text.ts';
import { Button } from './button.tsx';
import { Failure } from './state.tsx';

export interface Field {
  name: string;
  label: string;
  hint?: string;
  options?: readonly (readonly [value: string, label: string])[];
  /** Rejects a value; the result is a sentence with the fault. */
  check?(value: string): string | null;
  optional?: boolean;
  /** What stands there at first. */
  value?: string;
  long?: boolean;
}

interface Props {
  fields: readonly Field[];
  button: string;
  kbd?: string;
  danger?: boolean;
  /** @returns a sentence about the result */
  run(values: Record<string, string>): Promise<string>;
}

export function Act({ fields, button, kbd, danger = false, run }: Props) {
  const { states, act } = t();
  const initial = Object.fromEntries(fields.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  const values = useSignal<Record<string, string>>(initial);
  const wrong = useSignal<Record<string, string>>({});
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const done = useSignal('');
  const summary = useRef<HTMLDivElement>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const faults: Record<string, string> = {};
    for (const { name, check, optional } of fields) {
      const value = (values.value[name] ?? '').trim();
      const fault = value === '' ? (optional ? null : act.needed) : (check?.(value) ?? null);
      if (fault) faults[name] = fault;
    }
    wrong.value = faults;
    if (Object.keys(faults).length > 0) {
      requestAnimationFrame(() => summary.current?.focus());
      return;
    }
    busy.value = true;
    error.value = null;
    try {
      const given = Object.entries(values.value).filter(([, value]) => value.trim() !== '');
      done.value = await run(Object.fromEntries(given));
      values.value = initial;
    } catch (failure) {
      error.value = failure;
    } finally {
      busy.value = false;
    }
    requestAnimationFrame(() => summary.current?.focus());
  };
  const faults = fields.filter(({ name }) => wrong.value[name]);
  const set = (name: string, value: string) => {
    values.value = { ...values.value, [name]: value };
  };
  return (
    <form class="act" onSubmit={(event) => void submit(event)} noValidate>
      <div ref={summary} tabIndex={-1}>
        {faults.length > 0 && (
          <div class="failure" role="alert">
            <b>{states.errorSummary}</b>
            <ul>
              {faults.map(({ name, label }) => (
                <li key={name}>
                  {label}: {wrong.value[name]}
                </li>
              ))}
            </ul>
          </div>
        )}
        {error.value !== null && <Failure error={error.value} />}
        {done.value !== '' && (
          <p class="bar good" role="status">
            ✓ {done.value}
          </p>
        )}
      </div>
      {fields.map(({ name, label, hint, options, long }) => (
        <label key={name} class={`field ${wrong.value[name] ? 'wrong' : ''}`}>
          <span>{label}</span>
          {hint && <small>{hint}</small>}
          {options ? (
            <select
              name={name}
              value={values.value[name] ?? ''}
              onChange={(event) => set(name, event.currentTarget.value)}
            >
              <option value="" />
              {options.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          ) : long ? (
            <textarea
              name={name}
              rows={3}
              value={values.value[name] ?? ''}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          ) : (
            <input
              type="text"
              name={name}
              autocomplete="off"
              value={values.value[name] ?? ''}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          )}
        </label>
      ))}
      <Button
        type="submit"
        kind={danger ? 'danger' : 'main'}
        disabled={busy.value}
        {...(kbd !== undefined && { kbd })}
      >
        {button}
      </Button>
    </form>
  );
}

/** The sentence about an act: it is done, or it waits for a second person. */
export function outcomeOf(answer: Answer): string {
  const { act } = t();
  return answer.state === 'pending'
    ? act.pending(time(answer.expiresAt, 'short'))
    : act.done(answer.receipt?.entry ?? '');
}

/** The reason field of most acts. */
export function reasonField(): Field {
  const { act } = t();
  return {
    name: 'reason',
    label: act.reason,
    hint: act.reasonHint,
    check: (value) => (value.length < 10 ? act.tooShort : null),
  };
}
