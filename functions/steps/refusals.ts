import type { MiddlewareHandler } from 'hono';
import { defined } from '../../shared/defined.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { lockAgency } from '../../shared/identity/agencies/marks.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Text } from '../../shared/language.ts';
import type { DataEntry, NewEntry } from '../../shared/log/entry/entry.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { awaitsRuling } from '../../shared/policy/decide/weigh.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { EngineReason } from '../../shared/policy/pack/reasons.ts';
import type { Ask, Refusal, RefusalCode } from '../../shared/policy/types.ts';
import { rulingName } from '../../shared/records/casework/rulings.ts';
import { countAttempt } from '../../shared/records/limits/counters.ts';
import type { Deps } from '../deps.ts';
import { reportFault } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import type { Session, SessionVariables } from '../session/session.ts';
import type { EntryBase } from './entry-base.ts';

/**
 * Raises an alert for each refusal that the pack lists as an alert. Only for authenticated callers, whose requests are
 * counted, so that no one can flood the log. A failure to log the alert does not change the refusal.
 */
export function alertRefusals(
  log: Pick<LogWriter, 'append'>,
  pack: () => Promise<Pack>,
): MiddlewareHandler<{ Variables: SessionVariables }> {
  return async (c, next) => {
    await next();
    const session = c.get('session');
    if (!(c.error instanceof Problem) || !session) return;
    const { code } = c.error;
    try {
      const alert = (await pack()).alerts.get(code);
      if (alert?.when?.look !== 'refusal') return;
      const { purpose, officer } = session.grant;
      await log.append([
        {
          kind: 'alert',
          handler: handlerOf(session),
          ...defined({ purpose }),
          outcome: 'raised',
          code,
          rule: alert.rule,
          words: { ...evidenceWord(session), ...defined({ officer }) },
        },
      ]);
    } catch (cause) {
      reportFault({ requestId: c.get('requestId') }, new Problem('LOG_UNAVAILABLE', { cause }));
    }
  };
}

/** A refusal with the pack's reason for the code. */
export function refusalOf(pack: Pack, code: RefusalCode, rule: string): Problem;
export function refusalOf(pack: Pack, code: ProblemCode, rule: string, reason: EngineReason): Problem;
export function refusalOf(
  pack: Pack,
  code: ProblemCode,
  rule: string,
  reason = code as EngineReason,
): Problem {
  return new Problem(code, { rule, reason: reasonText(pack, reason) });
}

/**
 * Logs a refusal, then throws it.
 * @param base the members that the call's entries share, with the owners
 * @param alerts entries to be logged with it, before it
 */
export async function refuse(
  log: Pick<LogWriter, 'append'>,
  base: EntryBase,
  problem: Problem,
  { rule = problem.options.rule ?? '', alerts = [] }: { rule?: string; alerts?: readonly NewEntry[] } = {},
): Promise<never> {
  const entry: DataEntry = { ...base, kind: 'denial', outcome: 'refused', code: problem.code, rule };
  await log.append([...alerts, entry]);
  throw problem;
}

/** Logs the screening's refusal, then throws it. A prohibited use also raises an alert and counts as an attempt. */
export async function refuseScreened(
  deps: SuspensionDeps,
  { pack, now, ask, session }: ScreenedCall,
  base: EntryBase,
  { code, rule, reason, alert }: Refusal,
): Promise<never> {
  const problem = new Problem(code, { rule, reason });
  if (!alert) return refuse(deps.log, heldBase(session.caller.clientId, ask, base, code), problem);
  const attempt: DataEntry = { ...base, kind: 'prohibited', outcome: 'refused', code, rule };
  throw new Problem(code, {
    rule,
    reason,
    ...(await noteProhibited(deps, attempt, pack.grounds.frozen, now)),
  });
}

interface ScreenedCall {
  pack: Pack;
  ask: Ask;
  session: Pick<Session, 'caller'>;
  /** Epoch milliseconds. */
  now: number;
}

/** The entry of a request that waits for a ruling names it: the task for the ruling follows from the entry. */
export function heldBase<Base extends Pick<EntryBase, 'words'>>(
  agency: ClientId,
  ask: Ask,
  base: Base,
  code: ProblemCode,
): Base {
  if (!awaitsRuling(code)) return base;
  return { ...base, words: { ...base.words, finding: rulingName(agency, ask) } };
}

type SuspensionDeps = Deps<'budgetsTable' | 'agenciesTable'> & { log: LogWriter };

/**
 * Logs an attempt at a prohibited use, with its alert. The second one of an agency within 24 hours suspends it, with an entry
 * and an alert.
 * A steward can lift the suspension. The whole agency is suspended, because it could name another officer
 * each time.
 * @param attempt the entry of the attempt
 * @param rule the article that orders the suspension
 * @returns what the refusal says of the suspension. It depends on the agency's own attempts alone
 * @throws the error of store or log; the caller must refuse all the same
 */
export async function noteProhibited(
  deps: SuspensionDeps,
  attempt: DataEntry,
  rule: string,
  now: number,
): Promise<{ detail?: Text }> {
  const { log, tables } = deps;
  const { agency } = attempt.handler;
  await log.append([attempt, { ...attempt, kind: 'alert', outcome: 'raised' }]);
  if ((await countAttempt(tables.budgets, agency, now)) < 2) return {};
  await lockAgency(tables.agencies, agency);
  const suspension = { ...attempt, code: 'SECOND_PROHIBITED_ATTEMPT', rule };
  await log.append([
    { ...suspension, kind: 'freeze', outcome: 'suspended' },
    { ...suspension, kind: 'alert', outcome: 'raised' },
  ]);
  return { detail: commonTexts.lockedAgency };
}
