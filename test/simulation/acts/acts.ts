/** The acts of a run, by name. */

import type { Stage } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import { CLAIMS } from './claims.ts';
import { MACHINES } from './machines.ts';
import { RECORDS } from './records.ts';
import { REQUESTS } from './requests.ts';
import { STEWARDS } from './stewards.ts';
import { STOPS } from './stops.ts';
import { SWITCHES } from './switches.ts';
import { WATCHED } from './watched.ts';

export interface Act {
  /** How often it is chosen, relative to the others. */
  weight: number;
  run(stage: Stage, step: Step, number: number): Promise<void>;
}

export const ACTS: ReadonlyMap<string, Act> = new Map(
  Object.entries({
    ...RECORDS,
    ...SWITCHES,
    ...STOPS,
    ...STEWARDS,
    ...REQUESTS,
    ...CLAIMS,
    ...WATCHED,
    ...MACHINES,
  }),
);
