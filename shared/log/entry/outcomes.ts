/** Closed lists of the log: a word that is none of them matches nothing, and looks like an empty log. */

import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS } from './entry.ts';

/** The kinds of entries. */
export const KINDS: readonly string[] = [...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS, 'writer'];

/** The outcomes that entries have. */
export const OUTCOMES: readonly string[] = `
  released refused stored read raised looked noted counted collected made justified questioned
  violation acknowledged void approved submitted requested withdrawn supplied material disputed
  expired met given objects informed notified processed confirmed set lifted pending waiting open
  opened assigned closed upheld rejected unfounded reported overturned frozen held seconded stopped
  returned moved resumed restored erased merged joined parted kept registered changed suspended
  unsuspended rotated published revoked rewrapped rekeyed reindexed resealed compacted replayed swept
  done told deleted corrected removed sent not-possible taken-up passed-on YES NOT_CONFIRMED
`
  .trim()
  .split(/\s+/);

/** What a department decided about a release on hold: so like a release that only a task may be asked for it. */
export const OF_TASKS = ['release', 'refuse'];
