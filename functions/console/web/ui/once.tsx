/** An answer that is shown once: cleared by itself, by keys, and on leaving; printed with who asked across each page. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../frame/keys.ts';
import { officeName } from '../gateway/reference.ts';
import { person } from '../gateway/session.ts';
import { t, time, visible } from '../text.ts';
import { areSigned } from '../verify/receipts.ts';
import { Button } from './button.tsx';
import { put } from './kept.ts';

/** Milliseconds until an answer is cleared. */
const SHOWN = 5 * 60_000;

interface Props {
  /** Absent once the answer is cleared. */
  receipt: { entry: string } | undefined;
  title: string;
  /** What the watermark says besides person, office, time and entry. */
  about: string;
  /** `null`: it is handed to a person, who may do with it what it wants. */
  limit: string | null;
  onClear(): void;
  onAgain(): void;
  children?: ComponentChildren;
}

export function Once({ receipt, title, about, limit, onClear, onAgain, children }: Props) {
  const { asking } = t();
  const head = useRef<HTMLHeadingElement>(null);
  const until = useSignal(performance.now() + SHOWN);
  const left = useSignal(SHOWN);
  const armed = useSignal(0);
  const at = useSignal(Date.now());
  const isCleared = receipt === undefined;
  useLayoutEffect(() => head.current?.focus(), [isCleared]);
  useEffect(() => {
    if (isCleared) return undefined;
    const timer = setInterval(() => {
      left.value = until.value - performance.now();
      if (left.value <= 0) onClear();
    }, 500);
    return () => clearInterval(timer);
  }, [isCleared]);
  const stay = () => {
    until.value = performance.now() + SHOWN;
    left.value = SHOWN;
  };
  useKeys({
    ' ': { label: asking.stay, run: stay },
    p: { label: t().whom.print, run: () => print() },
    Escape: {
      label: asking.clearTwice,
      run: () => {
        if (performance.now() - armed.value < 1500) onClear();
        armed.value = performance.now();
      },
    },
  });
  if (isCleared) {
    return (
      <article class="column">
        <h2 tabIndex={-1} ref={head}>
          {asking.cleared}
        </h2>
        <Button kind="main" onClick={onAgain}>
          {asking.again}
        </Button>
      </article>
    );
  }
  const { name = '', office = '' } = person.value ?? {};
  const mark = [name, officeName(office), about, time(at.value), receipt.entry, limit]
    .filter(Boolean)
    .join(' · ');
  const seconds = Math.max(0, Math.ceil(left.value / 1000));
  return (
    <article class="column answer">
      <h2 tabIndex={-1} ref={head}>
        {title}
      </h2>
      {children}
      <Signed receipt={receipt} />
      <p class="faint">
        {asking.mark}: {visible(mark)}
      </p>
      <div class="watermark" aria-hidden="true">
        {Array.from({ length: 12 }, (_, line) => (
          <p key={line}>{visible(mark)}</p>
        ))}
      </div>
      <p class="row">
        <span role="timer">
          {asking.clears(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)}
        </span>
        <Button onClick={stay} kbd="␣">
          {asking.stay}
        </Button>
        <Button onClick={() => print()} kbd="p">
          {t().whom.print}
        </Button>
        <Button kind="main" onClick={onClear} kbd="Esc Esc">
          {asking.clear}
        </Button>
      </p>
    </article>
  );
}

/** Whether the log's writer signed for this entry, as soon as its certificate is in the tree. */
export function Signed({ receipt }: { receipt: { entry: string } }) {
  const { asking } = t();
  const state = useSignal<'checking' | 'signed' | 'unsigned'>('checking');
  useEffect(() => {
    areSigned([receipt]).then(
      (good) => put(state, good ? 'signed' : 'unsigned'),
      () => {},
    );
  }, [receipt.entry]);
  return (
    <p role="status">
      {asking.receipt} <span class="mono">{receipt.entry}</span>{' '}
      {state.value === 'signed' ? '✓ ' : state.value === 'unsigned' ? '■ ' : '… '}
      {asking[state.value]}
    </p>
  );
}
