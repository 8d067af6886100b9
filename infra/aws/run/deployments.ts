import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { GatewayFunction } from './gateway-function.ts';

/**
 * New code of a function takes over a tenth of the calls each minute. If one of the alarms is raised within these ten
 * minutes, all calls go back to the code before, and CloudFormation undoes the whole deployment.
 */
export class Deployments extends Construct {
  constructor(scope: Construct, id: string, functions: readonly GatewayFunction[], alarms: IAlarm[]) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Moves calls between versions of a function',
    });
    for (const { node, served } of functions)
      if (served instanceof Alias)
        new LambdaDeploymentGroup(this, node.id, {
          ...{ application, role, alias: served, alarms },
          deploymentConfig: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
        });
    acknowledge(this, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
        'The policy that CodeDeploy requires; AWS maintains it. It moves aliases and can change no code.',
    });
  }
}
