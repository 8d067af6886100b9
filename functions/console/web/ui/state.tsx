/** Loading, empty, refused, failed: the same on every page. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { waiting } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { loadReference } from '../gateway/reference.ts';
import { t, visible } from '../text.ts';
import { Button } from './button.tsx';
import { put } from './kept.ts';
import { Rule } from './rule.tsx';

export interface Loaded<Value> {
  value: Value | null;
  error: unknown;
  loading: boolean;
  reload(): void;
  set(value: Value): void;
}

/** Reads when the page opens and when `about` changes; outdated results are dropped. */
export function useLoad<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  about: unknown[],
): Loaded<Value> {
  const [state, setState] = useState<{ value: Value | null; error: unknown; loading: boolean }>({
    value: null,
    error: null,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => ({ ...before, loading: true, error: null }));
    read(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ value, error: null, loading: false }),
      (error) => !stop.signal.aborted && setState((before) => ({ ...before, error, loading: false })),
    );
    return () => stop.abort();
  }, [...about, turn]);
  return {
    ...state,
    reload: () => setTurn((before) => before + 1),
    set: (value) => setState({ value, error: null, loading: false }),
  };
}

/** As `useLoad`, with the names of the policy and of the offices. */
export const useNamed: typeof useLoad = (read, about) =>
  useLoad(async (signal) => (await Promise.all([read(signal), loadReference()]))[0], about);

/** Shown instead of data that is loading or could not be read. */
export function Shown<Value>({
  of,
  empty,
  rows = 6,
  children,
}: {
  of: Loaded<Value>;
  empty?: { when(value: Value): boolean; text: string; children?: ComponentChildren };
  rows?: number;
  children: (value: Value) => ComponentChildren;
}) {
  if (of.error) return <Failure error={of.error} again={of.reload} />;
  if (of.value === null) return <Skeleton rows={rows} />;
  if (empty?.when(of.value)) {
    return (
      <p class="empty">
        {empty.text} {empty.children}
      </p>
    );
  }
  return <div aria-busy={of.loading}>{children(of.value)}</div>;
}

/** Grey rows of the final height, but not before 200 ms. */
export function Skeleton({ rows }: { rows: number }) {
  const late = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => put(late, true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" aria-busy="true" role="status" aria-label={t().states.loading}>
      {late.value && Array.from({ length: rows }, (_, at) => <div key={at} />)}
    </div>
  );
}

export function Failure({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  const { states } = t();
  const { problem, status } = error instanceof ApiError ? error : { problem: {}, status: 0 };
  const title =
    problem.code === undefined
      ? states.failed
      : (t().problems[problem.code] ?? problem.title ?? problem.code);
  return (
    <div class="failure" role="alert">
      <p>
        <b>{status === 409 ? states.conflict : title}</b>
      </p>
      {problem.detail && <p>{visible(problem.detail)}</p>}
      {problem.reason && problem.reason !== problem.code && <p class="mono">{problem.reason}</p>}
      {problem.rule && <Rule rule={problem.rule} />}
      {problem.errors?.map((one) => (
        <p key={one.path} class="mono">
          {one.path} {one.message}
        </p>
      ))}
      {problem.requestId && <p class="faint">{states.quote(problem.requestId)}</p>}
      {again && <Button onClick={again}>{states.again}</Button>}
    </div>
  );
}

/** The bar that shows that the gateway does not answer, and when the next attempt is. */
export function WaitingBar() {
  const now = useSignal(Date.now());
  useSignalEffect(() => {
    if (!waiting.value) return undefined;
    const timer = setInterval(() => put(now, Date.now()), 500);
    return () => clearInterval(timer);
  });
  const left = useComputed(() => Math.max(1, Math.ceil(((waiting.value?.until ?? 0) - now.value) / 1000)));
  if (!waiting.value) return null;
  const { states } = t();
  return (
    <p class="bar warn" role="status">
      {waiting.value.status === 429 ? states.limited(left.value) : states.waiting(left.value)}
    </p>
  );
}
