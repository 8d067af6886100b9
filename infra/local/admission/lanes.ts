/** A bounded number of requests at work, shared fairly between their callers. */

export interface Limits {
  /** Requests at work. */
  running: number;
  /** Requests at work of one caller. */
  share: number;
  /** Waiting requests of one caller, and of all. */
  waiting: { each: number; all: number };
  /** Requests of one caller that wait, work, or hold their answer. */
  inside: number;
  /** Milliseconds after which a waiting request is refused. */
  patience: number;
}

export interface Place {
  /** The work is done and only its answer is held: another request may work. */
  rest(): void;
  /** The answer is ready. */
  leave(): void;
}

export interface Lanes {
  /** Whether a request of this caller would be refused, however many places are free. */
  full(name: string): boolean;
  /** @param name of the caller. @returns `null` if the caller has to come again later. */
  enter(name: string): Promise<Place | null>;
}

interface Lane {
  waiting: Waiter[];
  running: number;
  inside: number;
  /** Turn in which a request of it last began to work. */
  last: number;
}

interface Waiter {
  begin(place: Place | null): void;
  timer: NodeJS.Timeout;
}

/**
 * A free place goes to the caller with the fewest requests at work, then to the one that waited longest for a turn. If
 * too many wait, the caller with the most waiting requests loses its newest one.
 */
export function openLanes(limits: Limits): Lanes {
  const lanes = new Map<string, Lane>();
  let running = 0;
  let waiting = 0;
  let turn = 0;

  const forget = (name: string, lane: Lane) => {
    lane.inside -= 1;
    if (lane.inside === 0) lanes.delete(name);
  };
  const begin = (name: string, lane: Lane): Place => {
    lane.running += 1;
    running += 1;
    lane.last = ++turn;
    let state: 'runs' | 'rests' | 'left' = 'runs';
    const rest = () => {
      if (state !== 'runs') return;
      state = 'rests';
      lane.running -= 1;
      running -= 1;
      callNext();
    };
    const leave = () => {
      rest();
      if (state === 'left') return;
      state = 'left';
      forget(name, lane);
    };
    return { rest, leave };
  };
  const drop = (name: string, lane: Lane, waiter: Waiter | undefined) => {
    if (waiter === undefined) return;
    lane.waiting = lane.waiting.filter((one) => one !== waiter);
    waiting -= 1;
    clearTimeout(waiter.timer);
    forget(name, lane);
    waiter.begin(null);
  };
  const callNext = () => {
    while (running < limits.running && waiting > 0) {
      const next = nextOf(lanes, limits.share);
      if (next === null) return;
      const [name, lane] = next;
      const waiter = lane.waiting.shift() as Waiter;
      waiting -= 1;
      clearTimeout(waiter.timer);
      waiter.begin(begin(name, lane));
    }
  };

  const full = ({ inside, waiting }: Lane) =>
    inside >= limits.inside || waiting.length >= limits.waiting.each;

  return {
    full(name) {
      const lane = lanes.get(name);
      return lane !== undefined && full(lane);
    },
    async enter(name) {
      const lane = lanes.get(name) ?? { waiting: [], running: 0, inside: 0, last: turn };
      if (full(lane)) return null;
      if (waiting >= limits.waiting.all) {
        const [longest, other] = longestOf(lanes);
        if (other.waiting.length <= lane.waiting.length + 1) return null;
        drop(longest, other, other.waiting.at(-1));
      }
      lanes.set(name, lane);
      lane.inside += 1;
      if (running < limits.running && lane.running < limits.share && lane.waiting.length === 0)
        return begin(name, lane);
      waiting += 1;
      return new Promise((done) => {
        const waiter: Waiter = {
          begin: done,
          timer: setTimeout(() => drop(name, lane, waiter), limits.patience),
        };
        lane.waiting.push(waiter);
      });
    },
  };
}

function nextOf(lanes: ReadonlyMap<string, Lane>, share: number): [string, Lane] | null {
  let next: [string, Lane] | null = null;
  for (const [name, lane] of lanes) {
    if (lane.waiting.length === 0 || lane.running >= share) continue;
    const before = next?.[1];
    const first =
      !before ||
      lane.running < before.running ||
      (lane.running === before.running && lane.last < before.last);
    if (first) next = [name, lane];
  }
  return next;
}

function longestOf(lanes: ReadonlyMap<string, Lane>): [string, Lane] {
  return [...lanes].reduce((longest, one) =>
    one[1].waiting.length > longest[1].waiting.length ? one : longest,
  );
}
