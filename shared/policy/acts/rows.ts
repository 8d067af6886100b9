/** One row of a pack's table of acts. */

import type { LIMITS, Relation, TOLD } from './names.ts';

/** How the person is known who acts: not at all, by the name that an office gives, or by having logged in. */
export const KNOWN = ['none', 'claimed', 'authenticated'] as const;
export type Known = (typeof KNOWN)[number];

/** One way to the act: all that it says must hold. */
export interface Way {
  /** Actions of the token, one of which is enough; none: any token. */
  actions: readonly string[];
  /** One of them is enough; left out: whatever the agency is. */
  roles?: readonly string[];
  departments?: readonly string[];
  /** Purposes that the act may be about; left out: all. */
  purposes?: readonly string[];
  /** Kinds of thing that the act may be about; left out: all. */
  of?: readonly string[];
  needs: readonly Relation[];
}

export interface ActRow {
  rule: string;
  /** Ways to the act, one of which is enough. */
  who: readonly Way[];
  person: Known;
  /** The act takes two: another person, or one of another department line. The first waits so many hours. */
  second?: { by: 'other-person' | 'other-line'; hours: number };
  /** Hours between the last word and the act. */
  waits?: number;
  /** What the caller reads whom no way is open to for what it is to the thing. */
  refuses: 'ROLE_REQUIRED' | 'NOT_FOUND' | 'REFUSED';
  tells: readonly (typeof TOLD)[number][];
  limits: readonly (typeof LIMITS)[number][];
  /** Kind of the log entry; `none` for what only reads. */
  entry: string;
}
