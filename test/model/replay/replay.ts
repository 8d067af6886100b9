/** Replays a trace of a model on the gateway's own steps. */
import { expect } from 'vitest';
import type { Picks, State, Value } from '../quint.ts';

export interface Replay {
  /** Each action of the model, as the step of the gateway that it stands for. */
  steps: Readonly<Record<string, (picks: Picks) => Promise<unknown>>>;
  /** What the tables say, under the names of the model's variables. */
  view(): Promise<Record<string, Value>>;
  /** The model's values in the form of `view`, if that is not the same. */
  abstract?(values: State['values']): Record<string, Value>;
  close(): Promise<void>;
}

/** @returns the actions that were replayed */
export async function replay(trace: readonly State[], open: () => Promise<Replay>): Promise<string[]> {
  const { steps, view, abstract = (values) => ({ ...values }), close } = await open();
  const done: string[] = [];
  try {
    for (const { action, picks, values } of trace) {
      if (action !== 'init') {
        const step = steps[action];
        if (!step) throw new Error(`no step stands for the action ${action}`);
        await step(picks);
      }
      done.push(`${action} ${JSON.stringify(picks)}`);
      const seen = await view();
      expect(abstract(values), `after ${done.join(', ')}`).toMatchObject(seen);
    }
    return trace.map(({ action }) => action);
  } finally {
    await close();
  }
}
