import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

/** Percent of the budget that was spent, and percent that the month will have cost. */
const TOLD_AT = [
  ['ACTUAL', 80],
  ['FORECASTED', 100],
] as const;

/** The costs of the account, which belongs to one environment. KMS grows with use, so a loop of a caller shows here. */
export class Budget extends Construct {
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
