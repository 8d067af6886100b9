import type { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnCodeSigningConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { KeyStack } from '../key-stack.ts';
import { CodeWatch } from '../run/code-watch.ts';
import { GatewayFunction } from '../run/gateway-function.ts';
import { PrivateNetwork } from '../run/private-network.ts';
import type { Settings } from '../settings.ts';
import { profileName } from '../signing-profile.ts';
import { ChangeAlarms } from './change-alarms.ts';
import { Findings } from './findings.ts';

/**
 * What bounds and watches the account around the functions: the budget, signed code, roles that serve one function,
 * a private network, and the alarms about changes by hand. @returns these alarms, if a topic is told
 */
export function guardrails(stack: Stack, keys: KeyStack, settings: Settings): ChangeAlarms | undefined {
  const { alarmTopicArn: topic, monthlyBudget, signingProfile, vpc } = settings;
  if (monthlyBudget !== undefined) new Budget(stack, 'Budget', monthlyBudget, topic);
  if (signingProfile !== undefined) requireSignedCode(stack, signingProfile);
  if (settings.guards !== undefined) new Findings(stack, 'Findings', settings);
  if (vpc !== undefined) new PrivateNetwork(stack, 'Network', keys, settings, vpc);
  new CodeWatch(stack, 'Code', settings);
  for (const one of stack.node.findAll()) if (one instanceof GatewayFunction) one.refuseOtherFunctions();
  return topic === undefined ? undefined : new ChangeAlarms(stack, 'Changes', topic);
}

/**
 * Lets every function of the stack run only code that this version of a signing profile has signed: Lambda refuses another
 * archive from any caller. It comes after all functions of the stack, because it finds them.
 */
function requireSignedCode(stack: Stack, profile: string): void {
  profileName(profile);
  const config = new CfnCodeSigningConfig(stack, 'CodeSigning', {
    description: 'Only archives that the signing profile of the settings has signed',
    allowedPublishers: { signingProfileVersionArns: [profile] },
    codeSigningPolicies: { untrustedArtifactOnDeployment: 'Enforce' },
  });
  for (const one of stack.node.findAll())
    if (one instanceof CfnFunction) one.codeSigningConfigArn = config.attrCodeSigningConfigArn;
}

/** Percent of the budget that was spent, and percent that the month will have cost. */
const TOLD_AT = [
  ['ACTUAL', 80],
  ['FORECASTED', 100],
] as const;

/** The costs of the account, which belongs to one environment. KMS grows with use, so a loop of a caller shows here. */
class Budget extends Construct {
  /** @param topicArn whose policy lets budgets.amazonaws.com publish */
  constructor(scope: Construct, id: string, amount: number, topicArn: string | undefined) {
    super(scope, id);
    if (topicArn === undefined)
      throw new Error('a budget tells the topic of alarms: alarmTopicArn of the settings');
    new CfnBudget(this, 'Month', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
      notificationsWithSubscribers: TOLD_AT.map(([notificationType, threshold]) => ({
        notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
        subscribers: [{ subscriptionType: 'SNS', address: topicArn }],
      })),
    });
  }
}
