import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../shared/errors.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { BaseVariables } from '../http/app.ts';
import { evidenceWord, handlerOf } from '../http/handler-of.ts';
import { reportFault } from '../http/problem.ts';

/**
 * Raises an alert for each refusal that the pack wants told of. Only for callers whom `authenticate` has found
 * to be somebody, whose requests are counted, so that nobody can fill the log. The refusal stands whatever
 * becomes of the alert.
 */
export function tellRefusals(
  log: Pick<LogWriter, 'append'>,
  pack: () => Promise<Pack>,
): MiddlewareHandler<{ Variables: BaseVariables }> {
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
          ...(purpose !== undefined && { purpose }),
          outcome: 'raised',
          code,
          rule: alert.rule,
          words: { ...evidenceWord(session), ...(officer !== undefined && { officer }) },
        },
      ]);
    } catch (cause) {
      reportFault(c.get('requestId'), new Problem('LOG_UNAVAILABLE', { cause }));
    }
  };
}
