import type { Settings } from './settings.ts';

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

/** Where the stack `-iam` of an environment is. */
export interface IamStack {
  account: string;
  /** The region of the gateway. */
  home: string;
  region: string;
}

/** @returns `null` if the environment has none: its own region sees calls of IAM, or it has no topic */
export function iamStackOf({ account, region: home, alarmTopicArn }: Settings): IamStack | null {
  if (account === undefined || home === undefined || alarmTopicArn === undefined) return null;
  const region = regionOfIam(home);
  return region === null ? null : { account, home, region };
}
