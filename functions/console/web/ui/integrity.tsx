/** The mark that shows how much of the log this browser has verified. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { hashOf } from '../route.ts';
import { ago, number, t } from '../text.ts';
import { recall, remembered } from '../verify/remembered.ts';

export function Integrity() {
  const { integrity } = t();
  const now = useSignal(Date.now());
  useEffect(() => {
    void recall();
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 60_000);
    return () => clearInterval(timer);
  }, []);
  const known = remembered.value;
  const state = !known ? 'unknown' : known.fault ? 'broken' : 'verified';
  const text = {
    unknown: integrity.unknown,
    broken: integrity.broken,
    verified: known ? integrity.verified(number(known.size), ago(known.at, now.value)) : '',
  }[state];
  const mark = { unknown: '◐', verified: '●', broken: '■' }[state];
  return (
    <a
      class={`integrity ${state}`}
      href={hashOf('prove')}
      title={text}
      aria-label={`${integrity.short[state]}: ${text}`}
    >
      <span aria-hidden="true">{mark}</span> <span class="wide">{integrity.short[state]}</span>
    </a>
  );
}
