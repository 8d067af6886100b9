/** The mark that shows how much of the log this browser has verified, and whether the log still grows. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { hashOf } from '../frame/route.ts';
import { followed, treeUntil } from '../gateway/api.ts';
import { clockSkew } from '../gateway/session.ts';
import { ago, number, t } from '../text.ts';
import { type Seen, witnesses } from '../verify/pinned.ts';
import { recall, remembered } from '../verify/remembered.ts';
import { put } from './kept.ts';

const MINUTE = 60_000;
/** Milliseconds between looks at witnesses, and of the time that is shown of them. */
const OFTEN = 20_000;
/** Milliseconds after which a tree that has not been brought up to date is old: an idle one is once a minute. */
const OLD = 5 * MINUTE;

type State = 'unknown' | 'broken' | 'verified' | 'stale';
const MARKS: Record<State, string> = { unknown: '◐', verified: '●', stale: '▲', broken: '■' };

/** The state of the log in one sentence. */
export function useIntegrity(): { state: State; text: string } {
  const { integrity } = t();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => put(now, Date.now()), OFTEN);
    return () => clearInterval(timer);
  }, []);
  const known = remembered.value;
  const there = now.value + clockSkew() * 1000;
  const until = treeUntil.value;
  const seen = witnesses.value;
  const isFork = seen?.fault === 'OTHER' || (seen?.own && seen.fault === 'UNSIGNED');
  if (known?.fault) return { state: 'broken', text: integrity.broken };
  if (seen && isFork) return { state: 'broken', text: witnessesInWords(seen) };
  if (until !== null && there - until > OLD)
    return { state: 'stale', text: integrity.stale(ago(until, there)) };
  if (seen?.fault && seen.fault !== 'UNABLE') return { state: 'stale', text: witnessesInWords(seen) };
  if (!known) return { state: 'unknown', text: integrity.unknown };
  return { state: 'verified', text: integrity.verified(number(known.size), ago(known.at, now.value)) };
}

/** Such as: cosigned by 3 of 3, 20 seconds ago. */
export function witnessesInWords({ fault, by, without, since, own }: Seen): string {
  const { witnesses: text } = t();
  const when = ago((since ?? 0) * 1000, Date.now() + clockSkew() * 1000);
  const of = by.length + without.length;
  const said =
    fault === null
      ? text.cosigned(by.length, of, when)
      : fault === 'FEW'
        ? text.few(by.length, of)
        : fault === 'OLD'
          ? text.old(when)
          : text.faults[fault];
  return own ? said : `${said} ${text.byGateway}`;
}

/** @param look asks witnesses; it is no part of the first load */
export function Integrity({ look: lookAtWitnesses }: { look(): Promise<void> }) {
  const { integrity } = t();
  const { state, text } = useIntegrity();
  const seen = witnesses.value ? witnessesInWords(witnesses.value) : '';
  useEffect(() => {
    void recall();
    // Most pages do not read the checkpoint themselves.
    const look = () => document.hidden || void followed('checkpoint').catch(() => {});
    const ask = () => document.hidden || void lookAtWitnesses().catch(() => {});
    ask();
    const timers = [setInterval(look, MINUTE), setInterval(ask, OFTEN)];
    return () => timers.forEach(clearInterval);
  }, []);
  return (
    <a
      class={`integrity ${state}`}
      href={hashOf('prove')}
      title={seen === '' ? text : `${text} · ${seen}`}
      aria-label={`${integrity.short[state]}: ${text}. ${seen}`}
    >
      <span aria-hidden="true">{MARKS[state]}</span> <span class="wide">{integrity.short[state]}</span>
      {seen !== '' && <small class="wide">{seen}</small>}
    </a>
  );
}
