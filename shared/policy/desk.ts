import { mayHold } from './decide/screen.ts';
import type { Pack } from './pack/pack.ts';
import type { Caller } from './types.ts';

/** Whether the caller is a desk, which takes what people say about any purpose, and acts for them. */
export function isDesk(pack: Pack, caller: Caller): boolean {
  return (pack.acts?.consents.desks ?? []).some((role) => mayHold(pack, caller, role));
}
