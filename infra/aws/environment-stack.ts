import { DefaultStackSynthesizer, type IStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defined } from '../../shared/defined.ts';
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

/**
 * CloudFormation names a role `<stack>-<logical id>-<12 or 13 characters>`, and cuts the name of the stack if that is above 64. The
 * policies of `npm run boundary` know the roles of the first stack by `fieldgate-…-keys-…`, so that name must stay whole: with ten
 * characters none is cut. A hyphen would let the roles of one environment look like those of another's first stack.
 */
const MOST = 10;
const NAME = new RegExp(`^[a-z][a-z0-9]{0,${MOST - 1}}$`);
/** Cognito takes no domain that has one of these in its name. */
const REFUSED = /aws|amazon|cognito/;

/** @throws Error if an environment can't have this name */
function requireEnvironmentName(name: string): void {
  if (!NAME.test(name) || REFUSED.test(name))
    throw new Error(
      `the environment "${name}": its name has at most ${MOST} characters, small letters and digits, a letter first, and neither aws, amazon nor cognito in it`,
    );
}
