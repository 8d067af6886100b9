import { useEffect } from 'preact/hooks';
import { call } from './api.ts';
import { me, openAlerts, openTasks } from './reference.ts';
import type { Person } from './session.ts';

/** Counts open alerts, or open tasks, on every page, also while another window is in front. */
export function useCounts(who: Person): void {
  const audits = who.actions.includes('audit');
  const works = who.actions.includes('casework') && me.value?.acts.includes('task.list') === true;
  useEffect(() => {
    if (!audits && !works) return undefined;
    const left = new AbortController();
    const options = { signal: left.signal };
    const alerts = async () => {
      const query = { acknowledged: 'no', limit: 1000 } as const;
      openAlerts.value = (await call('GET /v1/alerts', { query }, options)).alerts.length;
    };
    const tasks = async () => {
      openTasks.value = (await call('GET /v1/tasks/counts', {}, options)).open;
    };
    const count = () => {
      if (audits) alerts().catch(() => {});
      if (works) tasks().catch(() => {});
    };
    // After what the page itself asks for first, which may have counted already.
    const first = setTimeout(() => (openAlerts.value ?? openTasks.value) === null && count(), FIRST);
    const timer = setInterval(count, AGAIN);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      left.abort();
    };
  }, [who, works]);
}
/** Milliseconds until the first count, and between two. */
const [FIRST, AGAIN] = [1000, 60_000];
