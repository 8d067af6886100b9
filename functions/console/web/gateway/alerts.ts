import { useEffect } from 'preact/hooks';
import { call } from './api.ts';
import { openAlerts } from './reference.ts';
import type { Person } from './session.ts';

/** Counts the open alerts on every page, also while another window is in front. */
export function useAlerts(who: Person): void {
  useEffect(() => {
    if (!who.actions.includes('audit')) return undefined;
    const left = new AbortController();
    const count = () =>
      call('GET /v1/alerts', { query: { acknowledged: 'no', limit: 1000 } }, { signal: left.signal }).then(
        ({ alerts }) => {
          openAlerts.value = alerts.length;
        },
        () => {},
      );
    // After what the page itself asks for first.
    const first = setTimeout(() => openAlerts.value ?? void count(), FIRST);
    const timer = setInterval(() => void count(), ALERTS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      left.abort();
    };
  }, [who]);
}
/** Milliseconds until the first count, and between two. */
const [FIRST, ALERTS] = [1000, 60_000];
