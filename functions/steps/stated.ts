/** Requests whose stated texts hold a stop word or no listed reason: a person decides on them, or an alert is enough. */

import type { LogWriter } from '../../shared/log/write/writer.ts';
import { isAlertOnly, toWeigh } from '../../shared/policy/decide/weigh.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { readRuling, rulingName } from '../../shared/records/casework/rulings.ts';
import type { Deps } from '../deps.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { confirmRecord } from '../session/confirm.ts';
import type { Session } from '../session/session.ts';
import { entryBase } from './entry-base.ts';

/**
 * For every request, before its screening.
 * @returns the request, marked if a person has cleared what it states
 */
export async function weighStated(
  { tables, log, now }: Pick<Deps<'claimsTable'>, 'tables' | 'now'> & { log: Pick<LogWriter, 'append'> },
  { pack, session, ask }: { pack: Pack; session: Session; ask: Ask },
): Promise<Ask> {
  if (pack.prohibited.has(ask.purpose) || !toWeigh(pack, ask)) return ask;
  await confirmRecord(session);
  if (!isAlertOnly(pack, ask)) {
    const ruling = await readRuling(tables.claims, rulingName(session.caller.clientId, ask), now());
    return ruling === 'approved' ? { ...ask, cleared: true } : ask;
  }
  const call = { pack, ask, handler: handlerOf(session), evidence: evidenceWord(session), request: '' };
  const { rule } = pack.stopWords;
  await log.append([
    {
      ...entryBase(call),
      owners: [...pack.departments.keys()].sort(),
      kind: 'alert',
      outcome: 'raised',
      code: 'REASON_NEEDS_REVIEW',
      rule,
    },
  ]);
  return ask;
}
