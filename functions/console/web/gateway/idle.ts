/** Locks an idle console, with a warning a minute before. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { drop, sessionTimes } from './session.ts';

const LOCK = 15 * 60_000;
const WARN = 14 * 60_000;

/** True shortly before the lock. Setting it to false counts as activity. */
export function useIdle(): Signal<boolean> {
  const near = useSignal(false);
  useEffect(() => {
    let last = Date.now();
    const touch = () => {
      last = Date.now();
      near.value = false;
    };
    const timer = setInterval(() => {
      const still = Date.now() - last;
      const times = sessionTimes();
      if (still >= LOCK || (times && times.ends * 1000 <= Date.now())) drop('locked');
      else near.value = still >= WARN;
    }, 1000);
    for (const name of ['pointerdown', 'keydown', 'wheel'] as const)
      addEventListener(name, touch, { passive: true });
    return () => {
      clearInterval(timer);
      for (const name of ['pointerdown', 'keydown', 'wheel'] as const) removeEventListener(name, touch);
    };
  }, []);
  return near;
}
