/** One row of a pack's table of acts. */

import type { LIMITS, Relation, TOLD } from '../../acts.ts';

/** The required authentication of the acting person: none, a name that the office gives, or a login. */
export const KNOWN = ['none', 'claimed', 'authenticated'] as const;
export type Known = (typeof KNOWN)[number];

/**
 * When a person's login must be recent: for each call, or if the act is about an agency that oversees others, or gives a
 * restricted class.
 */
export const FRESH = ['always', 'oversight', 'restricted'] as const;
export type Fresh = (typeof FRESH)[number];
/** Seconds for which a login is recent. */
export const FRESH_LOGIN = 300;

/** One way to the act. All its conditions must hold. */
export interface Way {
  /** Actions of the token; one is enough. Empty: any token. */
  actions: readonly string[];
  /** Roles of the agency; one is enough. Absent: any role. */
  roles?: readonly string[];
  departments?: readonly string[];
  /** Purposes that the act may be about. Absent: all. */
  purposes?: readonly string[];
  /** Kinds of thing that the act may be about. Absent: all. */
  of?: readonly string[];
  needs: readonly Relation[];
}

/** In this time every department concerned may stop the act. */
export interface Wait {
  hours: number;
  /** Roles whose order with its instrument does not wait. */
  except?: readonly string[];
  /** The kind of task that informs each department. */
  task: string;
}

export interface ActRow {
  rule: string;
  /** Ways to the act; one is enough. */
  who: readonly Way[];
  person: Known;
  /** The person, if one has logged in, did so in the last five minutes. Absent: at any time. */
  fresh?: Fresh;
  /**
   * The act needs a second person, possibly of another department line. The first request expires after so
   * many hours.
   */
  second?: { by: 'other-person' | 'other-line'; hours: number };
  /** The wait between the second approval and the act. */
  waits?: Wait;
  /** Days for which a department must have held data before it may begin the act. */
  settled?: number;
  /** Days for which the act is possible after the one that it undoes. */
  within?: number;
  /** The kind of task that informs each department concerned once the act is done. */
  informs?: string;
  /** The kind of the task that the act opens. */
  task?: string;
  /** The error for a caller whose relation permits no way. */
  refuses: 'ROLE_REQUIRED' | 'NOT_FOUND' | 'REFUSED';
  tells: readonly (typeof TOLD)[number][];
  limits: readonly (typeof LIMITS)[number][];
  /** Kind of the log entry; `none` for acts that only read. */
  entry: string;
}
