import { Aws } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { GatewayFunction } from './gateway-function.ts';
import { allowing } from './roles.ts';
import { ONCE } from './schedules.ts';

/** Calls that change what a function runs. */
const CHANGING = [
  ...['CreateFunction20150331', 'UpdateFunctionCode20150331v2', 'UpdateFunctionConfiguration20150331v2'],
  'PublishVersion20150331',
];

/** Lets the watch ask Lambda what the functions of the stack run, and runs it when one of them changes. It comes after them. */
export class CodeWatch extends Construct {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const all = scope.node.findAll().filter((one) => one instanceof GatewayFunction);
    const watch = all.find(({ node }) => node.id === 'watch');
    if (!watch) throw new Error('the stack has no watch');
    const arns = all.map((one) => one.arnByName);
    watch.allow(allowing(['lambda:ListVersionsByFunction'], ...arns));
    watch.set('watchedFunctions', all.map(({ name }) => name).join(' '));
    watch.set('lambdaEndpoint', `https://lambda.${Aws.REGION}.${Aws.URL_SUFFIX}`);
    watch.set('releaseKey', settings.releaseKey ?? 'none');
    new Rule(this, 'Changed', {
      eventPattern: {
        source: ['aws.lambda'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventName: CHANGING,
          requestParameters: { functionName: [{ prefix: `fieldgate-${settings.environment}-` }, ...arns] },
        },
      },
      targets: [new LambdaFunction(watch.served as IFunction, ONCE)],
    });
  }
}
