import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/**
 * Looks for open jobs each minute. A job belongs to one run at a time, by lease, so runs that overlap do no harm,
 * and one that ended early is followed by the next.
 */
export class MaintenanceSchedule extends Construct {
  constructor(scope: Construct, id: string, maintenance: GatewayFunction) {
    super(scope, id);
    const target = new LambdaFunction(maintenance.lambda, {
      event: RuleTargetInput.fromObject({ fieldgate: 'jobs' }),
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  }
}
