/** A call of a route, and the worlds that must look alike to its caller. */
import type { Details } from '../../support/gateway.ts';
import type { Observation } from './observe.ts';
import type { Child, World } from './worlds.ts';

export interface Call {
  agency: string;
  details: Details;
  path: string;
  body?: unknown;
}

export interface Row {
  /** Method and path of the contract. */
  route: string;
  /** @param by another agency than the row's own, which then makes the same call */
  call(child: Child, by?: string): Promise<Call> | Call;
  /** Groups of worlds with equal answers. */
  alike: readonly (readonly World[])[];
  /** Parts that may differ. */
  except?: readonly (keyof Observation)[];
  /** It makes no look-up, so it has no misses. */
  blind?: true;
}
