import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  LogLevel,
  Pass,
  StateMachine,
  StateMachineType,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { defined } from '../../shared/defined.ts';
import { acknowledge, LOG_GROUP } from './acknowledge.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { kept } from './kept.ts';
import type { Settings } from './settings.ts';

/** Lanes that the clock alone fills: a run begins each minute, lasts five, and takes the next free lane. */
export const BY_CLOCK = 5;

/** Minutes between looks for lanes. Until the first one, the runs of the clock work on them. */
const LOOK = 15;

/**
 * Lets more processes work on one job than the clock starts: one for each lane, by a Distributed Map. It adds hands and
 * no truth: leases, positions and sums are in the table of jobs, so a failed or doubled execution does no harm.
 */
export class JobLanes extends Construct {
  constructor(scope: Construct, id: string, maintenance: GatewayFunction, settings: Settings) {
    super(scope, id);
    const task = (name: string, payload: Record<string, unknown>, resultPath?: string) =>
      new LambdaInvoke(this, name, {
        stateName: name,
        lambdaFunction: maintenance.served as IFunction,
        payload: TaskInput.fromObject(payload),
        payloadResponseOnly: true,
        ...defined({ resultPath }),
      });
    const work = task('Work', { fieldgate: 'lane', 'lane.$': '$.lane' }, '$.result');
    const left = new Pass(this, 'Left', { stateName: 'Left', outputPath: '$.lane' });
    const again = new Choice(this, 'Again', { stateName: 'Again' })
      .when(Condition.booleanEquals('$.result.again', true), work)
      .otherwise(left);
    // A lane that failed stays open, and the next execution finds it.
    work.addCatch(left, { resultPath: '$.error' });
    const lanes = new DistributedMap(this, 'Lanes', {
      stateName: 'Lanes',
      itemsPath: '$.lanes',
      itemSelector: { 'lane.$': '$$.Map.Item.Value' },
      maxConcurrency: settings.jobLanes,
      mapExecutionType: StateMachineType.STANDARD,
      resultPath: '$.done',
    });
    lanes.itemProcessor(work.next(again));
    const open = new Choice(this, 'Open', { stateName: 'Open' })
      .when(Condition.isPresent('$.lanes[0]'), lanes)
      .otherwise(new Pass(this, 'Nothing', { stateName: 'Nothing' }));
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: `fieldgate-${settings.environment}-lanes`,
      definitionBody: DefinitionBody.fromChainable(task('Look', { fieldgate: 'lanes' }).next(open)),
      timeout: Duration.days(7),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          retention: settings.logDays as RetentionDays,
          removalPolicy: kept(settings),
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    new Rule(this, 'Clock', {
      schedule: Schedule.rate(Duration.minutes(LOOK)),
      targets: [new SfnStateMachine(machine, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    const logicalId = Stack.of(this).getLogicalId(machine.node.defaultChild as CfnStateMachine);
    const ofMachine = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
    const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${ofMachine}`;
    acknowledge(this, {
      ...ACCEPTED,
      [`AwsSolutions-IAM5[Resource::${executions}:*]`]: OWN,
      [`AwsSolutions-IAM5[Resource::${executions}/*:*]`]: OWN,
    });
  }
}

const OWN = 'A Distributed Map starts one execution of the same machine for each lane, and AWS names them.';

const ACCEPTED = {
  ...LOG_GROUP,
  'AwsSolutions-IAM5[Resource::*]': 'Traces and deliveries of logs have no resources to name.',
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'The policy belongs to this one role and must never be attached to another.',
};
