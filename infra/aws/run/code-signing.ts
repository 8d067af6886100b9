import type { Stack } from 'aws-cdk-lib';
import { CfnCodeSigningConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { profileName } from '../signing-profile.ts';

/**
 * Lets every function of the stack run only code that this version of a signing profile has signed: Lambda refuses another
 * archive from any caller. It comes after all functions of the stack, because it finds them.
 */
export function requireSignedCode(stack: Stack, profile: string): void {
  profileName(profile);
  const config = new CfnCodeSigningConfig(stack, 'CodeSigning', {
    description: 'Only archives that the signing profile of the settings has signed',
    allowedPublishers: { signingProfileVersionArns: [profile] },
    codeSigningPolicies: { untrustedArtifactOnDeployment: 'Enforce' },
  });
  for (const one of stack.node.findAll())
    if (one instanceof CfnFunction) one.codeSigningConfigArn = config.attrCodeSigningConfigArn;
}
