/** A template of CloudFormation, as far as the tools of this folder look into it. */
export interface Template {
  Resources: Readonly<Record<string, Resource>>;
  Parameters?: object;
  Conditions?: object;
  Mappings?: object;
  Rules?: object;
  Transform?: unknown;
  Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: string } }>>;
}

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes.
  Properties?: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  /** Name of a condition of the template, without which the resource is not made. */
  Condition?: string;
}

/** A member that may be one value or a list. */
export function list(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Types of resources that hold data, keys or records, which CloudFormation can take over again. */
export const HOLDS_DATA = [
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::Cognito::UserPool',
  'AWS::Logs::LogGroup',
] as const;
