/** Turns of the event loop for the calls to the local store, which would otherwise never wait. */

import { setImmediate } from 'node:timers';

export interface Turns {
  /** Resolves in a turn of its own. @param aside no request waits for this call */
  next(aside: boolean): Promise<void>;
}

/** After so many turns for requests, one is for other work. */
const SHARE = 3;

/**
 * One call in a turn. Between two turns Node accepts one connection and reads requests, so a long pass over the log or many
 * requests at once delay the answer to a new one by a call at a time.
 */
export function openTurns(): Turns {
  const requests: (() => void)[] = [];
  const others: (() => void)[] = [];
  let armed = false;
  let since = 0;
  const run = () => {
    const other = requests.length === 0 || (since >= SHARE && others.length > 0);
    since = other ? 0 : since + 1;
    (other ? others : requests).shift()?.();
    armed = requests.length + others.length > 0;
    if (armed) setImmediate(run);
  };
  return {
    next: (aside) =>
      new Promise((done) => {
        (aside ? others : requests).push(done);
        if (armed) return;
        armed = true;
        setImmediate(run);
      }),
  };
}
