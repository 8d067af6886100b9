/** A list of any length. Only visible rows are in the document, under a scroll bar that is scaled for long lists. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../frame/keys.ts';
import { number, t, time } from '../text.ts';
import { useLeave } from './kept.ts';
import { narrow } from './marks.ts';

/** Browsers limit the height of an element to some 17 to 33 million pixels. */
const MOST_PIXELS = 8_000_000;
/** Milliseconds for which the time of the thumb stays after a move. */
const SHOWN = 900;

interface Props {
  label: string;
  count: number;
  /** Pixels. */
  rowHeight: number;
  selected: number;
  onSelect(index: number): void;
  onOpen(index: number): void;
  /** Whether a row is marked. */
  isMarked?(index: number): boolean;
  /** Called with the visible rows, so that they can be fetched. */
  onSight?(first: number, last: number): void;
  /** When a row that may not be read yet is from, epoch milliseconds. */
  timeAt?: ((index: number) => number | null) | undefined;
  header?: ComponentChildren;
  /** Names of the cells of a row, for readers of screens: `header` is for those who see it. */
  columns?: readonly (readonly [name: string, text: string])[];
  row(index: number): ComponentChildren;
}

/** The height of rows of so many lines, the first of which may take two on a narrow page. */
export const heightOf = (lines: number) => 10 + 24 * (narrow.value ? lines + 1 : lines);

export function List({
  label,
  count,
  rowHeight,
  selected,
  onSelect,
  onOpen,
  isMarked,
  onSight,
  timeAt,
  header,
  columns = [],
  row,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(600);
  const [position, setPosition] = useState(0);
  const [moving, setMoving] = useState(false);
  const rest = useRef<ReturnType<typeof setTimeout>>();
  useLeave(() => clearTimeout(rest.current));
  // Events that come before the next render go on from here, so that none of a quick series is lost.
  const at = useRef(0);
  /** The position in pixels that was set by row, which rounds it. */
  const put = useRef<number | null>(null);
  const moveTo = (to: number) => {
    at.current = to;
    setPosition(to);
  };
  const total = count * rowHeight;
  const height = Math.min(total, MOST_PIXELS);
  const scaled = total > MOST_PIXELS;
  const fits = Math.max(1, Math.floor(view / rowHeight));
  const last = Math.max(0, count - fits);
  const first = Math.max(0, Math.min(Math.floor(position), Math.max(0, count - 1)));
  const until = Math.min(count, first + fits + 2);

  useLayoutEffect(() => {
    const measure = () => setView(box.current?.clientHeight ?? 600);
    measure();
    const observer = new ResizeObserver(measure);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onSight?.(first, until), [first, until, count]);

  const scrollTo = (wanted: number) => {
    const to = Math.max(0, Math.min(wanted, last));
    moveTo(to);
    if (!box.current) return;
    box.current.scrollTop = scaled ? (to / Math.max(1, last)) * (height - view) : to * rowHeight;
    put.current = box.current.scrollTop;
  };
  // Rows of another height keep their place.
  useLayoutEffect(() => scrollTo(at.current), [rowHeight]);
  const onScroll = () => {
    const top = box.current?.scrollTop ?? 0;
    // The event of a position that was set by row comes late, and says nothing new.
    if (top === put.current) return;
    put.current = null;
    const exact = scaled ? (top / Math.max(1, height - view)) * last : top / rowHeight;
    moveTo(exact);
    setMoving(true);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => setMoving(false), SHOWN);
  };
  const onWheel = (event: WheelEvent) => {
    if (!scaled || event.ctrlKey) return;
    event.preventDefault();
    scrollTo(at.current + event.deltaY / rowHeight);
  };
  const wheel = useRef(onWheel);
  wheel.current = onWheel;
  // One listener for good: an event between two of them would be lost.
  useEffect(() => {
    const element = box.current;
    const turn = (event: WheelEvent) => wheel.current(event);
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, []);
  const select = (wanted: number) => {
    if (count === 0) return;
    const index = Math.max(0, Math.min(wanted, count - 1));
    onSelect(index);
    if (index < at.current) scrollTo(index);
    else if (index >= Math.floor(at.current) + fits) scrollTo(index - fits + 1);
  };
  const { list } = t();
  const hidden = { label: '' };
  useKeys({
    j: { label: list.next, run: () => select(selected + 1) },
    k: { label: list.previous, run: () => select(selected - 1) },
    ArrowDown: { ...hidden, run: () => select(selected + 1) },
    ArrowUp: { ...hidden, run: () => select(selected - 1) },
    PageDown: { ...hidden, run: () => select(selected + fits) },
    PageUp: { ...hidden, run: () => select(selected - fits) },
    ' ': { label: list.page, run: () => select(selected + fits) },
    'Shift+ ': { label: list.pageBefore, run: () => select(selected - fits) },
    Home: { label: list.first, run: () => select(0) },
    End: { label: list.last, run: () => select(count - 1) },
    Enter: { label: list.open, run: () => selected >= 0 && selected < count && onOpen(selected) },
  });
  const rows = [];
  for (let index = first; index < until; index++) {
    rows.push(
      <div
        key={index}
        id={`row-${index}`}
        role="row"
        aria-rowindex={index + 1}
        aria-selected={index === selected}
        class={`list-row ${isMarked?.(index) ? 'marked' : ''}`}
        style={{ height: `${rowHeight}px` }}
        onClick={() => {
          onSelect(index);
          onOpen(index);
        }}
      >
        {row(index)}
      </div>,
    );
  }
  const inSight = selected >= first && selected < until;
  const offset = scaled ? 0 : (first - position) * rowHeight;
  return (
    <div class="list-frame">
      {header}
      {moving && total > view && (
        <Thumb at={first / Math.max(1, last)} time={timeAt?.(first) ?? null} row={first} />
      )}
      <div
        ref={box}
        class="list"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={count}
        aria-activedescendant={inSight ? `row-${selected}` : undefined}
        onScroll={onScroll}
      >
        {columns.length > 0 && (
          <div role="row" class="hidden">
            {columns.map(([name, text]) => (
              <span key={name} role="columnheader" class={`c-${name}`}>
                {text}
              </span>
            ))}
          </div>
        )}
        <div role="presentation" style={{ height: `${height}px` }}>
          <div role="rowgroup" class="list-rows" style={{ transform: `translateY(${offset}px)` }}>
            {rows}
          </div>
        </div>
      </div>
      <p class="hidden" role="status">
        {selected >= 0 && count > 0 ? list.at(number(selected + 1), number(count)) : ''}
      </p>
    </div>
  );
}

/** The time under the thumb of the scroll bar while it moves, or the row of a list that knows no time of it. */
function Thumb({ at, time: when, row }: { at: number; time: number | null; row: number }) {
  return (
    <div class="thumb" aria-hidden="true" style={{ insetBlockStart: `${Math.min(1, at) * 100}%` }}>
      <span style={{ transform: `translateY(-${Math.min(1, at) * 100}%)` }}>
        {when === null ? number(row + 1) : time(when, 'short')}
      </span>
    </div>
  );
}
