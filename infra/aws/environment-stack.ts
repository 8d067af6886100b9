import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defined } from '../../shared/defined.ts';
import type { Settings } from './settings.ts';

/** What both stacks of an environment have in common: account and region, protection, tags, and the boundary of every role. */
export class EnvironmentStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, description: string) {
    const { account, region, environment, retain, boundary } = settings;
    super(scope, id, {
      env: defined({ account, region }),
      terminationProtection: retain,
      tags: { application: 'fieldgate', environment },
      description,
    });
    if (boundary !== undefined)
      PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyName(this, 'Boundary', boundary));
  }
}
