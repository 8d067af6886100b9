/** Filters as chips: the active ones, each removable, and a menu of further ones. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useKeys } from '../keys.ts';
import {
  departmentName,
  fieldName,
  officeName,
  offices,
  policy,
  purposeName,
  ruleText,
} from '../reference.ts';
import { route, setQuery } from '../route.ts';
import { instantOf, offsetAt, t, time, visible, zone } from '../text.ts';
import { spanTyped } from '../when.ts';
import { Button } from './button.tsx';

export const FILTERS = [
  'from',
  'to',
  'agency',
  'purpose',
  'officer',
  'kind',
  'outcome',
  'rule',
  'field',
  'subject',
  'about',
  'owner',
  'reviewed',
  'ref',
] as const;
export type FilterName = (typeof FILTERS)[number];
/** Filters without an index. */
const SLOW: ReadonlySet<string> = new Set(['officer', 'field', 'rule', 'owner', 'reviewed']);

/** @param wrong names of filters whose values the gateway rejects */
export function Filters({ wrong }: { wrong: ReadonlySet<string> }) {
  const { log } = t();
  const jumping = useSignal(false);
  const adding = useSignal<FilterName | ''>('');
  const menu = useRef<HTMLSelectElement>(null);
  useKeys({
    '/': { label: log.filters, run: () => menu.current?.focus() },
    t: {
      label: log.jump,
      run: () => {
        jumping.value = true;
      },
    },
  });
  const set = FILTERS.filter((name) => route.value.query.get(name));
  return (
    <div class="filters" role="group" aria-label={log.filters}>
      {set.map((name) => (
        <button
          type="button"
          key={name}
          class={`chip ${wrong.has(name) ? 'bad' : ''}`}
          onClick={() => setQuery({ [name]: undefined, cursor: undefined }, false)}
          onKeyDown={(event) => {
            if (event.key === 'Backspace' || event.key === 'Delete') setQuery({ [name]: undefined }, false);
          }}
        >
          {log.filter[name]}: {visible(shownValue(name, route.value.query.get(name) ?? ''))}{' '}
          {wrong.has(name) && <b>{log.unknownValue}</b>} <span aria-hidden="true">✕</span>
          <span class="hidden">{log.remove(log.filter[name])}</span>
        </button>
      ))}
      <select
        ref={menu}
        aria-label={log.add}
        value={adding.value}
        onChange={(event) => {
          adding.value = event.currentTarget.value as FilterName;
        }}
      >
        <option value="">{log.add}</option>
        {FILTERS.filter((name) => !set.includes(name)).map((name) => (
          <option key={name} value={name}>
            {log.filter[name]}
          </option>
        ))}
      </select>
      {adding.value !== '' && (
        <ValueForm
          name={adding.value}
          onDone={(value) => {
            setQuery({ [adding.value]: value }, false);
            adding.value = '';
            menu.current?.focus();
          }}
        />
      )}
      <Button
        kind="quiet"
        kbd="t"
        onClick={() => {
          jumping.value = !jumping.value;
        }}
      >
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
      {set.some((name) => SLOW.has(name)) && <span class="faint">{log.readsAll}</span>}
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
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
        />
      </label>
      <Button type="submit">{states.done}</Button>
    </form>
  );
}

function shownValue(name: FilterName, value: string): string {
  const { log } = t();
  if (name === 'from' || name === 'to') return time(value, 'short');
  if (name === 'agency') return officeName(value);
  const several = (nameOf: (one: string) => string) => value.split(',').map(nameOf).join(', ');
  if (name === 'purpose') return several((one) => `${one} ${purposeName(one)}`);
  if (name === 'field') return fieldName(value);
  if (name === 'owner') return departmentName(value);
  if (name === 'kind') return several((one) => log.kinds[one] ?? one);
  if (name === 'outcome') return several((one) => log.outcomes[one] ?? one);
  if (name === 'reviewed') return value === 'yes' ? log.reviewed.yes : log.reviewed.no;
  return value;
}

function optionsOf(name: FilterName): [string, string][] | null {
  const { log } = t();
  if (name === 'agency') return [...offices.value.keys()].map((id) => [id, officeName(id)]);
  if (name === 'purpose') {
    const { purposes = {}, prohibited = {} } = policy.value ?? {};
    return Object.keys({ ...purposes, ...prohibited }).map((code) => [code, `${code} ${purposeName(code)}`]);
  }
  if (name === 'field')
    return Object.keys(policy.value?.fields ?? {}).map((field) => [field, fieldName(field)]);
  if (name === 'owner')
    return Object.keys(policy.value?.departments ?? {}).map((code) => [code, departmentName(code)]);
  if (name === 'kind') return Object.entries(log.kinds);
  if (name === 'outcome') return Object.entries(log.outcomes);
  if (name === 'reviewed') return Object.entries(log.reviewed);
  if (name === 'rule')
    return Object.keys(policy.value?.rules ?? {}).map((rule) => [rule, `${rule} ${ruleText(rule)}`]);
  return null;
}

function ValueForm({ name, onDone }: { name: FilterName; onDone(value: string): void }) {
  const { log, states } = t();
  const value = useSignal('');
  const options = optionsOf(name);
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
      {options ? (
        <select
          aria-label={log.filter[name]}
          value={value.value}
          onChange={(event) => onDone(event.currentTarget.value)}
        >
          <option value="">{log.filter[name]}</option>
          {options.map(([code, text]) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <>
          <input
            type={isTime ? 'datetime-local' : 'text'}
            aria-label={log.filter[name]}
            value={value.value}
            onInput={(event) => {
              value.value = event.currentTarget.value;
            }}
          />
          <Button type="submit">{states.done}</Button>
        </>
      )}
    </form>
  );
}
