/** A list of an office in two states, with a pane. The address holds the state and what is open. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { read } from '../api.ts';
import { loadReference } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { t } from '../text.ts';
import { Button } from './button.tsx';
import { List } from './list.tsx';
import { type Loaded, Shown, useLoad } from './state.tsx';

interface Page<Item> {
  items: Item[];
  cursor: string | null;
}

interface Props<Item> {
  page: 'objections' | 'incidents';
  names: { open: string; closed: string; empty: string; emptyClosed: string };
  row(item: Item): ComponentChildren;
  /** The pane of one, or the form that makes one. */
  pane(id: string, close: () => void, reload: () => void): ComponentChildren;
  /** What begins a new one. */
  begin: string;
}

const NEW = 'new';

export function DeskList<Item extends { id: string }>({ page, names, row, pane, begin }: Props<Item>) {
  const state = route.value.query.get('state') === 'closed' ? 'closed' : 'open';
  const open = route.value.query.get('i');
  const selected = useSignal(0);
  const loaded = useLoad(
    async (signal) => {
      const [first] = await Promise.all([readPage<Item>(page, state, null, signal), loadReference()]);
      return first;
    },
    [state],
  );
  const close = () => setQuery({ i: undefined }, false);
  return (
    <>
      <p class="row">
        {(['open', 'closed'] as const).map((name) => (
          <a
            key={name}
            class="chip"
            href={hashOf(page, { state: name === 'closed' ? name : '' })}
            aria-current={state === name ? 'true' : undefined}
          >
            {names[name]}
          </a>
        ))}
        <a class="button" href={hashOf(page, { i: NEW })}>
          {begin}
        </a>
      </p>
      <div class={open ? 'split' : ''}>
        <div class="left">
          <Shown
            of={loaded}
            empty={{
              when: ({ items }) => items.length === 0,
              text: state === 'open' ? names.empty : names.emptyClosed,
            }}
          >
            {({ items, cursor }) => (
              <>
                <List
                  label={t().pages[page]}
                  count={items.length}
                  rowHeight={58}
                  selected={selected.value}
                  onSelect={(at) => {
                    selected.value = at;
                  }}
                  onOpen={(at) => setQuery({ i: items[at]?.id }, false)}
                  row={(at) => row(items[at] as Item)}
                />
                {cursor !== null && <More {...{ page, state, items, cursor, loaded }} />}
              </>
            )}
          </Shown>
        </div>
        {open && loaded.value && pane(open, close, loaded.reload)}
      </div>
    </>
  );
}

export const isNew = (id: string) => id === NEW;

function More<Item>({
  page,
  state,
  items,
  cursor,
  loaded,
}: { page: string; state: string; loaded: Loaded<Page<Item>> } & Page<Item>) {
  return (
    <Button
      onClick={() =>
        void readPage<Item>(page, state, cursor).then((next) =>
          loaded.set({ items: [...items, ...next.items], cursor: next.cursor }),
        )
      }
    >
      {t().states.more}
    </Button>
  );
}

async function readPage<Item>(
  page: string,
  state: string,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<Item>> {
  const query = new URLSearchParams({ state, ...(cursor !== null && { cursor }) });
  const answer = await read(`/v1/${page}?${query}`, signal ? { signal } : {});
  return { items: answer[page] as Item[], cursor: answer.cursor };
}
