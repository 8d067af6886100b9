/** The simulated time of this process, and its timers. It moves only when the schedule moves it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What runs: an instance of a function, for an act of the workload. */
export interface Running {
  act: number;
  /** `null` for the clients outside. */
  instance: Instance | null;
  /** One run of an instance, such as the answer to one request. */
  invocation?: number;
}

export interface Instance {
  name: string;
  dead: boolean;
  /** Its continuations wait: for good until `thaw`, or until an instant. */
  frozen: boolean;
  parked: Event[];
}

export interface Event {
  at: number;
  number: number;
  owner: Instance | null;
  run(): void;
}

export const running = new AsyncLocalStorage<Running>();

/** Epoch milliseconds. */
export const START = Date.parse('2026-11-26T01:00:00Z');
export const clock = { now: START };
/** The time of everything so far. */
export const wholeRun = () => ({ from: START - 60_000, to: clock.now + 60_000 });

let events: Event[] = [];
let numbers = 0;

export function resetClock(now = START): void {
  clock.now = now;
  events = [];
  numbers = 0;
}

/** @param owner whose death or freeze the event shares; `null`: of no instance */
export function after(ms: number, run: () => void, owner: Instance | null = null): Event {
  const event = { at: clock.now + Math.max(0, ms), number: numbers++, owner, run };
  events.push(event);
  return event;
}

export function cancel(event: Event): void {
  events = events.filter((one) => one !== event);
  if (event.owner) event.owner.parked = event.owner.parked.filter((one) => one !== event);
}

/** The next event, which is taken out; the clock is then at its time. */
export function nextEvent(): Event | null {
  let first: Event | null = null;
  for (const one of events) {
    if (!first || one.at < first.at || (one.at === first.at && one.number < first.number)) first = one;
  }
  if (!first) return null;
  events.splice(events.indexOf(first), 1);
  clock.now = Math.max(clock.now, first.at);
  return first;
}

/** What was parked while the instance was frozen goes on now, in its old order. */
export function thaw(instance: Instance): void {
  instance.frozen = false;
  for (const event of instance.parked.splice(0)) after(0, event.run, instance);
}
