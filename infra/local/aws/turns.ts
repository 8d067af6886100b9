/** Turns of the event loop for the calls to the local store, which would otherwise never wait. */

import { setImmediate } from 'node:timers';

export interface Turns<Call> {
  /** @param aside no request waits for this call */
  queue(call: Call, aside: boolean): void;
}

/** After so many calls of requests, one is of other work. */
const SHARE = 3;
/** Most calls of one turn. */
export const TOGETHER = 4;

/**
 * A few calls in a turn. Between two turns Node accepts one connection and reads requests, so a long pass over the log or
 * many requests at once delay the answer to a new one by these few calls at a time.
 * @param make gets the calls of a turn in their order
 */
export function openTurns<Call>(make: (calls: Call[]) => void): Turns<Call> {
  const requests: Call[] = [];
  const others: Call[] = [];
  let armed = false;
  let since = 0;
  const next = (): Call | undefined => {
    const other = requests.length === 0 || (since >= SHARE && others.length > 0);
    since = other ? 0 : since + 1;
    return (other ? others : requests).shift();
  };
  const run = () => {
    const calls: Call[] = [];
    while (calls.length < TOGETHER) {
      const call = next();
      if (call === undefined) break;
      calls.push(call);
    }
    armed = requests.length + others.length > 0;
    if (armed) setImmediate(run);
    make(calls);
  };
  return {
    queue(call, aside) {
      (aside ? others : requests).push(call);
      if (armed) return;
      armed = true;
      setImmediate(run);
    },
  };
}
