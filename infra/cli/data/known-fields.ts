import type { Fieldgate } from '../../../shared/client/connect.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { fields: t } = await texts('data');

/** @throws UsageError with the nearest name, before anything is asked, unless the policy knows every name */
export async function requireFields(gate: Fieldgate, names: readonly string[] = []): Promise<void> {
  if (names.length === 0) return;
  const known = Object.keys((await gate.schema()).fields);
  for (const name of names)
    if (!known.includes(name)) throw new UsageError(t.noSuch(name, nearestOf(name, known)));
}
