import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/** Minutes between passes over proofs whose records have changed. */
export const RECHECK = 15;

/** Minutes between looks whether the passes of the day were started: a failed start is made good. */
export const DAILY = 60;

/**
 * A failed run is not retried: the next run continues from the stored position. EventBridge retries delivery, and Lambda
 * the run itself, up to twice and for six hours unless it is told otherwise.
 */
export const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };

/**
 * Lets a function that also answers requests run scheduled work. All such work is safe to repeat, so overlapping runs do
 * no harm, and the next run follows one that fails or ends early.
 */
export class EventSchedule extends Construct {
  private readonly fn: GatewayFunction;

  /**
   * @param work the handler's event
   * @param minutes between runs
   */
  constructor(scope: Construct, id: string, fn: GatewayFunction, work: string, minutes = 1) {
    super(scope, id);
    this.fn = fn;
    fn.served.configureAsyncInvoke(ONCE);
    this.also('Minute', work, minutes);
  }

  /** Further work of the same function, by another clock. */
  also(id: string, work: string, minutes: number): void {
    const event = RuleTargetInput.fromObject({ fieldgate: work });
    const target = new LambdaFunction(this.fn.served as IFunction, { event, ...ONCE });
    new Rule(this, id, { schedule: Schedule.rate(Duration.minutes(minutes)), targets: [target] });
  }
}

/** Runs a function each minute. */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, fn: GatewayFunction) {
    super(scope, id);
    const target = new LambdaFunction(fn.served as IFunction, ONCE);
    fn.served.configureAsyncInvoke(ONCE);
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  }
}
