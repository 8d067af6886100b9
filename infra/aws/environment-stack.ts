import { DefaultStackSynthesizer, type IStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defined } from '../../shared/defined.ts';
import { requireEnvironmentName } from './environment-name.ts';
import type { Settings } from './settings.ts';

/** What all stacks of an environment have in common: account and region, protection, tags, and the boundary of every role. */
export class EnvironmentStack extends Stack {
  /** @param qualifier of the bootstrap whose roles deploy the stack */
  constructor(scope: Construct, id: string, settings: Settings, description: string, qualifier?: string) {
    const { account, region, environment, retain, boundary } = settings;
    requireEnvironmentName(environment);
    super(scope, id, {
      env: defined({ account, region }),
      terminationProtection: retain,
      tags: { application: 'fieldgate', environment },
      description,
      ...synthesizerOf(qualifier),
    });
    if (boundary !== undefined)
      PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyName(this, 'Boundary', boundary));
  }
}

function synthesizerOf(qualifier?: string): Pick<StackProps, 'synthesizer'> {
  return qualifier === undefined
    ? {}
    : { synthesizer: new DefaultStackSynthesizer({ qualifier }) as IStackSynthesizer };
}
