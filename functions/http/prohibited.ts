import { lockAgency } from '../../shared/identity/agencies/agencies.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { countAttempt } from '../../shared/records/attempts.ts';
import type { Deps } from '../deps.ts';

/**
 * The second attempt at a prohibited use within 24 hours suspends the account, with an entry and an alert; a
 * steward lifts that. An account is an agency: it could name another officer each time.
 * @param attempt what the entry of the attempt said
 * @param rule the article that access is stopped by
 * @throws what store or log throw: then the caller must refuse all the same
 */
export async function noteProhibited(
  deps: Deps<'budgetsTable' | 'agenciesTable'> & { log: LogWriter },
  attempt: NewEntry,
  rule: string,
  now: number,
): Promise<void> {
  const { dynamo, env, log } = deps;
  const { agency } = attempt.handler;
  if ((await countAttempt(dynamo, env.budgetsTable, agency, now)) < 2) return;
  await lockAgency(dynamo, env.agenciesTable, agency);
  const suspension = { ...attempt, code: 'SECOND_PROHIBITED_ATTEMPT', rule };
  await log.append([
    { ...suspension, kind: 'freeze', outcome: 'suspended' },
    { ...suspension, kind: 'alert', outcome: 'raised' },
  ]);
}
