/** The mark that shows how much of the log this browser has verified, and whether the log still grows. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { hashOf } from '../frame/route.ts';
import { fileOnce, treeUntil } from '../gateway/api.ts';
import { clockSkew } from '../gateway/session.ts';
import { ago, number, t } from '../text.ts';
import { recall, remembered } from '../verify/remembered.ts';
import { put } from './kept.ts';

const MINUTE = 60_000;
/** Milliseconds after which a tree that has not been brought up to date is old: an idle one is once a minute. */
const OLD = 5 * MINUTE;

type State = 'unknown' | 'broken' | 'verified' | 'stale';
const MARKS: Record<State, string> = { unknown: '◐', verified: '●', stale: '▲', broken: '■' };

/** The state of the log in one sentence. */
export function useIntegrity(): { state: State; text: string } {
  const { integrity } = t();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => put(now, Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  const known = remembered.value;
  const there = now.value + clockSkew() * 1000;
  const until = treeUntil.value;
  if (known?.fault) return { state: 'broken', text: integrity.broken };
  if (until !== null && there - until > OLD)
    return { state: 'stale', text: integrity.stale(ago(until, there)) };
  if (!known) return { state: 'unknown', text: integrity.unknown };
  return { state: 'verified', text: integrity.verified(number(known.size), ago(known.at, now.value)) };
}

export function Integrity() {
  const { integrity } = t();
  const { state, text } = useIntegrity();
  useEffect(() => {
    void recall();
    // Most pages do not read the checkpoint themselves.
    const look = () =>
      document.hidden || void fileOnce('/log/checkpoint', { cache: 'no-store' }).catch(() => {});
    const timer = setInterval(look, MINUTE);
    return () => clearInterval(timer);
  }, []);
  return (
    <a
      class={`integrity ${state}`}
      href={hashOf('prove')}
      title={text}
      aria-label={`${integrity.short[state]}: ${text}`}
    >
      <span aria-hidden="true">{MARKS[state]}</span> <span class="wide">{integrity.short[state]}</span>
    </a>
  );
}
