/** What a canary says of a journey. */
import type { Stage } from './journey.ts';

export interface Flight {
  good: boolean;
  milliseconds: number;
  /** `null`, or the stage that failed and its code. */
  failed: string | null;
}

export function flightOf(stages: readonly Stage[]): Flight {
  const bad = stages.find(({ fault }) => fault !== null);
  return {
    good: bad === undefined,
    milliseconds: stages.reduce((sum, one) => sum + one.milliseconds, 0),
    failed: bad ? `${bad.name}: ${bad.fault}` : null,
  };
}
