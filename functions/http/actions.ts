import { Problem } from '../../shared/errors.ts';
import type { Session } from '../session/authenticate.ts';

/** @throws Problem ACTION_NOT_GRANTED unless the token and the register grant one of the actions */
export function demandAction({ grant, agency }: Session, ...actions: string[]): void {
  const granted = (action: string) =>
    grant.actions.includes(action) && (agency.actions as readonly string[]).includes(action);
  if (!actions.some(granted)) {
    throw new Problem('ACTION_NOT_GRANTED', {
      detail: `this route needs the action ${actions.join(' or ')}`,
    });
  }
}
