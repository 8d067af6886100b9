/** One question about one person, step by step. What is typed and answered is in this component alone. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Catalogue, Whoami } from '../../../../../shared/contract/office.ts';
import type { ApprovalRequest } from '../../../../../shared/contract/requests.ts';
import { go, hashOf, route } from '../../frame/route.ts';
import { logInAgain } from '../../gateway/again.ts';
import { read } from '../../gateway/api.ts';
import { type Asking, ask } from '../../gateway/asking.ts';
import { ApiError } from '../../gateway/problems.ts';
import { isRecent } from '../../gateway/session.ts';
import { number, t, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { useLeave } from '../../ui/kept.ts';
import { Failure, Shown, useNamed } from '../../ui/state.tsx';
import { Steps, useStep } from '../../ui/steps.tsx';
import { subjectOf, wayName, whomFields } from '../../ui/whom.ts';
import { AnswerView } from './answer.tsx';
import { type Draft, EMPTY, faultsOf, givesRestricted, StepBody, WHO } from './steps.tsx';

export default function Desk() {
  const id = route.value.query.get('request');
  const loaded = useNamed(
    async (signal) => {
      const [catalogue, who, approved] = await Promise.all([
        read('GET /v1/catalogue', {}, signal),
        read('GET /v1/whoami', {}, signal),
        id === null ? null : read('GET /v1/requests/:id', { id }, signal),
      ]);
      return { catalogue, who, approved };
    },
    [id],
  );
  return (
    <Shown of={loaded}>
      {(value) => (
        <Asks
          key={value.approved?.id ?? ''}
          {...value}
          reload={loaded.reload}
          forget={() => loaded.set({ ...value })}
        />
      )}
    </Shown>
  );
}

/** A question as the request has it. It does not say who the person is, so that is asked again. */
function draftOf(one: ApprovalRequest): Draft {
  const fields = Object.entries(one.fields).filter(([, { state }]) => state === 'approved');
  return {
    ...EMPTY,
    ...{ request: one.id, purpose: one.purpose, by: whomFields()[0].value ?? '', reason: one.reason },
    ...{ case: one.case ?? '', instrument: one.instrument ?? '', activity: one.activity ?? '' },
    fields: fields.map(([name]) => name),
  };
}

const isStepUp = (error: unknown) => error instanceof ApiError && error.problem.code === 'STEP_UP_REQUIRED';

/** What the gateway could not read of the number that names the person. */
const aboutWhom = (error: unknown): string[] =>
  (error instanceof ApiError ? (error.problem.errors ?? []) : [])
    .filter(({ path }) => path.startsWith('/subjects/'))
    .map(({ message }) => message);

interface Props {
  catalogue: Catalogue;
  who: Whoami;
  approved: ApprovalRequest | null;
  reload(): void;
  /** Draws the page again from its parent, which otherwise refers to the first drawing, and through its steps to what was typed. */
  forget(): void;
}

