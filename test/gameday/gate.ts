/**
 * A gateway behind a small API Gateway: each request passes as an event through `metered`, as on Lambda, and the lines that
 * it writes are judged by the alarms of the synthesised stack.
 */
import { afterAll, beforeAll, vi } from 'vitest';
import { metered } from '../../functions/http/metrics.ts';
import { handle } from '../../functions/http/rest-event.ts';
import type { GatewayOptions } from '../../infra/local/gateway.ts';
import { ENV } from '../../shared/env.ts';
import { isRaised } from '../infra/raised.ts';
import { listen, restFront } from '../infra/rest-front.ts';
import { ofType, synthesise } from '../infra/synthesise.ts';
import { type Answer, callers, type Details, fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const ALARMS = new Map(
  ofType(
    synthesise('prod', { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:duty' }),
    'AWS::CloudWatch::Alarm',
  ).map(([, { Properties }]) => [Properties.MetricName as string, Properties]),
);

export type GameDay = Awaited<ReturnType<typeof gameDay>>;

export async function gameDay(options: Partial<GatewayOptions> = {}) {
  vi.stubEnv(ENV.environment, 'prod');
  const clock = { moved: 0 };
  const now = () => Date.now() + clock.moved;
  const gateway = await fileGateway({ sequenceEvery: null, ...options, now });
  let lines: string[] = [];
  const front = restFront(
    async (name, event) =>
      metered(name, handle(gateway.app), (line) => void lines.push(line))(event as never, {}) as never,
  );
  const url = await listen(front);
  afterAll(() => void front.close());
  const through = (to: URL, init: RequestInit) => fetch(url + to.pathname + to.search, init);
  const calls = callers({ ...gateway, fetch: through }, now);

  const id = freshNumber('2013-05-06');
  const match = { id_number: id };
  beforeAll(async () => {
    const own = { name: '欧阳娜娜', id_number: id, birth_date: '2013-05-06' };
    await gateway.put('mps-county', { match, fields: own });
    await gateway.put('mca-county', {
      match,
      fields: { division_code: '990001001', guardianship_status: 'normal' },
    });
    // What this process counted until now, for other tests and for these people, is no part of the day.
    await metered(
      'before',
      async () => ({ statusCode: 200 }),
      () => {},
    )({}, {});
  });

  let asked = 0;
  /** A release of the child's name; a token of its own each time, so that nothing is known from before. */
  const release = (): Promise<Answer> => {
    const words = { case: `E-${asked++}`, officer: 'zhang.wei', reason: 'winter subsidy' };
    const details: Details = { actions: ['release'], purpose: 'S1', ...words };
    const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
    return calls.call('edu-county', details, 'POST', '/v1/releases', body);
  };
  return {
    gateway,
    calls,
    clock,
    release,
    /** Freezes another agency, so that the same child can be asked for again. */
    freeze: (officer = 'gao') =>
      calls.call('audit-office', { actions: ['audit'], officer, reason: 'game day' }, 'POST', '/v1/freezes', {
        target: { agency: 'charity-sunrise' },
      }),
    /** Names of the own metrics whose alarm is raised by what was written since the last look. @param only these */
    raised(only?: readonly string[]): string[] {
      const seen = lines;
      lines = [];
      const names =
        only ?? [...ALARMS].filter(([, a]) => a['TreatMissingData'] !== 'breaching').map(([name]) => name);
      return names.filter((name) => {
        const alarm = ALARMS.get(name);
        return alarm?.['Namespace'] === 'Fieldgate' && isRaised(alarm as never, seen);
      });
    },
    /** Hands over a line that a scheduled run wrote. */
    wrote: (line: string) => void lines.push(line),
  };
}
