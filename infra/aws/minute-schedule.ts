import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

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
