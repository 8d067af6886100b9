import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/**
 * Lets a function that also answers requests do what runs beside them. Whatever such a run does may be done twice, so
 * runs that overlap do no harm, and one that fails or ends early is followed by the next.
 */
export class EventSchedule extends Construct {
  /**
   * @param work which of its handler's events
   * @param minutes between runs
   */
  constructor(scope: Construct, id: string, fn: GatewayFunction, work: string, minutes = 1) {
    super(scope, id);
    const target = new LambdaFunction(fn.lambda, {
      event: RuleTargetInput.fromObject({ fieldgate: work }),
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(minutes)), targets: [target] });
  }
}

/** Runs a function each minute. */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, fn: GatewayFunction) {
    super(scope, id);
    // A run that fails is not repeated: the next minute's goes on from what is stored.
    const target = new LambdaFunction(fn.lambda, {
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  }
}
