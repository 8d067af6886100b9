/** An act with a reason: a form that shows its faults together and at each field, and then the result. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { waiting } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { t, time } from '../text.ts';
import { Button } from './button.tsx';
import { Controls, type Field } from './field.tsx';
import { Failure } from './state.tsx';

export type { Field } from './field.tsx';

interface Props {
  fields: readonly Field[];
  button: string;
  kbd?: string;
  danger?: boolean;
  /** What was typed stays after the act. */
  keeps?: boolean;
  /** @returns the answer, or a sentence about the result */
  run(values: Record<string, string>): Promise<Outcome | string>;
  /** Called once it is done, before its result is shown. */
  onDone?(): void;
  /** Called after each change, for fields that depend on others. */
  onChange?(values: Record<string, string>): void;
  children?: ComponentChildren;
}

export function Act({
  fields,
  button,
  kbd,
  danger = false,
  keeps = false,
  run,
  onDone,
  onChange,
  children,
}: Props) {
  const { states } = t();
  const initial = Object.fromEntries(fields.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  const values = useSignal<Record<string, string>>(initial);
  const wrong = useSignal<Record<string, string>>({});
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const done = useSignal('');
  const summary = useRef<HTMLDivElement>(null);
  const answers = useSignal(0);
  // With the answer itself, so that a key that follows at once starts from it.
  useLayoutEffect(() => {
    if (answers.value > 0) summary.current?.focus();
  }, [answers.value]);
  const submit = async (event: Event) => {
    event.preventDefault();
    wrong.value = faultsOf(fields, values.value);
    done.value = '';
    error.value = null;
    if (busy.value || Object.keys(wrong.value).length > 0) {
      answers.value++;
      return;
    }
    busy.value = true;
    try {
      const shown = new Set(fields.map(({ name }) => name));
      const given = Object.entries(values.value).filter(
        ([name, value]) => shown.has(name) && value.trim() !== '',
      );
      const answer = await run(Object.fromEntries(given));
      onDone?.();
      done.value = typeof answer === 'string' ? answer : outcomeOf(answer);
      if (!keeps) {
        values.value = initial;
        onChange?.(initial);
      }
    } catch (failure) {
      wrong.value = faultsIn(fields, failure);
      error.value = isAllOf(fields, failure) ? null : failure;
    } finally {
      busy.value = false;
    }
    answers.value++;
  };
  const faults = error.value === null ? fields.filter(({ name }) => wrong.value[name]) : [];
  const set = (name: string, value: string) => {
    values.value = { ...values.value, [name]: value };
    onChange?.(values.value);
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
                  <button
                    type="button"
                    class="link"
                    onClick={({ currentTarget }) =>
                      currentTarget.closest('form')?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus()
                    }
                  >
                    {label}: {wrong.value[name]}
                  </button>
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
      <Controls fields={fields} values={values.value} wrong={wrong.value} set={set} />
      {children}
      {busy.value && waiting.value && (
        <p class="bar warn" role="status">
          {states.kept}
        </p>
      )}
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

/** What is missing or wrong before anything is sent, by field. */
export function faultsOf(fields: readonly Field[], values: Record<string, string>): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const { name, check, optional } of fields) {
    const value = (values[name] ?? '').trim();
    const fault = value === '' ? (optional ? null : t().act.needed) : (check?.(value) ?? null);
    if (fault) faults[name] = fault;
  }
  return faults;
}

const foundIn = (failure: unknown) => (failure instanceof ApiError ? (failure.problem.errors ?? []) : []);

const isAt = (one: { path: string }, { name, path = `/${name}` }: Field) => one.path.startsWith(path);

/** The gateway's faults at the fields that they name. */
export function faultsIn(fields: readonly Field[], failure: unknown): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) =>
      foundIn(failure)
        .filter((one) => isAt(one, field))
        .map(({ message }) => [field.name, message] as const),
    ),
  );
}

/** Whether nothing is wrong but fields of the form, so that their names say it all. */
function isAllOf(fields: readonly Field[], failure: unknown): boolean {
  const found = foundIn(failure);
  return found.length > 0 && found.every((one) => fields.some((field) => isAt(one, field)));
}

/** What the answers of acts have in common: the time until which a second person may act, and the receipt. */
export interface Outcome {
  expiresAt?: string;
  receipt?: { entry: string };
}

/** The sentence about an act: it is done, or it waits for a second person. */
export function outcomeOf(answer: Outcome): string {
  const { act } = t();
  return answer.expiresAt === undefined
    ? act.done(answer.receipt?.entry ?? '')
    : `${act.pending(time(answer.expiresAt, 'short'))} ${answer.receipt?.entry ?? ''}`;
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
