/** A list with the pane of the item that the address names. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { route, setQuery } from '../frame/route.ts';
import { t } from '../text.ts';
import { Button } from './button.tsx';
import { put } from './kept.ts';
import { heightOf, List } from './list.tsx';
import { Failure } from './state.tsx';

/** @param pane the one on the right; nothing: the list has the page */
export function Split({ pane, children }: { pane: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class={pane ? 'split' : ''}>
      <div class="left">{children}</div>
      {pane}
    </div>
  );
}

interface Props<Item> {
  label: string;
  items: readonly Item[];
  /** The name under which the address holds the open item. */
  by: string;
  /** Of a row, on a wide page; on a narrow one the first takes two. */
  lines?: number;
  row(item: Item): ComponentChildren;
}

/** A list whose rows open in the address. */
export function Choices<Item extends { id: string }>({ label, items, by, lines = 2, row }: Props<Item>) {
  const open = route.value.query.get(by);
  const selected = useSignal(
    Math.max(
      0,
      items.findIndex(({ id }) => id === open),
    ),
  );
  return (
    <List
      label={label}
      count={items.length}
      rowHeight={heightOf(lines)}
      selected={selected.value}
      onSelect={(at) => put(selected, at)}
      onOpen={(at) => setQuery({ [by]: items[at]?.id }, false)}
      row={(at) => row(items[at] as Item)}
    />
  );
}

/** Reads the next page of a list. */
export function More({ read }: { read(): Promise<void> }) {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const run = async () => {
    busy.value = true;
    error.value = null;
    await read().catch((failure) => put(error, failure));
    busy.value = false;
  };
  return (
    <>
      {error.value !== null && <Failure error={error.value} />}
      <Button onClick={() => void run()} disabled={busy.value}>
        {t().states.more}
      </Button>
    </>
  );
}
