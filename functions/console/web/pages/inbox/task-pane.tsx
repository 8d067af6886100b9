/** One task: what it asks for, by when and by which rule, and the act that closes it. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Letter, Task } from '../../../../../shared/contract/casework.ts';
import { useKeys } from '../../frame/keys.ts';
import { hashOf } from '../../frame/route.ts';
import { keep } from '../../gateway/api.ts';
import { officeName, policy, purposeName } from '../../gateway/reference.ts';
import { ago, deadline, label, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { Pane, Section } from '../../ui/pane.tsx';
import { Rule } from '../../ui/rule.tsx';
import { Failure } from '../../ui/state.tsx';
import { type Fact, FactRows } from '../../ui/table.tsx';
import { LetterText } from './letter-text.tsx';
import { NoticeText } from './notice-text.tsx';
import { TaskActs } from './task-acts.tsx';

/** What the decision is about: labels and words, never a value. */
function Decided({ details }: Pick<Task, 'details'>) {
  const { inbox } = t();
  const { purpose, agency, officer, case: of, stated, reason, why, held } = details;
  // Of a review: the officer's own words. Of other tasks it is a code, which `why` explains.
  const words = officer !== undefined && why === undefined ? reason : undefined;
  const rows: Fact[] = [
    [t().log.columns.purpose, purpose && `${purpose} ${purposeName(purpose)}`],
    [inbox.from, officeName(agency)],
    [t().log.columns.officer, officer],
    [inbox.case, of],
    [inbox.stated, stated ?? words],
    [inbox.why, why === undefined ? undefined : label({ label: why })],
    [inbox.held, held?.map((one) => label(one)).join(', ')],
  ];
  return <FactRows rows={rows} />;
}

/** The page on which a task is done. */
function wayOf({ kind, about, details }: Task): [string, string] | null {
  const { inbox } = t();
  if (/^approve/.test(kind)) return [inbox.toRequest, hashOf('requests', { r: about })];
  if (/^case/.test(kind)) return [inbox.toCase, hashOf('cases', { i: details.case })];
  if (kind === 'collect') return [t().asking.toRequests, hashOf('requests', { box: 'sent' })];
  if (/^objection/.test(kind)) return [inbox.toObjection, hashOf('objections', { i: about })];
  if (/^leak/.test(kind)) return [inbox.toIncident, hashOf('incidents', { i: about })];
  if (/^(erasing|merging)$/.test(kind)) return [inbox.toSecond, hashOf('second')];
  return null;
}

interface Props {
  task: Task;
  onClose(): void;
  onDone(): void;
}

export function TaskPane({ task, onClose, onDone }: Props) {
  const { inbox } = t();
  const way = wayOf(task);
  const letter = useSignal<Letter | null>(null);
  return (
    <Pane title={label(task)} onClose={onClose}>
      <dl>
        <dt>{inbox.due}</dt>
        <dd>
          {deadline(task.due)} ({ago(task.due)}) · {inbox.states[task.state] ?? task.state}
        </dd>
        <dt>{inbox.opened}</dt>
        <dd>{time(task.opened)}</dd>
        <Decided details={task.details} />
        <FactRows rows={[[inbox.reference, task.ref]]} />
        <dt>{inbox.entryBehind}</dt>
        <dd class="mono">{task.about}</dd>
      </dl>
      {task.rule && <Rule rule={task.rule} />}
      <InHand task={task} onDone={onDone} />
      {way && (
        <p>
          <a href={way[1]}>{way[0]}</a>
        </p>
      )}
      {/^notice/.test(task.kind) && <NoticeText task={task} />}
      {task.letters && <LetterText task={task} shown={letter} />}
      <TaskActs kind={task.kind} person={task.ref} consent={task.details.consent} onDone={onDone} />
      {task.byHand || task.outcomes ? (
        <Close task={task} letter={letter.value?.digest} onDone={onDone} />
      ) : (
        <p class="faint">{inbox.byAct}</p>
      )}
    </Pane>
  );
}

