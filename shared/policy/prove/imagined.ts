/** A whole request, as a counterexample is one. */
import type { Ask, Caller, Situation } from '../types.ts';

export interface Imagined {
  caller: Caller;
  ask: Ask;
  situation: Situation;
  /** Epoch milliseconds. */
  at: number;
}

/** The same as JSON. */
export type Written = Omit<Imagined, 'situation'> & {
  situation: Omit<Situation, 'approval' | 'rests'> & { approval?: { fields: Record<string, string> } };
};

export function situationFrom({ situation: { approval, ...rest }, ...request }: Written): Imagined {
  const situation = approval
    ? { ...rest, approval: { fields: new Map(Object.entries(approval.fields)) } }
    : rest;
  return { ...request, situation };
}
