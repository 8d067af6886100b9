/** Lists of verifications that the gateway works off. */

export interface ListState {
  state: 'open' | 'done' | 'stopped';
  rows: number;
  /** Of up to 50 rows each. */
  parts: number;
  /** Parts with a result. */
  done: number;
  /** Until when the list acts for its agency; RFC 3339 UTC. */
  until: string;
  /** The refusal that stopped it. */
  code?: string;
}

/** One row of a result. `verification` is the text of a `Verified`, padded. */
export type ListRowResult =
  | { verification: string }
  /** The gateway rejects the row for any person, such as a malformed ID number. */
  | { invalid: readonly { path: string; message: string }[] }
  /** Not checked: the list was stopped by this refusal. */
  | { stopped: string };
