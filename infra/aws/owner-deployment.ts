/** The functions of CloudFormation that the template of a department uses. */

/** What a deployment knows. */
export interface Deployment {
  account: string;
  partition: string;
  /** Values of the parameters, each a list. */
  parameters: Readonly<Record<string, readonly string[]>>;
}

/** @returns the value as CloudFormation writes it into a resource; `undefined` for what a condition leaves out */
export function resolved(value: unknown, deployment: Deployment): unknown {
  const { account, partition, parameters } = deployment;
  if (Array.isArray(value))
    return value.map((one) => resolved(one, deployment)).filter((one) => one !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::Sub': text, 'Fn::If': either, Ref } = value as Record<string, never>;
  if (text !== undefined)
    return String(text).replace(/\$\{AWS::(\w+)\}/g, (_, name) =>
      name === 'Partition' ? partition : account,
    );
  if (either !== undefined) {
    const held = parameters[String(either[0]).slice('Any'.length)] ?? [];
    return held.length > 0 ? resolved(either[1], deployment) : undefined;
  }
  if (Ref !== undefined) return parameters[Ref] ?? [];
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one, deployment)]));
}
