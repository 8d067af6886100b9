import type { Query } from '../../../../../shared/contract/api.ts';
import type { Task, TaskCounts } from '../../../../../shared/contract/casework.ts';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { departmentName, officeName, openTasks, purposeName } from '../../gateway/reference.ts';
import { afterToday, ago, day, dotted, label, number, t, visible } from '../../text.ts';
import { Chips, Select } from '../../ui/choose.tsx';
import { Listing } from '../../ui/split.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { TaskPane } from './task-pane.tsx';

interface Page {
  items: Task[];
  cursor: string | null;
}
/** The list as the address filters it, what all of them count, and when the next is due if the list is empty. */
interface Tasks extends Page {
  counts: TaskCounts;
  next?: string | undefined;
}

/** What a link of the head line shows, as the gateway filters it. */
function filtersOf(view: string): Query<'GET /v1/tasks'> {
  const now = new Date().toISOString();
  if (view === 'overdue') return { dueBefore: now };
  if (view === 'today') return { dueFrom: now, dueBefore: afterToday() };
  return view === 'mine' ? { mine: 'yes' } : {};
}

async function readPage(query: Query<'GET /v1/tasks'>, signal?: AbortSignal): Promise<Page> {
  const { tasks: items, cursor } = await read('GET /v1/tasks', { query }, signal);
  return { items, cursor };
}

export default function Inbox() {
  const { inbox } = t();
  const { query } = route.value;
  const [view, kind] = [query.get('state') ?? '', query.get('kind') ?? ''];
  const filters = { ...filtersOf(view), ...(kind && { kind }) };
  const loaded = useNamed<Tasks>(
    async (signal) => {
      const [page, counts] = await Promise.all([
        readPage(filters, signal),
        read('GET /v1/tasks/counts', {}, signal),
      ]);
      openTasks.value = counts.open;
      const rest = page.items.length === 0 && counts.open > 0;
      const next = rest
        ? (await readPage({ dueFrom: new Date().toISOString(), limit: 1 }, signal)).items[0]?.due
        : undefined;
      return { ...page, counts, next };
    },
    [view, kind],
  );
  return (
    <Shown of={loaded}>
      {({ items, cursor, counts, next }) => (
        <Listing
          label={t().pages.inbox}
          items={items}
          by="task"
          row={(one) => <Row task={one} />}
          pane={(task, close) => <TaskPane task={task} onClose={close} onDone={loaded.reload} />}
          above={
            <>
              <Head counts={counts} view={view} kind={kind} />
              {items.length === 0 && (
                <p class="empty">{next === undefined ? inbox.empty : inbox.emptyUntil(day(next))}</p>
              )}
            </>
          }
          more={
            cursor !== null &&
            (async () => {
              const more = await readPage({ ...filters, cursor });
              loaded.set({ counts, items: [...items, ...more.items], cursor: more.cursor });
            })
          }
        />
      )}
    </Shown>
  );
}

/** The head line of counts, each a link, and the kinds of which there are tasks. */
function Head({ counts, view, kind }: { counts: TaskCounts; view: string; kind: string }) {
  const { inbox } = t();
  const { open, mine, today, overdue, more, kinds } = counts;
  const states = [
    ['overdue', inbox.overdue(number(overdue))],
    ['today', inbox.today(number(today))],
    ['', inbox.open(`${number(open)}${more ? '+' : ''}`)],
    ['mine', t().requests.mine(number(mine))],
  ] as const;
  return (
    <p class="row">
      <Chips of={states.map(([state, text]) => [hashOf('inbox', { state, kind }), text, view === state])} />
      <Select
        look="chip"
        label={inbox.kind}
        value={kind}
        any={inbox.allKinds}
        options={Object.entries(kinds).map(([name, { count, label: words }]) => [
          name,
          `${label({ label: words }, name)} (${number(count)})`,
        ])}
        onPick={(value) => setQuery({ kind: value, task: undefined }, false)}
      />
    </p>
  );
}

function Row({ task }: { task: Task }) {
  const { inbox } = t();
  const { assignee } = task;
  return (
    <span role="gridcell" class="group">
      <span>
        <b class={task.state === 'overdue' ? 'bad' : ''}>{ago(task.due)}</b>{' '}
        {dotted(label(task), `${task.details.purpose ?? ''} ${purposeName(task.details.purpose)}`)}
      </span>
      <span class="faint">
        {dotted(
          visible(officeName(task.details.agency)),
          task.department && departmentName(task.department),
          assignee && inbox.takenBy(visible(assignee.name ?? officeName(assignee.agency))),
        )}
      </span>
    </span>
  );
}