/** The officer that has it in hand, and the button that changes that. */
function InHand({ task: { id, assignee }, onDone }: Omit<Props, 'onClose'>) {
  const { inbox } = t();
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const change = (verb: 'take' | 'give-back') => async () => {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    await keep(`POST /v1/tasks/:id/${verb}`, { id, body: {} }).then(onDone, (failure) => put(error, failure));
    busy.value = false;
  };
  const mine = assignee?.mine === true;
  useKeys({
    ...(!mine && { a: { label: inbox.take, run: () => void change('take')() } }),
    ...(mine && { 'Shift+A': { label: inbox.giveBack, run: () => void change('give-back')() } }),
  });
  return (
    <>
      <p class="row">
        {mine ? (
          <Button onClick={() => void change('give-back')()} kbd="Shift A">
            {inbox.giveBack}
          </Button>
        ) : (
          <Button onClick={() => void change('take')()} kbd="a">
            {inbox.take}
          </Button>
        )}
        <span role="status">
          {assignee &&
            inbox.takenUntil(
              visible(assignee.name ?? officeName(assignee.agency)),
              time(assignee.until, 'short'),
            )}
        </span>
      </p>
      {error.value !== null && <Failure error={error.value} />}
    </>
  );
}

/** The outcomes of a review, in the order of their keys. */
const VERDICTS = ['justified', 'questioned', 'violation'];

function Close({ task, letter, onDone }: Omit<Props, 'onClose'> & { letter: string | undefined }) {
  const { inbox, act } = t();
  const form = useRef<HTMLDivElement>(null);
  const outcome = useSignal('');
  const words: Record<string, string> = inbox.outcomes;
  const outcomes = (task.outcomes ?? ['done']).map((name): [string, string] => [name, words[name] ?? name]);
  const verdicts = VERDICTS.filter((one) => task.outcomes?.includes(one));
  /** As by hand, so that the rest of the form stays as it is. */
  const choose = (verdict: string) => {
    const select = form.current?.querySelector<HTMLSelectElement>('[name=outcome]');
    if (!select) return;
    select.value = verdict;
    select.dispatchEvent(new Event('change'));
    form.current?.querySelector<HTMLElement>('[name=reason]')?.focus();
  };
  useKeys(
    Object.fromEntries(
      verdicts.map((name, at) => [String(at + 1), { label: words[name] ?? name, run: () => choose(name) }]),
    ),
  );
  const kinds = task.deliveries?.map((name): [string, string] => [
    name,
    label(policy.value?.desk.deliveries[name], name),
  ]);
  const evidence = [
    ...(task.proof
      ? [{ name: 'evidence', label: inbox.evidence, hint: inbox.evidenceHint, type: 'digest' as const }]
      : []),
    ...(kinds
      ? [
          { name: 'delivery', label: inbox.delivery, options: kinds },
          { name: 'day', label: inbox.day, type: 'date' as const },
        ]
      : []),
  ];
  return (
    <Section title={inbox.close}>
      <div ref={form}>
        {verdicts.length > 0 && (
          <p class="row">
            {verdicts.map((name, at) => (
              <Button
                key={name}
                kbd={String(at + 1)}
                onClick={() => choose(name)}
                pressed={outcome.value === name}
              >
                {words[name] ?? name}
              </Button>
            ))}
          </p>
        )}
        <Act
          fields={[{ name: 'outcome', label: inbox.outcome, options: outcomes }, ...evidence, reasonField()]}
          button={inbox.close}
          onChange={(values) => put(outcome, values['outcome'] ?? '')}
          run={async (values) => {
            // The second person confirms what the pane shows.
            const said = values['outcome'];
            const entry = said === 'unfounded' || said === 'passed-on' ? task.details[said] : undefined;
            const body = {
              ...values,
              ...(letter !== undefined && { letter }),
              ...(entry && { entry }),
            };
            const answer = await keep('POST /v1/tasks/:id/complete', { id: task.id, body });
            onDone();
            return act.done(answer.receipt?.entry ?? ('task' in answer ? answer.task.done?.entry : '') ?? '');
          }}
        />
      </div>
    </Section>
  );
}
