import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

type Guard = keyof NonNullable<Settings['guards']>;

/** What each of AWS's own watchers says that calls a person. */
const SAYS: Readonly<Record<Guard, EventPattern>> = {
  // Medium and high: 4 and above of 10.
  guardDuty: {
    source: ['aws.guardduty'],
    detailType: ['GuardDuty Finding'],
    detail: { severity: [{ numeric: ['>=', 4] }] },
  },
  accessAnalyzer: {
    source: ['aws.access-analyzer'],
    detailType: ['Access Analyzer Finding'],
    detail: { status: ['ACTIVE'] },
  },
  config: {
    source: ['aws.config'],
    detailType: ['Config Rules Compliance Change'],
    detail: { newEvaluationResult: { complianceType: ['NON_COMPLIANT'] } },
  },
};

/** Findings of GuardDuty, IAM Access Analyzer and AWS Config reach the topic. */
export class Findings extends Construct {
  constructor(scope: Construct, id: string, { guards = {}, alarmTopicArn, environment }: Settings) {
    super(scope, id);
    if (alarmTopicArn === undefined)
      throw new Error('findings tell the topic of alarms: alarmTopicArn of the settings');
    const topic = Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    for (const guard of Object.keys(guards) as Guard[])
      new Rule(this, guard, {
        description: `A finding of ${guard}: docs/operate/runbook.md#changed-by-hand`,
        eventPattern: SAYS[guard],
        targets: [new SnsTopic(topic)],
      });
    if (guards.guardDuty === 'here') new CfnDetector(this, 'Detector', { enable: true });
    if (guards.accessAnalyzer === 'here')
      new CfnAnalyzer(this, 'Analyzer', { type: 'ACCOUNT', analyzerName: `fieldgate-${environment}` });
  }
}
