/** Filters as chips: the active ones, each removable, and a menu of further ones. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useKeys } from '../frame/keys.ts';
import { route, setQuery } from '../frame/route.ts';
import { departmentName, fieldName, officeName, purposeName } from '../gateway/reference.ts';
import { instantOf, offsetAt, t, time, visible, zone } from '../text.ts';
import { spanTyped } from '../when.ts';
import { Button } from './button.tsx';
import {
  chosen,
  FILTERS,
  type FilterName,
  namesOf,
  takesMore,
  valuesOf,
  withoutValue,
  withValue,
} from './filter-values.ts';
import { put } from './kept.ts';
import { Palette } from './palette.tsx';

/** Filters without an index. */
const SLOW: ReadonlySet<string> = new Set(['officer', 'field', 'rule', 'owner', 'reviewed']);

/** @param wrong names of filters whose values the gateway rejects */
export function Filters({ wrong }: { wrong: ReadonlySet<string> }) {
  const { log } = t();
  const jumping = useSignal(false);
  /** The filter that gets a value; empty while it is chosen. */
  const adding = useSignal<FilterName | '' | null>(null);
  const menu = useRef<HTMLSpanElement>(null);
  const choose = (name: FilterName | '' | null) => {
    adding.value = name;
  };
  useKeys({
    '/': { label: log.filters, run: () => choose('') },
    t: {
      label: log.jump,
      run: () => put(jumping, true),
    },
  });
  const { value: name } = adding;
  const add = (value: string) => {
    if (name) setQuery({ [name]: withValue(query, name, value), cursor: undefined }, false);
    choose(null);
    focusMenu();
  };
  const focusMenu = () => menu.current?.querySelector('button')?.focus();
  const { query } = route.value;
  const set = FILTERS.flatMap((one) => chosen(query, one).map((value) => ({ name: one, value })));
  const open = FILTERS.filter((one) => takesMore(query, one));
  const free = (one: FilterName) => valuesOf(one)?.filter(({ code }) => !chosen(query, one).includes(code));
  const values = name === '' ? namesOf(open) : name && free(name);
  const remove = (from: FilterName, value: string) => {
    setQuery({ [from]: withoutValue(query, from, value), cursor: undefined }, false);
    // The chip is gone with its focus.
    focusMenu();
  };
  return (
    <div class="filters" role="group" aria-label={log.filters}>
      {set.map(({ name, value }) => {
        const isWrong = wrong.has(name) && isBad(name, value);
        return (
          <button
            type="button"
            key={`${name} ${value}`}
            class={`chip ${isWrong ? 'bad' : ''}`}
            onClick={() => remove(name, value)}
            onKeyDown={(event) => {
              if (event.key === 'Backspace' || event.key === 'Delete') remove(name, value);
            }}
          >
            {log.filter[name]}: {visible(shownValue(name, value))} {isWrong && <b>{log.unknownValue}</b>}{' '}
            <span aria-hidden="true">✕</span>
            <span class="hidden">{log.remove(log.filter[name])}</span>
          </button>
        );
      })}
      <span ref={menu}>
        <Button kbd="/" onClick={() => choose('')}>
          {log.add}
        </Button>
      </span>
      {values && (
        <Palette
          key={name}
          title={name ? log.filter[name] : log.add}
          commands={values.map(({ code, ...one }) => ({
            ...one,
            run: () => (name ? add(code) : choose(code as FilterName)),
          }))}
          onClose={() => choose(null)}
        />
      )}
      {name && !values && <ValueForm name={name} onDone={add} />}
      <Button kind="quiet" kbd="t" onClick={() => put(jumping, !jumping.value)}>
        {log.jump}
      </Button>
      {jumping.value && (
        <TimeForm
          onDone={(span) => {
            jumping.value = false;
            if (span) setQuery({ from: undefined, ...span, e: undefined }, false);
            // Keys of the page work there, and not in a control.
            document.getElementById('main')?.focus();
          }}
        />
      )}
      {set.some(({ name: one }) => SLOW.has(one)) && <span class="faint">{log.readsAll}</span>}
    </div>
  );
}

/** A time in words or digits; nothing on Escape. */
function TimeForm({ onDone }: { onDone(span: ReturnType<typeof spanTyped>): void }) {
  const { log, states } = t();
  const value = useSignal('');
  const bad = useSignal(false);
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        const now = Date.now();
        const span = spanTyped(value.value, now, offsetAt(now));
        bad.value = span === null;
        if (span) onDone(span);
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone(null)}
    >
      <label class={`field ${bad.value ? 'wrong' : ''}`}>
        <small role={bad.value ? 'alert' : undefined}>{log.jumpHint(zone())}</small>
        <input
          type="text"
          aria-label={log.jump}
          value={value.value}
          ref={(element) => element?.focus()}
          onInput={(event) => put(value, event.currentTarget.value)}
        />
      </label>
      <Button type="submit">{states.done}</Button>
    </form>
  );
}

/** Of several values the gateway says only that one is wrong: it is one that the page does not know, if there is any. */
function isBad(name: FilterName, value: string): boolean {
  const known = new Set(valuesOf(name)?.map(({ code }) => code));
  const unknown = chosen(route.value.query, name).filter((one) => !known.has(one));
  return unknown.length === 0 || unknown.includes(value);
}

function shownValue(name: FilterName, value: string): string {
  const { log } = t();
  if (name === 'from' || name === 'to') return time(value, 'short');
  if (name === 'agency') return officeName(value);
  if (name === 'purpose') return `${value} ${purposeName(value)}`;
  if (name === 'field') return fieldName(value);
  if (name === 'owner') return departmentName(value);
  if (name === 'kind') return log.kinds[value] ?? value;
  if (name === 'outcome') return log.outcomes[value] ?? value;
  if (name === 'reviewed') return value === 'yes' ? log.reviewed.yes : log.reviewed.no;
  return value;
}

function ValueForm({ name, onDone }: { name: FilterName; onDone(value: string): void }) {
  const { log, states } = t();
  const value = useSignal('');
  const isTime = name === 'from' || name === 'to';
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.value === '') return;
        onDone(isTime ? instantOf(value.value) : value.value);
      }}
    >
      <input
        type={isTime ? 'datetime-local' : 'text'}
        aria-label={log.filter[name]}
        value={value.value}
        onInput={(event) => put(value, event.currentTarget.value)}
      />
      <Button type="submit">{states.done}</Button>
    </form>
  );
}
