import type { MaintenanceDeps, Runner } from '../deps.ts';
import { workOnJobs } from './jobs.ts';

export function inProcess(deps: MaintenanceDeps): Runner {
  let stopped = false;
  let running: Promise<void> | null = null;
  let called = false;
  let timer: NodeJS.Timeout | undefined;

  const loop = async () => {
    do {
      called = false;
      // If a service fails at the list of jobs, try again later.
      const again = await workOnJobs(deps, () => !stopped).catch(() => RETRY_MS);
      if (again !== null && !stopped) timer = setTimeout(wake, again).unref();
    } while (called && !stopped);
  };
  const wake = () => {
    clearTimeout(timer);
    called = true;
    running ??= loop().finally(() => {
      running = null;
    });
  };
  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const RETRY_MS = 2000;
