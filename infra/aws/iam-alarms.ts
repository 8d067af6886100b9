import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as ToBus } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { changesOf } from './change-alarms.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { Settings } from './settings.ts';

/** The region of a partition to which CloudTrail sends calls of IAM, whose roles belong to no region. */
const OF_IAM: readonly (readonly [prefix: string, region: string])[] = [
  ['cn-', 'cn-north-1'],
  ['us-gov-', 'us-gov-west-1'],
  ['', 'us-east-1'],
];

/** @returns where EventBridge sees calls of IAM, or `null` if that is the stack's own region */
export function regionOfIam(region: string): string | null {
  const found = OF_IAM.find(([prefix]) => region.startsWith(prefix))?.[1] ?? null;
  return found === region ? null : found;
}

/**
 * Passes changes of roles and users to the region of the gateway, whose rule tells the topic: in any other region than IAM's
 * EventBridge never sees them. A stack of its own, since a stack is in one region.
 */
export class IamAlarms extends EnvironmentStack {
  constructor(scope: Construct, id: string, settings: Settings, home: { account: string; region: string }) {
    const region = regionOfIam(home.region);
    if (region === null) throw new Error(`calls of IAM are seen in ${home.region}`);
    const description = 'Fieldgate: passes changes of roles and users to the region of the gateway';
    super(scope, id, { ...settings, account: home.account, region }, description);
    const bus = `arn:${this.partition}:events:${home.region}:${home.account}:event-bus/default`;
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
