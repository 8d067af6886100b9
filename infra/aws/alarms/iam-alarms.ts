import { ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as ToBus } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { EnvironmentStack } from '../environment-stack.ts';
import type { IamStack } from '../iam-region.ts';
import type { Settings } from '../settings.ts';
import { record } from '../stored/kms-trail.ts';
import { changesOf } from './change-alarms.ts';

/**
 * Passes changes of roles and users to the region of the gateway, whose rule tells the topic: in any other region than IAM's
 * EventBridge never sees them. A stack of its own, since a stack is in one region.
 */
export class IamAlarms extends EnvironmentStack {
  constructor(scope: Construct, id: string, settings: Settings, { account, home, region }: IamStack) {
    const description = 'Fieldgate: passes changes of roles and users to the region of the gateway';
    super(scope, id, { ...settings, account, region }, description);
    // CloudTrail passes calls on to EventBridge only in a region that has a trail. The first one is free of charge.
    if (settings.trail === undefined)
      record(this, settings, {
        managementEvents: ReadWriteType.WRITE_ONLY,
        includeGlobalServiceEvents: true,
      });
    const bus = `arn:${this.partition}:events:${home}:${account}:event-bus/default`;
    new Rule(this, 'Rule', {
      description: 'Changes of roles and users: docs/operate/runbook.md#changed-by-hand',
      eventPattern: changesOf(['iam']),
      targets: [new ToBus(EventBus.fromEventBusArn(this, 'Home', bus))],
    });
    acknowledge(this, {
      'NIST.800.53.R5-IAMNoInlinePolicy':
        'One action on one bus of events; the policy belongs to this role alone.',
    });
  }
}
