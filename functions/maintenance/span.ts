/** How far back the log is read for all that it says of a person. */

import { Problem } from '../../shared/errors.ts';
import { decidedSize } from '../../shared/log/read/decided.ts';
import { type IndexPosition, readPosition } from '../../shared/log/read/index-table.ts';
import type { Span } from '../../shared/log/read/read.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { logStore } from '../steps/log.ts';
import type { MaintenanceDeps } from './deps.ts';

/** Milliseconds by which the clocks of log writers may be ahead. */
const AHEAD_MS = 5 * 60_000;
/** Milliseconds back that cover a complete log without an index: a sequencer indexes a log from its first minute. */
const YOUNG_MS = 86_400_000;

/**
 * @param position as of `indexPosition`; `null`: the log is young, and is read by day
 * @throws Problem STORE_UNAVAILABLE while the index is being rebuilt: to read an old log by day would have no end
 */
export function wholeLog(now: number, position: IndexPosition | null): Span {
  const to = now + AHEAD_MS;
  if (position?.until === 0)
    throw new Problem('STORE_UNAVAILABLE', { detail: maintenanceTexts.indexRebuilt });
  return { from: position ? 0 : to - YOUNG_MS, to };
}

/** As `readPosition`; 0 of a log that is in the tree and has lost its index: such a log is not young. */
export async function indexPosition(deps: MaintenanceDeps): Promise<IndexPosition | null> {
  const position = await readPosition(logStore(deps));
  if (position || (await decidedSize(deps.tables.tree)) === 0) return position;
  return { size: 0, until: 0 };
}
