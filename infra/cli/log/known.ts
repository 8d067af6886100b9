/** Names that only a closed list knows: a mistyped one would match nothing, and look like an empty log. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS } from '../../../shared/log/entry/entry.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { known: t } = await texts('log');

const KINDS: readonly string[] = [...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS, 'writer'];

/** The outcomes that entries have. */
export const OUTCOMES: readonly string[] = [
  ...['released', 'refused', 'stored', 'read', 'raised', 'looked', 'noted', 'counted', 'collected', 'made'],
  ...['justified', 'questioned', 'violation', 'acknowledged', 'void'],
  ...[
    'approved',
    'submitted',
    'requested',
    'withdrawn',
    'supplied',
    'material',
    'disputed',
    'expired',
    'met',
  ],
  ...[
    'given',
    'objects',
    'informed',
    'notified',
    'processed',
    'confirmed',
    'set',
    'lifted',
    'pending',
    'waiting',
  ],
  ...['open', 'opened', 'assigned', 'closed', 'upheld', 'rejected', 'unfounded', 'reported', 'overturned'],
  ...[
    'frozen',
    'held',
    'seconded',
    'stopped',
    'returned',
    'moved',
    'resumed',
    'restored',
    'erased',
    'merged',
  ],
  ...[
    'joined',
    'parted',
    'kept',
    'registered',
    'changed',
    'suspended',
    'unsuspended',
    'rotated',
    'published',
  ],
  ...['revoked', 'rewrapped', 'rekeyed', 'reindexed', 'resealed', 'compacted', 'replayed', 'swept'],
  ...['done', 'told', 'deleted', 'corrected', 'removed', 'sent', 'not-possible', 'taken-up', 'passed-on'],
];

/** What a department decided about a release on hold: so like a release that only a task may be asked for it. */
const OF_TASKS = ['release', 'refuse'];

export interface Names {
  agency?: string | undefined;
  purpose?: string | undefined;
  outcome?: string | undefined;
  kind?: string | undefined;
}

/** Those that need no gateway. @throws UsageError that names the nearest */
export function requireWords({ kind, outcome }: Names): void {
  requireOne('--kind', kind, KINDS);
  requireOne('--outcome', outcome, kind === 'task' ? [...OUTCOMES, ...OF_TASKS] : OUTCOMES);
}

/** Those that the gateway knows. @throws UsageError that names the nearest */
export async function requireNames(gate: Fieldgate, { agency, purpose }: Names): Promise<void> {
  const [offices, policy] = await Promise.all([
    agency === undefined ? [] : gate.directory(),
    purpose === undefined ? { purposes: {}, prohibited: {} } : gate.policy(),
  ]);
  requireOne('--agency', agency, [GATEWAY, ...offices.map(({ clientId }) => clientId)]);
  const purposes = [policy['purposes'], policy['prohibited']].flatMap((one) => Object.keys(one ?? {}));
  requireOne('--purpose', purpose, purposes);
}

/** The name under which the gateway itself acts. */
const GATEWAY = 'fieldgate';

/** @throws UsageError unless it is left out or one of them */
export function requireOne(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new UsageError(t.none(option, value, nearestOf(value, known), known.length > 24 ? [] : known));
}
