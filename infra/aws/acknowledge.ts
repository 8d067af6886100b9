import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of the rule packs on one construct and its children, each with its reason. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const rules = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(scope).acknowledge(...rules);
}

/** For every log group: no application or access log holds a value, a token or a path with a reference. */
export const LOG_GROUP = {
  'NIST.800.53.R5-CloudWatchLogGroupEncrypted':
    'Encrypted by CloudWatch with its own key; the lines hold no personal data that a key of ours would guard.',
};

/** For every role of a construct of the stack. */
export const OWN_POLICY = {
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'The policy belongs to this one role and must never be attached to another.',
};
