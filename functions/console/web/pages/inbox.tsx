import { useSignal } from '@preact/signals';
import type { Task as Listed } from '../../../../shared/contract/casework.ts';
import type { Text } from '../../../../shared/language.ts';
import { call, read } from '../api.ts';
import { loadReference, officeName, policy, purposeName } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { ago, deadline, label, number, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { List } from '../ui/list.tsx';
import { Pane, Section } from '../ui/pane.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { TaskActs } from './task-acts.tsx';

/** A task with the details that the page shows. */
type Task = Omit<Listed, 'details'> & { details: Details };
interface Details {
  purpose?: string;
  agency?: string;
  fields?: string[];
  /** Of a task that asks for a decision: who asks, in which words, and what is on hold. */
  officer?: string;
  case?: string;
  stated?: string;
  reason?: string;
  why?: Text;
  held?: { field: string; label: Text }[];
  /** Of a task that asks for the confirmation of a consent. */
  consent?: string;
}

export function Inbox() {
  const { inbox } = t();
  const loaded = useLoad(async (signal) => {
    const [answer] = await Promise.all([read('/v1/tasks?limit=200', { signal }), loadReference()]);
    return answer.tasks as Task[];
  }, []);
  const selected = useSignal(0);
  const open = route.value.query.get('task');
  const state = route.value.query.get('state');
  return (
    <Shown of={loaded} empty={{ when: (tasks) => tasks.length === 0, text: inbox.empty }}>
      {(all) => {
        const count = (state: string) => number(all.filter((one) => one.state === state).length);
        const tasks = state === null ? all : all.filter((one) => one.state === state);
        const chips = [
          [null, inbox.open(number(all.length))],
          ['overdue', inbox.overdue(count('overdue'))],
          ['due-soon', inbox.dueSoon(count('due-soon'))],
        ] as const;
        const task = tasks.find(({ id }) => id === open);
        return (
          <div class={task ? 'split' : ''}>
            <div class="left">
              <p class="row">
                {chips.map(([name, text]) => (
                  <a
                    key={text}
                    class="chip"
                    href={hashOf('inbox', { state: name ?? '' })}
                    aria-current={state === name ? 'true' : undefined}
                  >
                    {text}
                  </a>
                ))}
              </p>
              <List
                label={t().pages.inbox}
                count={tasks.length}
                rowHeight={58}
                selected={selected.value}
                onSelect={(at) => {
                  selected.value = at;
                }}
                onOpen={(at) => setQuery({ task: tasks[at]?.id }, false)}
                row={(at) => <Row task={tasks[at] as Task} />}
              />
            </div>
            {task && (
              <TaskPane
                task={task}
                key={task.id}
                onClose={() => setQuery({ task: undefined }, false)}
                onDone={loaded.reload}
              />
            )}
          </div>
        );
      }}
    </Shown>
  );
}

function Row({ task }: { task: Task }) {
  return (
    <span role="gridcell" class="group">
      <b class={task.state === 'overdue' ? 'bad' : ''}>{ago(task.due)}</b> {label(task)} ·{' '}
      {task.details.purpose} {purposeName(task.details.purpose)}
      <br />
      <span class="faint">{visible(officeName(task.details.agency))}</span>
    </span>
  );
}

/** What the decision is about: labels and words, never a value. */
function Decided({ details }: { details: Details }) {
  const { inbox } = t();
  const { officer, case: of, stated, reason, why, held } = details;
  // Of a review: the officer's own words. Of other tasks it is a code, which `why` explains.
  const words = officer !== undefined && why === undefined ? reason : undefined;
  const rows: [string, string | undefined][] = [
    [inbox.officer, officer],
    [inbox.case, of],
    [inbox.stated, stated ?? words],
    [inbox.why, why === undefined ? undefined : label({ label: why })],
    [inbox.held, held?.map((one) => label(one)).join(', ')],
  ];
  return (
    <>
      {rows.map(
        ([name, word]) =>
          word && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{visible(word)}</dd>
            </div>
          ),
      )}
    </>
  );
}

/** The page on which a task is done. */
function wayOf({ kind, about }: Task): [string, string] | null {
  const { inbox } = t();
  if (/^approve/.test(kind)) return [inbox.toRequest, hashOf('requests', { r: about })];
  if (kind === 'collect') return [t().asking.toRequests, hashOf('requests', { box: 'sent' })];
  if (/^objection/.test(kind)) return [inbox.toObjection, hashOf('objections', { i: about })];
  if (/^leak/.test(kind)) return [inbox.toIncident, hashOf('incidents', { i: about })];
  if (/^(erasing|merging)$/.test(kind)) return [inbox.toSecond, hashOf('second')];
  return null;
}

function TaskPane({ task, onClose, onDone }: { task: Task; onClose(): void; onDone(): void }) {
  const { inbox, act } = t();
  const words: Record<string, string> = inbox.outcomes;
  const way = wayOf(task);
  const outcomes = (task.outcomes ?? ['done']).map((name): [string, string] => [name, words[name] ?? name]);
  const kinds = task.deliveries?.map((name): [string, string] => [
    name,
    label(policy.value?.desk.deliveries[name], name),
  ]);
  const evidence = [
    ...(task.proof ? [{ name: 'evidence', label: inbox.evidence }] : []),
    ...(kinds
      ? [
          { name: 'delivery', label: inbox.delivery, options: kinds },
          { name: 'day', label: inbox.day },
        ]
      : []),
  ];
  return (
    <Pane title={label(task)} onClose={onClose}>
      <dl>
        <dt>{inbox.due}</dt>
        <dd>
          {deadline(task.due)} ({ago(task.due)}) · {inbox.states[task.state] ?? task.state}
        </dd>
        <dt>{inbox.opened}</dt>
        <dd>{time(task.opened)}</dd>
        <dt>{inbox.purpose}</dt>
        <dd>
          {task.details.purpose} {purposeName(task.details.purpose)}
        </dd>
        <dt>{inbox.from}</dt>
        <dd>{visible(officeName(task.details.agency))}</dd>
        <Decided details={task.details} />
        {task.ref && (
          <>
            <dt>{inbox.reference}</dt>
            <dd class="mono">{task.ref}</dd>
          </>
        )}
      </dl>
      {way && (
        <p>
          <a href={way[1]}>{way[0]}</a>
        </p>
      )}
      <TaskActs kind={task.kind} person={task.ref} consent={task.details.consent} onDone={onDone} />
      {task.byHand || task.outcomes ? (
        <Section title={inbox.close}>
          <Act
            fields={[
              { name: 'outcome', label: inbox.outcome, options: outcomes },
              ...evidence,
              reasonField(),
            ]}
            button={inbox.close}
            run={async (values) => {
              const answer = await call('POST', `/v1/tasks/${task.id}/complete`, values);
              onDone();
              return act.done(answer.receipt?.entry ?? answer.task?.done?.entry ?? '');
            }}
          />
        </Section>
      ) : (
        <p class="faint">{inbox.byAct}</p>
      )}
    </Pane>
  );
}
