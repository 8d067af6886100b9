/** Lists of verifications that the gateway works off. */

import type { ListState as ListStateSchema } from './routes/verify-lists.ts';
import type { Shape } from './shape.ts';
export type ListState = Shape<typeof ListStateSchema>;

/** One row of a result. `verification` is the text of a `Verified`, padded. */
export type ListRowResult =
  | { verification: string }
  /** The gateway rejects the row for any person, such as a malformed ID number. */
  | { invalid: readonly { path: string; message: string }[] }
  /** Not checked: the list was stopped by this refusal. */
  | { stopped: string };
