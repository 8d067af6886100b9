import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
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
import type { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import { acknowledge, LOG_GROUP, OWN_POLICY } from '../acknowledge.ts';
import { logGroup } from '../removal-policy.ts';
import type { Settings } from '../settings.ts';
import type { GatewayFunction } from './gateway-function.ts';

export interface LaneNames {
  /** Of the machine: `fieldgate-<environment>-<suffix>`. */
  suffix: string;
  /** The function's events: which lanes are open, and the work on one. */
  look: Record<string, string>;
  work: string;
  /** Lanes that are worked on concurrently. */
  lanes: number;
  /** Whether work that fails is tried again within the execution; otherwise the next one finds it. */
  retries: boolean;
}

/**
 * A state machine that looks for lanes and lets a function work on each, by a Distributed Map, until the function says that
 * nothing is left. It holds no truth and no data: a failed or doubled execution does no harm.
 */
export function laneMachine(
  scope: Construct,
  fn: GatewayFunction,
  settings: Settings,
  names: LaneNames,
): StateMachine {
  const task = (name: string, payload: Record<string, unknown>, resultPath?: string) => {
    const invoke = new LambdaInvoke(scope, name, {
      stateName: name,
      lambdaFunction: fn.served as IFunction,
      payload: TaskInput.fromObject(payload),
      payloadResponseOnly: true,
      ...defined({ resultPath }),
    });
    // The function is at its ceiling. AWS's own list of what is tried again does not name it.
    invoke.addRetry({
      errors: ['Lambda.TooManyRequestsException'],
      ...{ interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 8 },
    });
    return invoke;
  };
  const work = task('Work', { fieldgate: names.work, 'lane.$': '$.lane' }, '$.result');
  if (names.retries) work.addRetry({ interval: Duration.seconds(30), maxAttempts: 4, backoffRate: 3 });
  const left = new Pass(scope, 'Left', { stateName: 'Left', outputPath: '$.lane' });
  const again = new Choice(scope, 'Again', { stateName: 'Again' })
    .when(Condition.booleanEquals('$.result.again', true), work)
    .otherwise(left);
  // A lane that failed stays open, and the next execution finds it.
  work.addCatch(left, { resultPath: '$.error' });
  const lanes = new DistributedMap(scope, 'Lanes', {
    stateName: 'Lanes',
    itemsPath: '$.lanes',
    itemSelector: { 'lane.$': '$$.Map.Item.Value' },
    maxConcurrency: names.lanes,
    mapExecutionType: StateMachineType.STANDARD,
    resultPath: '$.done',
  });
  lanes.itemProcessor(work.next(again));
  const open = new Choice(scope, 'Open', { stateName: 'Open' })
    .when(Condition.isPresent('$.lanes[0]'), lanes)
    .otherwise(new Pass(scope, 'Nothing', { stateName: 'Nothing' }));
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName: `fieldgate-${settings.environment}-${names.suffix}`,
    definitionBody: DefinitionBody.fromChainable(task('Look', names.look).next(open)),
    timeout: Duration.days(7),
    tracingEnabled: true,
    logs: {
      destination: logGroup(scope, 'Log', settings),
      level: LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  const logicalId = Stack.of(scope).getLogicalId(machine.node.defaultChild as CfnStateMachine);
  const ofMachine = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
  const { region, account } = Stack.of(scope);
  const place = `${named(region, '<AWS::Region>')}:${named(account, '<AWS::AccountId>')}`;
  const executions = `arn:<AWS::Partition>:states:${place}:execution:${ofMachine}`;
  const called = Stack.of(scope).getLogicalId(fn.lambda.node.defaultChild as CfnFunction);
  acknowledge(scope, {
    ...ACCEPTED,
    [`AwsSolutions-IAM5[Resource::<${called}.Arn>:*]`]: VERSIONS,
    [`AwsSolutions-IAM5[Resource::${executions}:*]`]: OWN,
    [`AwsSolutions-IAM5[Resource::${executions}/*:*]`]: OWN,
  });
  return machine;
}

/** As cdk-nag writes what only the deployment knows. */
const named = (value: string, unknown: string) => (Token.isUnresolved(value) ? unknown : value);

const VERSIONS = 'It calls one function, of which every version has the same role.';
const OWN = 'A Distributed Map starts one execution of the same machine for each lane, and AWS names them.';

const ACCEPTED = {
  ...LOG_GROUP,
  ...OWN_POLICY,
  'AwsSolutions-IAM5[Resource::*]': 'Traces and deliveries of logs have no resources to name.',
};