function Asks({ catalogue, who, approved, reload, forget }: Props) {
  const { asking } = t();
  const draft = useSignal<Draft>(approved ? draftOf(approved) : EMPTY);
  const step = useStep(approved ? 1 : 0, () => draft.value.purpose === '');
  const wrong = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const result = useSignal<Asking | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  // With the step itself: a key that follows at once must not meet the button of the next step.
  useLayoutEffect(() => {
    head.current?.focus();
  }, [step.value, result.value === null]);
  useLeave(() => {
    draft.value = EMPTY;
    result.value = null;
  });
  const open = catalogue.purposes.filter(({ code, route }) => !route && who.byPeople?.includes(code));
  const purpose = open.find(({ code }) => code === draft.value.purpose);
  // After a login the same step asks.
  const tick = useSignal(0);
  const needsLogin =
    tick.value >= 0 && step.value === 4 && givesRestricted(draft.value, purpose) && !isRecent();
  const again = () => {
    result.value = null;
    error.value = null;
    draft.value = EMPTY;
    step.value = 0;
    if (approved) go('desk');
    else reload();
  };
  const back = (to: number) => {
    wrong.value = [];
    error.value = null;
    step.value = to;
  };
  const nameAgain = (faults: readonly string[]) => {
    step.value = WHO;
    wrong.value = faults;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    wrong.value = faultsOf(step.value, draft.value, purpose);
    if (wrong.value.length > 0 || busy.value) return;
    if (step.value < 4) {
      step.value++;
      return;
    }
    // A refused question has lost its number, which is asked for again.
    const unnamed = faultsOf(WHO, draft.value, purpose);
    if (unnamed.length > 0) return nameAgain(unnamed);
    if (needsLogin) {
      await logInAgain();
      tick.value++;
      return;
    }
    const { by, value, case: number, instrument, activity, reason, fields, request } = draft.value;
    busy.value = true;
    error.value = null;
    try {
      result.value = await ask({
        purpose: draft.value.purpose,
        subject: subjectOf({ by, value }),
        ...(number && { case: number.trim() }),
        ...{ reason: reason.trim(), fields, instrument: instrument.trim(), activity: activity.trim() },
        ...(request !== '' && { request }),
      });
    } catch (failure) {
      const unread = aboutWhom(failure);
      if (unread.length > 0) nameAgain(unread.map((one) => `${wayName(by)}: ${visible(one)}`));
      else error.value = failure;
    }
    // Without a new login, what was typed stays.
    if (!isStepUp(error.value)) draft.value = { ...draft.value, value: '' };
    busy.value = false;
  };
  if (result.value) {
    return 'filed' in result.value ? (
      <article class="column">
        <h2 tabIndex={-1} ref={head}>
          {asking.filed(visible(result.value.filed))}
        </h2>
        <p class="row">
          <a href={hashOf('requests', { box: 'sent' })}>{asking.toRequests}</a>
          <Button onClick={again}>{asking.again}</Button>
        </p>
      </article>
    ) : (
      <AnswerView
        answer={result.value.answer}
        asked={draft.value}
        words={catalogue.fields}
        onClear={() => {
          result.value = { answer: { results: [] } as never };
          forget();
        }}
        onAgain={again}
      />
    );
  }
  if (open.length === 0) return <p class="empty">{asking.noPurpose}</p>;
  const lost = error.value instanceof ApiError && error.value.status === 0;
  return (
    <div class="beside">
      <form class="asking" onSubmit={(event) => void submit(event)} noValidate>
        <Steps names={asking.steps} at={step.value} to={back} />
        <h2 tabIndex={-1} ref={head}>
          {asking.steps[step.value]}
        </h2>
        {approved && <p class="bar warn">{asking.collects(visible(approved.id))}</p>}
        {wrong.value.length > 0 && (
          <div class="failure" role="alert">
            <b>{t().states.errorSummary}</b>
            <ul>
              {wrong.value.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </div>
        )}
        {lost ? (
          <p class="failure" role="alert">
            {asking.lost}
          </p>
        ) : (
          error.value !== null && <Failure error={error.value} />
        )}
        <StepBody step={step.value} draft={draft} open={open} purpose={purpose} change={back} />
        {needsLogin && <p class="bar warn">{t().again.here}</p>}
        <p class="row">
          <Button type="submit" kind="main" disabled={busy.value}>
            {step.value < 4 ? asking.next : needsLogin ? t().again.button : asking.ask}
          </Button>
          {step.value > 0 && <Button onClick={() => back(step.value - 1)}>{asking.back}</Button>}
        </p>
      </form>
      <div>
        {step.value === 0 &&
          who.limits.people?.tiers.map(({ tier, told, left, levels }) => (
            <p key={tier} class="faint">
              {asking.left(number(told), number(left), levels.join(', '))}
            </p>
          ))}
        {step.value === 0 && who.limits.misses && (
          <p class="faint">
            {asking.missesLeft(number(who.limits.misses.agency.left), number(who.limits.misses.agency.limit))}{' '}
            {who.limits.misses.officer &&
              asking.missesLeftOwn(
                number(who.limits.misses.officer.left),
                number(who.limits.misses.officer.limit),
              )}
          </p>
        )}
      </div>
    </div>
  );
}
