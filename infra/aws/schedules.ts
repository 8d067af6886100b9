import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/**
 * A failed run is not retried: the next run continues from the stored position. EventBridge retries delivery, and Lambda
 * the run itself, up to twice and for six hours unless it is told otherwise.
 */
const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };

/**
 * Lets a function that also answers requests run scheduled work. All such work is safe to repeat, so overlapping runs do
 * no harm, and the next run follows one that fails or ends early.
 */
export class EventSchedule extends Construct {
  /**
   * @param work the handler's event
   * @param minutes between runs
   */
  constructor(scope: Construct, id: string, fn: GatewayFunction, work: string, minutes = 1) {
    super(scope, id);
    const event = RuleTargetInput.fromObject({ fieldgate: work });
    const target = new LambdaFunction(fn.lambda, { event, ...ONCE });
    fn.lambda.configureAsyncInvoke(ONCE);
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(minutes)), targets: [target] });
  }
}

/** Runs a function each minute. */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, fn: GatewayFunction) {
    super(scope, id);
    const target = new LambdaFunction(fn.lambda, ONCE);
    fn.lambda.configureAsyncInvoke(ONCE);
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  }
}
