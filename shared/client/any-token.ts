/** Calls that any action of the caller permits. */
import { defined } from '../defined.ts';
import { FieldgateError, isNotGranted } from './wire/errors.ts';
import type { Grant } from './wire/tokens.ts';

/**
 * Makes a call that any token permits. A token names an action, and only the gateway knows the agency's
 * actions. So they are tried in turn, and the first that works is remembered.
 */
export function anyTokenOf(purpose: string | undefined) {
  const grants: Grant[] = ['casework', 'intake', 'audit', 'steward'].map((action) => ({ actions: [action] }));
  if (purpose !== undefined)
    grants.push(...['verify', 'release'].map((action) => ({ actions: [action], purpose })));
  return async <Result>(
    act: (grant: Grant) => Promise<Result>,
    actions?: readonly string[],
  ): Promise<Result> => {
    if (actions) return withOneOf(actions, act);
    const tried: string[] = [];
    let refused: unknown;
    for (const grant of [...grants]) {
      try {
        return await act(grant);
      } catch (error) {
        if (!isNotGranted(error)) throw error;
        refused = error;
        tried.push(...grant.actions);
        // Another call may have found out the same meanwhile.
        const at = grants.indexOf(grant);
        if (at >= 0 && grants.length > 1) grants.splice(at, 1);
      }
    }
    throw noneOf(tried, refused);
  };
}

/** Tries the actions in turn, without remembering which one works. */
async function withOneOf<Result>(
  actions: readonly string[],
  act: (grant: Grant) => Promise<Result>,
): Promise<Result> {
  let refused: unknown;
  for (const action of actions) {
    try {
      return await act({ actions: [action] });
    } catch (error) {
      if (!isRefusedAction(error)) throw error;
      refused = error;
    }
  }
  throw noneOf(actions, refused);
}

/** The gateway named the action that was tried last, and any of them would do. */
function noneOf(actions: readonly string[], refused: unknown): unknown {
  if (!isNotGranted(refused) || actions.length < 2) return refused;
  const { code, status, oauth, requestId } = refused as FieldgateError;
  const said = `The agency is registered for none of the actions ${actions.join(', ')}`;
  return new FieldgateError(code, said, { status, reason: said, ...defined({ oauth, requestId }) });
}

/** A person has one token for all actions, and the route refuses it. */
function isRefusedAction(error: unknown): boolean {
  return isNotGranted(error) || (error instanceof FieldgateError && error.code === 'ACTION_NOT_GRANTED');
}
