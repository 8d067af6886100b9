import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { GatewayFunction } from './gateway-function.ts';

/** Namespace of the metrics that `functions/sequencer/report.ts` writes. */
const NAMESPACE = 'Fieldgate';

/** Runs the sequencer each minute, and calls for somebody when entries wait or a chain is broken. */
export class SequencerSchedule extends Construct {
  constructor(scope: Construct, id: string, sequencer: GatewayFunction) {
    super(scope, id);
    // A run that fails is not repeated: the next minute's goes on from what is stored.
    const target = new LambdaFunction(sequencer.lambda, {
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'Minute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
    const alarm = (name: string, metricName: string, threshold: number, alarmDescription: string) => {
      const metric = new Metric({
        namespace: NAMESPACE,
        metricName,
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
      const made = new Alarm(this, name, {
        ...{ metric, threshold, alarmDescription },
        evaluationPeriods: 2,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // No run, no metric: that is the worst lag of all.
        treatMissingData: TreatMissingData.BREACHING,
      });
      acknowledge(made, {
        'NIST.800.53.R5-CloudWatchAlarmAction':
          'Who is called is for the operator to connect: docs/operate/log.md.',
      });
    };
    alarm(
      'Lag',
      'SequencerLag',
      120_000,
      'Log entries wait over two minutes for the tree: docs/operate/log.md#lag',
    );
    alarm(
      'Broken',
      'ChainFaults',
      1,
      'A chain of log entries does not verify: docs/operate/log.md#broken-chain',
    );
  }
}
