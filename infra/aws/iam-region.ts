/** The region of a partition to which CloudTrail sends calls of IAM, whose roles belong to no region. */
const OF_IAM: readonly (readonly [prefix: string, region: string])[] = [
  ['cn-', 'cn-north-1'],
  ['us-gov-', 'us-gov-west-1'],
  ['', 'us-east-1'],
];

/** @returns where EventBridge sees calls of IAM, or `null` if that is the stack's own region */
export function regionOfIam(region: string): string | null {
  const found = OF_IAM.find(([prefix]) => region.startsWith(prefix))?.[1] ?? null;
  return found === region ? null : found;
}
