/** The name of a profile in the ARN of one of its versions. @throws Error if it is no such ARN */
export function profileName(arn: string): string {
  const [, name] = /:\/signing-profiles\/([A-Za-z0-9_]+)\/[A-Za-z0-9]+$/.exec(arn) ?? [];
  if (name === undefined) throw new Error('signingProfile is the ARN of a version of a signing profile');
  return name;
}
