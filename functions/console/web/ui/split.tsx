/** A list with the pane of the item that the address names. */
import { useSignal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
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

/**
 * A list with the pane of the item that the address names.
 * @param more reads the next page, if there is one
 */
export function Listing<Item extends { id: string }>({
  pane,
  more,
  above,
  children,
  ...list
}: Props<Item> & {
  pane(item: Item, close: () => void): ComponentChildren;
  more?: false | (() => Promise<void>);
  above?: ComponentChildren;
  /** Below the list. */
  children?: ComponentChildren;
}) {
  const { items, by } = list;
  const one = items.find(({ id }) => id === route.value.query.get(by));
  const close = () => setQuery({ [by]: undefined }, false);
  return (
    <Split pane={one && <Fragment key={one.id}>{pane(one, close)}</Fragment>}>
      {above}
      {items.length > 0 && <Choices {...list} />}
      {more && <More read={more} />}
      {children}
    </Split>
  );
}

/** Reads the next page of a list. */
export function More({ read, label = t().states.more }: { read(): Promise<void>; label?: string }) {
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
        {label}
      </Button>
    </>
  );
}

/** The pages of a list, each read when it is wanted. Reading ends with the page: each may be an entry of the log. */
export function usePages<Item>(
  read: (
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ items: readonly Item[]; cursor?: string | null | undefined }>,
) {
  const items = useSignal<readonly Item[]>([]);
  const cursor = useSignal<string | null>(null);
  const busy = useSignal(true);
  const error = useSignal<unknown>(null);
  const { current: left } = useRef(new AbortController());
  const more = async (all = false) => {
    busy.value = true;
    error.value = null;
    try {
      do {
        const page = await read(cursor.value ?? undefined, left.signal);
        items.value = [...items.value, ...page.items];
        cursor.value = page.cursor ?? null;
      } while (all && cursor.value !== null);
    } catch (failure) {
      if (!left.signal.aborted) error.value = failure;
    }
    busy.value = false;
  };
  useEffect(() => {
    void more();
    return () => left.abort();
  }, []);
  return { items: items.value, isWhole: cursor.value === null, busy: busy.value, error: error.value, more };
}
