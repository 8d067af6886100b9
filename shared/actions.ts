/** Actions that a token can grant, and whether they need a purpose. */
export const ACTIONS = new Map<string, { purpose: boolean }>([
  ['intake', { purpose: false }],
  ['release', { purpose: true }],
  ['verify', { purpose: true }],
  ['casework', { purpose: false }],
  ['audit', { purpose: false }],
  ['steward', { purpose: false }],
]);

export const ACTION_NAMES: readonly string[] = [...ACTIONS.keys()];
