/**
 * Closed lists of the log. A word that is none of them matches nothing, and looks like an empty log. Imports nothing,
 * so that the contract and the compiler of packs take them from here.
 */

/** The eight verbs of Art. 4, the closed set of logged operations on personal data. */
export const OPERATIONS = [
  'collect',
  'store',
  'use',
  'process',
  'transmit',
  'provide',
  'disclose',
  'delete',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Kinds of entries about personal data: each names a verb, the owners and the handler. */
export const DATA_KINDS = [
  'attempt',
  'decision',
  'denial',
  'prohibited',
  'intake',
  'merge',
  'erasure',
  'consent',
  'request',
  'approval',
  'objection',
  'freeze',
  'incident',
  'task',
  'maintenance',
] as const;
export type DataKind = (typeof DATA_KINDS)[number];
/** Kinds that may concern a person. Only then do they name verb and owners. */
export const OFFICE_KINDS = ['alert', 'review', 'reading'] as const;
export type OfficeKind = (typeof OFFICE_KINDS)[number];
/** Kinds about the gateway only. Their leaves name the kind in clear. */
export const GATEWAY_KINDS = ['watch', 'publication', 'agency', 'revocation', 'deployment'] as const;
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

/**
 * The kinds that each function may write. The log names the function's key for these, its writers' certificates state them,
 * and the tree accepts no other kind from them.
 */
export const WRITER_KINDS = {
  release: ['alert', 'attempt', 'decision', 'denial', 'freeze', 'prohibited', 'request'],
  verify: ['alert', 'attempt', 'decision', 'denial', 'freeze', 'prohibited', 'request'],
  insight: ['alert', 'attempt', 'decision', 'denial', 'freeze', 'prohibited'],
  intake: ['alert', 'denial', 'freeze', 'intake', 'prohibited'],
  casework: [
    ...(['alert', 'approval', 'consent', 'denial', 'freeze', 'incident', 'objection'] as const),
    ...(['prohibited', 'reading', 'request', 'review', 'task', 'watch'] as const),
  ],
  maintenance: [
    ...(['alert', 'attempt', 'decision', 'denial', 'erasure', 'freeze', 'intake', 'maintenance'] as const),
    ...(['merge', 'prohibited', 'request'] as const),
  ],
  steward: ['agency', 'alert', 'freeze', 'prohibited', 'publication'],
  audit: ['alert', 'reading', 'review', 'revocation', 'watch'],
  watch: ['alert', 'deployment', 'watch'],
} as const satisfies Record<string, readonly NewKind[]>;

export type NewKind = DataKind | OfficeKind | GatewayKind;
export type Kind = NewKind | 'writer';
export const KINDS: readonly Kind[] = [...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS, 'writer'];

/** What may have come of it. Console and command line have a word for each. */
// biome-ignore format: one word a line says no more
export const OUTCOMES = [
  'released', 'refused', 'stored', 'read', 'raised', 'looked', 'noted', 'tested', 'counted', 'collected',
  'made', 'justified', 'questioned', 'violation', 'acknowledged', 'settled', 'void', 'approved', 'submitted',
  'requested', 'withdrawn', 'retracted', 'ended', 'supplied', 'material', 'disputed', 'expired', 'met', 'given', 'objects',
  'able', 'unable',  'informed', 'notified', 'processed', 'confirmed', 'set', 'lifting', 'lifted', 'pending', 'waiting', 'open', 'opened',
  'assigned', 'closed', 'upheld', 'rejected', 'unfounded', 'reported', 'overturned', 'frozen', 'held',
  'seconded', 'stopped', 'returned', 'moved', 'resumed', 'restored', 'erased', 'merged', 'survived', 'joined', 'remained', 'parted',
  'kept', 'registered', 'changed', 'suspended', 'unsuspended', 'rotated', 'published', 'revoked',
  'rewrapped', 'rekeyed', 'reindexed', 'resealed', 'compacted', 'replayed', 'swept', 'done', 'told',
  'deleted', 'corrected', 'removed', 'sent', 'not-possible', 'taken-up', 'passed-on', 'YES',
  'NOT_CONFIRMED',
] as const;

/** What a department decided about a release on hold: so like a release that only a task may be asked for it. */
export const OF_TASKS = ['release', 'refuse'] as const;
export type Outcome = (typeof OUTCOMES)[number] | (typeof OF_TASKS)[number];
