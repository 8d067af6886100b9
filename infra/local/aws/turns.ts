/** Turns of the event loop for the calls to the local store, which would otherwise never wait. */

import { setImmediate } from 'node:timers';

export interface Turns<Call> {
  /** @param aside no request waits for this call */
  queue(call: Call, aside: boolean): void;
}

/** After so many calls of requests, one is of other work. */
const SHARE = 3;
/** Most calls of one turn, and of one while more wait than that. */
export const TOGETHER = 16;
export const CROWDED = 64;
/** Milliseconds after which a turn begins no further call; in a crowd so many times as long. */
const TURN_MS = 1;
const CROWD_TURNS = 4;

/**
 * A few calls in a turn, as many as begin within a millisecond. Between two turns Node accepts one connection and reads requests,
 * so a long pass over the log or many requests at once delay the answer to a new one by these few calls at a time. Calls of
 * requests that wait in a crowd are answered sooner by fewer turns, because each turn is written at once.
 * @param make takes the calls of a turn in their order
 * @param clock milliseconds
 */
export function openTurns<Call>(
  make: (calls: Iterable<Call>) => void,
  clock: () => number = () => performance.now(),
): Turns<Call> {
  const requests: Call[] = [];
  const others: Call[] = [];
  let armed = false;
  let since = 0;
  const next = (): Call | undefined => {
    const other = requests.length === 0 || (since >= SHARE && others.length > 0);
    since = other ? 0 : since + 1;
    return (other ? others : requests).shift();
  };
  function* turn(): Generator<Call> {
    const crowd = requests.length > CROWDED;
    const end = clock() + TURN_MS * (crowd ? CROWD_TURNS : 1);
    const most = crowd ? CROWDED : TOGETHER;
    for (let made = 0; made < most && (made === 0 || clock() < end); made++) {
      const call = next();
      if (call === undefined) return;
      yield call;
    }
  }
  const run = () => {
    try {
      make(turn());
    } finally {
      armed = requests.length + others.length > 0;
      if (armed) setImmediate(run);
    }
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
