import type { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Budget } from './budget.ts';
import { ChangeAlarms } from './change-alarms.ts';
import { requireSignedCode } from './code-signing.ts';
import { GatewayFunction } from './gateway-function.ts';
import { PrivateNetwork } from './private-network.ts';
import type { Settings } from './settings.ts';

/**
 * What bounds and watches the account around the functions: the budget, the boundary of every role, signed code, roles
 * that serve one function, a private network, and the alarms about changes by hand. @returns these alarms, if a topic is told
 */
export function guardrails(stack: Stack, settings: Settings): ChangeAlarms | undefined {
  const { alarmTopicArn: topic, monthlyBudget, boundary, signingProfile, vpc, provisioned } = settings;
  if (monthlyBudget !== undefined) new Budget(stack, 'Budget', monthlyBudget, topic);
  if (boundary !== undefined)
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', boundary));
  if (signingProfile !== undefined) requireSignedCode(stack, signingProfile);
  if (vpc !== undefined) new PrivateNetwork(stack, 'Network', settings, vpc);
  for (const one of stack.node.findAll()) if (one instanceof GatewayFunction) one.refuseOtherFunctions();
  return topic === undefined
    ? undefined
    : new ChangeAlarms(stack, 'Changes', topic, provisioned !== undefined);
}
