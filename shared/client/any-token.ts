/** Calls that any action of the caller permits. */
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
    let refused: unknown;
    for (const grant of [...grants]) {
      try {
        return await act(grant);
      } catch (error) {
        if (!isNotGranted(error)) throw error;
        refused = error;
        // Another call may have found out the same meanwhile.
        const at = grants.indexOf(grant);
        if (at >= 0 && grants.length > 1) grants.splice(at, 1);
      }
    }
    throw refused;
  };
}

/** Tries the actions in turn, without remembering which one works. */
async function withOneOf<Result>(
  actions: readonly string[],
  act: (grant: Grant) => Promise<Result>,
): Promise<Result> {
  const [action = '', ...others] = actions;
  try {
    return await act({ actions: [action] });
  } catch (error) {
    if (others.length === 0 || !isRefusedAction(error)) throw error;
    return withOneOf(others, act);
  }
}

/** A person has one token for all actions, and the route refuses it. */
function isRefusedAction(error: unknown): boolean {
  return isNotGranted(error) || (error instanceof FieldgateError && error.code === 'ACTION_NOT_GRANTED');
}
