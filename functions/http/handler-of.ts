import type { Handler } from '../../shared/log/entry.ts';
import type { Session } from './auth.ts';

/** Who acted, as a log entry says it. */
export function handlerOf({ caller }: Session): Handler {
  return { departments: caller.departments, agency: caller.clientId };
}
