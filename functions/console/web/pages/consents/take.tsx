/** A statement about the use of a person's data, taken step by step. What is typed is in this component alone. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Consent } from '../../../../../shared/contract/casework.ts';
import type { Notice, NoticeList } from '../../../../../shared/contract/notices.ts';
import { hashOf, route } from '../../frame/route.ts';
import { keep, read } from '../../gateway/api.ts';
import { ApiError } from '../../gateway/problems.ts';
import { endOfDay, label, t } from '../../text.ts';
import { faultsIn, faultsOf } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import { Controls } from '../../ui/field.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Lines } from '../../ui/lines.tsx';
import { PrintButton } from '../../ui/print-button.tsx';
import { Failure, Shown, useNamed } from '../../ui/state.tsx';
import { Steps, useStep } from '../../ui/steps.tsx';
import type { Person } from '../../ui/whom.ts';
import { ConsentSheet, type ConsentToShow } from './sheet.tsx';
import { bodyOf, fieldsOf, STEPS, type Values } from './steps.ts';

export function TakeConsent({ person }: { person: Person }) {
  const loaded = useNamed((signal) => read('GET /v1/notices', {}, signal), []);
  return <Shown of={loaded}>{(notices) => <Taking person={person} notices={notices} />}</Shown>;
}

interface Filed {
  consent: Consent;
  receipt?: { entry: string };
  /** Its text, which outlives the draft. */
  notice: Notice | null;
}

function Taking({ person, notices: { notices } }: { person: Person; notices: NoticeList }) {
  const { consents, asking, states } = t();
  const values = useSignal<Values>({ act: 'given' });
  const step = useStep(0, () => !values.value['purpose']);
  const wrong = useSignal<Values>({});
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const filed = useSignal<Filed | null>(null);
  const notice = useSignal<Notice | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const hash = notices.find(({ purpose }) => purpose === values.value['purpose'])?.hash;
  // With the step itself: a key that follows at once must not meet the button of the next step.
  useLayoutEffect(() => head.current?.focus(), [step.value, filed.value === null]);
  useEffect(() => {
    notice.value = null;
    if (hash !== undefined)
      read('GET /v1/notices/:hash', { hash }).then(
        (text) => put(notice, text),
        (failure) => put(error, failure),
      );
  }, [hash]);
  // What was typed goes with the form, also from a part of it that something still refers to.
  useLeave(() => put(values, {}));
  const fields = fieldsOf(step.value, values.value);
  const set = (name: string, value: string) => {
    const before = values.value;
    // Fields and recipients are those of the purpose.
    const cleared = name === 'purpose' ? { recipient: '', fields: '', text: '', officers: '' } : {};
    values.value = { ...before, ...cleared, [name]: value };
  };
  const back = (to: number) => {
    wrong.value = {};
    step.value = to;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    error.value = null;
    wrong.value = faultsOf(fields, values.value);
    if (Object.keys(wrong.value).length > 0) return;
    if (step.value < STEPS - 1) {
      step.value++;
      return;
    }
    busy.value = true;
    try {
      const answer = await keep('POST /v1/consents', { body: await bodyOf(person, values.value, hash) });
      filed.value = { ...answer, notice: notice.value };
      values.value = { act: 'given' };
    } catch (failure) {
      error.value = failure;
      toFault(failure);
    }
    busy.value = false;
  };
  /** Goes back to the first step with a fault of the gateway. */
  const toFault = (failure: unknown) => {
    for (let at = 0; at < STEPS; at++) {
      const found = faultsIn(fieldsOf(at, values.value), failure);
      if (Object.keys(found).length === 0) continue;
      wrong.value = found;
      step.value = at;
      return;
    }
  };
  if (filed.value) {
    const { consent, receipt, notice: said } = filed.value;
    return (
      <article class="column answer">
        <h2 tabIndex={-1} ref={head}>
          ✓ {consents.filed}
        </h2>
        {consent.act === 'waiting' && <p class="bar warn">{consents.waits}</p>}
        <ConsentSheet one={consent} notice={label({ label: said?.texts })} />
        {receipt && <p class="mono faint">{states.receipt(receipt.entry)}</p>}
        <p class="row">
          <PrintButton kind="main" />
          <Button
            onClick={() => {
              filed.value = null;
              step.value = 0;
            }}
          >
            {consents.another}
          </Button>
          <a class="button" href={hashOf('consents', { ref: route.value.query.get('ref') ?? '' })}>
            {consents.back}
          </a>
        </p>
      </article>
    );
  }
  return (
    <>
      <form class="column asking" onSubmit={(event) => void submit(event)} noValidate>
        <Steps names={consents.steps} at={step.value} to={back} />
        <h2 tabIndex={-1} ref={head}>
          {consents.steps[step.value]}
        </h2>
        {error.value !== null && <Failure error={error.value} />}
        {error.value instanceof ApiError && error.value.problem.code === 'REFUSED' && (
          <p>{consents.refusedHint}</p>
        )}
        {Object.keys(wrong.value).length > 0 && (
          <p class="failure" role="alert">
            <b>{states.errorSummary}</b>
          </p>
        )}
        {step.value === 3 && (
          <section class="card">
            <h3>{consents.notice}</h3>
            {hash === undefined ? <p>{consents.noNotice}</p> : null}
            {Object.entries(notice.value?.texts ?? {}).map(([tag, text]) => (
              <Lines key={tag} lang={tag} text={text ?? ''} />
            ))}
          </section>
        )}
        <Controls fields={fields} values={values.value} wrong={wrong.value} set={set} />
        {step.value === STEPS - 1 && (
          <p>
            <b>{t().asking.inYourName}</b>
          </p>
        )}
        <p class="row">
          <Button type="submit" kind="main" disabled={busy.value}>
            {step.value < STEPS - 1 ? asking.next : consents.file}
          </Button>
          {step.value > 0 && <Button onClick={() => back(step.value - 1)}>{asking.back}</Button>}
          {step.value === STEPS - 1 && <PrintButton />}
        </p>
      </form>
      {step.value === STEPS - 1 && (
        <ConsentSheet one={draftOf(values.value)} notice={label({ label: notice.value?.texts })} />
      )}
    </>
  );
}

/** What will be filed, before it has a number. */
function draftOf({ purpose = '', recipient = '', giver = '', ...values }: Values): ConsentToShow {
  const list = (name: string) => (values[name] ?? '').split(/[,，]/).filter(Boolean);
  const { relation, method, evidence, until } = values;
  return {
    ...{ purpose, recipient, giver, fields: list('fields') },
    act: (values['act'] ?? 'given') as Consent['act'],
    ...(list('officers').length > 0 && { officers: list('officers') }),
    ...(relation && { relation }),
    ...(method && { method }),
    ...(evidence && { evidence }),
    ...(until && { until: endOfDay(until) }),
  };
}
