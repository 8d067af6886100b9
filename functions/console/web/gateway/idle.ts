/** Locks an idle console, with a warning a minute before. Input in one tab keeps all of them open. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { drop, lock, sessionTimes } from './session.ts';

const LOCK = 15 * 60_000;
const WARN = 14 * 60_000;
/** For this long, other tabs are not told again. */
const SAID = 1000;

/** True shortly before the lock. Setting it to false counts as activity. */
export function useIdle(): Signal<boolean> {
  const near = useSignal(false);
  useEffect(() => {
    let last = Date.now();
    const channel = new BroadcastChannel('fieldgate.input');
    const awake = () => {
      last = Date.now();
      near.value = false;
    };
    channel.onmessage = awake;
    const touch = () => {
      if (near.value || Date.now() - last > SAID) channel.postMessage(null);
      awake();
    };
    const timer = setInterval(() => {
      const still = Date.now() - last;
      const times = sessionTimes();
      if (still >= LOCK) lock();
      else if (times && times.ends * 1000 <= Date.now()) drop('locked');
      else near.value = still >= WARN;
    }, 1000);
    for (const name of ['pointerdown', 'keydown', 'wheel'] as const)
      addEventListener(name, touch, { passive: true });
    return () => {
      clearInterval(timer);
      channel.close();
      for (const name of ['pointerdown', 'keydown', 'wheel'] as const) removeEventListener(name, touch);
    };
  }, []);
  return near;
}
