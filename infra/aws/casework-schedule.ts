import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/**
 * Lets casework follow the log and tell what is overdue each minute. Whatever a run does may be done twice, so runs
 * that overlap do no harm, and one that fails is followed by the next.
 */
export class CaseworkSchedule extends Construct {
  constructor(scope: Construct, id: string, casework: GatewayFunction) {
    super(scope, id);
    const target = new LambdaFunction(casework.lambda, {
      event: RuleTargetInput.fromObject({ fieldgate: 'tasks' }),
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  }
}
