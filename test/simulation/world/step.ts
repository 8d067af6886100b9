import type { Fault } from '../engine/calls.ts';

/** One act of a plan. */
export interface Step {
  act: string;
  /** Milliseconds after the step before has begun. */
  gap: number;
  /** Which child, office or thing, of those that there are. */
  picks: readonly number[];
  /** Leads to the delays of the step's calls. */
  salt: number;
  faults: readonly Fault[];
  /** How often its client repeats a call without an answer. */
  repeats: number;
}
