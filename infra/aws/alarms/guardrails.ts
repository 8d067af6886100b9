import type { Stack } from 'aws-cdk-lib';
import type { KeyStack } from '../key-stack.ts';
import { requireSignedCode } from '../run/code-signing.ts';
import { GatewayFunction } from '../run/gateway-function.ts';
import { PrivateNetwork } from '../run/private-network.ts';
import type { Settings } from '../settings.ts';
import { Budget } from './budget.ts';
import { ChangeAlarms } from './change-alarms.ts';

/**
 * What bounds and watches the account around the functions: the budget, signed code, roles that serve one function,
 * a private network, and the alarms about changes by hand. @returns these alarms, if a topic is told
 */
export function guardrails(stack: Stack, keys: KeyStack, settings: Settings): ChangeAlarms | undefined {
  const { alarmTopicArn: topic, monthlyBudget, signingProfile, vpc } = settings;
  if (monthlyBudget !== undefined) new Budget(stack, 'Budget', monthlyBudget, topic);
  if (signingProfile !== undefined) requireSignedCode(stack, signingProfile);
  if (vpc !== undefined) new PrivateNetwork(stack, 'Network', keys, settings, vpc);
  for (const one of stack.node.findAll()) if (one instanceof GatewayFunction) one.refuseOtherFunctions();
  return topic === undefined ? undefined : new ChangeAlarms(stack, 'Changes', topic);
}
