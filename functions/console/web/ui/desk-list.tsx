/** A list of an office in two states, with a pane. The address holds the state and what is open. */
import type { ComponentChildren } from 'preact';
import { hashOf, route, setQuery } from '../frame/route.ts';
import { t } from '../text.ts';
import { Chips } from './choose.tsx';
import { Choices, More, Split } from './split.tsx';
import { Shown, useNamed } from './state.tsx';

interface Page<Item> {
  items: Item[];
  cursor: string | null;
}

interface Props<Item> {
  page: 'objections' | 'incidents';
  /** One page of the list. */
  read(
    query: { state: 'open' | 'closed'; cursor?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Page<Item>>;
  names: { open: string; closed: string; empty: string; emptyClosed: string };
  row(item: Item): ComponentChildren;
  /** The pane of one, or the form that makes one. */
  pane(id: string, close: () => void, reload: () => void): ComponentChildren;
  /** What begins a new one. */
  begin: string;
}

export const NEW = 'new';

export function DeskList<Item extends { id: string }>({ page, read, names, row, pane, begin }: Props<Item>) {
  const state = route.value.query.get('state') === 'closed' ? 'closed' : 'open';
  const open = route.value.query.get('i');
  const loaded = useNamed((signal) => read({ state }, signal), [state]);
  const close = () => setQuery({ i: undefined }, false);
  return (
    <>
      <p class="row">
        <Chips
          of={(['open', 'closed'] as const).map((name) => [
            hashOf(page, { state: name === 'closed' ? name : '' }),
            names[name],
            state === name,
          ])}
        />
        <a class="button" href={hashOf(page, { i: NEW })}>
          {begin}
        </a>
      </p>
      <Split pane={open && loaded.value && pane(open, close, loaded.reload)}>
        <Shown
          of={loaded}
          empty={{
            when: ({ items }) => items.length === 0,
            text: state === 'open' ? names.empty : names.emptyClosed,
          }}
        >
          {({ items, cursor }) => (
            <>
              <Choices label={t().pages[page]} items={items} by="i" row={row} />
              {cursor !== null && (
                <More
                  read={async () => {
                    const next = await read({ state, cursor });
                    loaded.set({ items: [...items, ...next.items], cursor: next.cursor });
                  }}
                />
              )}
            </>
          )}
        </Shown>
      </Split>
    </>
  );
}

export const isNew = (id: string) => id === NEW;
