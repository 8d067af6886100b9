/** Names that only a closed list knows: a mistyped one would match nothing, and look like an empty log. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import { KINDS, OF_TASKS, OUTCOMES } from '../../../shared/entry-kinds.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { known: t } = await texts('log');

/** Options whose values are words of a closed list. */
export const WORDS = { outcome: '--outcome <word>', kind: '--kind <word>' };

export interface Names {
  agency?: string | undefined;
  purpose?: string | undefined;
  outcome?: string | undefined;
  kind?: string | undefined;
}

/** Those that need no gateway. @throws UsageError that names the nearest */
export function requireWords({ kind, outcome }: Names): void {
  for (const one of listed(kind)) requireOne('--kind', one, KINDS);
  const outcomes = listed(kind).includes('task') ? [...OUTCOMES, ...OF_TASKS] : OUTCOMES;
  for (const one of listed(outcome)) requireOne('--outcome', one, outcomes);
}

/** Those that the gateway knows. @throws UsageError that names the nearest */
export async function requireNames(gate: Fieldgate, { agency, purpose }: Names): Promise<void> {
  const [offices, policy] = await Promise.all([
    agency === undefined ? [] : gate.directory(),
    purpose === undefined ? { purposes: {}, prohibited: {} } : gate.policy(),
  ]);
  requireOne('--agency', agency, [GATEWAY, ...offices.map(({ clientId }) => clientId)]);
  const purposes = [policy['purposes'], policy['prohibited']].flatMap((one) => Object.keys(one ?? {}));
  for (const one of listed(purpose)) requireOne('--purpose', one, purposes);
}

const listed = (values: string | undefined) => values?.split(',') ?? [];

/** The name under which the gateway itself acts. */
export const GATEWAY = 'fieldgate';

/** @throws UsageError unless it is left out or one of them */
export function requireOne(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new UsageError(t.none(option, value, nearestOf(value, known), known.length > 24 ? [] : known));
}
